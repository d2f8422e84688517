/**
 * Regular expressions as the front end takes them: it only asks whether a pattern can be used. The
 * engine stays outside core; a driver answers from it.
 */

/** Why a pattern of keyword `regex` can't be used, as the end of a sentence; undefined when it can. */
export type RegexProblem = (pattern: string, flags: string) => string | undefined;
