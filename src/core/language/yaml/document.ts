/**
 * A YAML document as the front end takes it: plain maps, lists and scalars, each with its place in
 * the source. Aliases and merge keys are already resolved. The YAML library stays outside core: a
 * driver implements `YamlReader` over it.
 */

/** A value without parts. */
export interface YamlScalar {
  readonly kind: 'scalar';
  /** Offsets of the source text, quotes included. */
  readonly start: number;
  readonly end: number;
  /** The text as a word: numbers as they are written, `true` and `false` in lower case, null empty. */
  readonly text: string;
  /** What a plain scalar resolves to; everything quoted is text. Numbers are text. */
  readonly type: 'text' | 'boolean' | 'null';
  /** Offset at which `text` stands in the source unchanged and on one line, or -1. */
  readonly verbatim: number;
}

/** A key with its value. */
export interface YamlEntry {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

/** A mapping, in the order of the source. Keys may come twice; who reads it reports that. */
export interface YamlMap {
  readonly kind: 'map';
  readonly start: number;
  readonly end: number;
  readonly entries: readonly YamlEntry[];
}

/** A sequence. */
export interface YamlList {
  readonly kind: 'list';
  readonly start: number;
  readonly end: number;
  readonly items: readonly YamlNode[];
}

/** Any node. One object may stand at several places when the source has aliases. */
export type YamlNode = YamlScalar | YamlMap | YamlList;

/** A comment: its text with the `#`, its offset, and whether something stands before it on its line. */
export interface YamlComment {
  readonly text: string;
  readonly start: number;
  readonly trailing: boolean;
}

/** Something that YAML itself does not allow, or a limit. */
export interface YamlProblem {
  readonly code: 'yaml-syntax' | 'yaml-limit';
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A document that was read. */
export interface YamlDocument {
  /** Absent for an empty document and when there are problems. */
  readonly root: YamlNode | undefined;
  /** By place. */
  readonly comments: readonly YamlComment[];
  readonly problems: readonly YamlProblem[];
}

/** Reads YAML text. Never throws, whatever the text. */
export type YamlReader = (text: string) => YamlDocument;

/** True for the names of files in YAML form. */
export function isYamlName(file: string): boolean {
  return /\.ya?ml$/i.test(file);
}
