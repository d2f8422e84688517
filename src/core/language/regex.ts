/**
 * Regular expressions as the front end takes them: it only asks whether a pattern can be used. The
 * engine stays outside core; a driver answers from it.
 */

/**
 * Letters for the options of a pattern: `i` caseless, `m` multiline, `s` dotall, `x` extended, `D` dollar_endonly; and
 * those that an engine may lack: `F` firstline, `A` allow_empty_class, `B` alt_bsux, `U` ucp, `C` alt_circumflex.
 * Other options change nothing about whether a pattern matches. The result says why a pattern of keyword `regex`
 * can't be used, as the end of a sentence; undefined when it can.
 */
export type RegexProblem = (pattern: string, flags: string) => string | undefined;
