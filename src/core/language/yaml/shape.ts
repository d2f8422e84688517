/**
 * What a keyword looks like in YAML. It follows from its row alone: a flag is a boolean, one word is a
 * scalar, several words are a line or a list, a block is a map, a list or both. Reader, printer and
 * schema all ask here, so that they agree.
 */
import type { ArgSpec, Keyword } from '../schema/keyword-table.ts';
import { takesRest } from '../typed/read.ts';

/**
 * `flag`: presence is its meaning. `switch`: one optional boolean. `word`: at most one word. `words`:
 * several. `script`: a command with user and group. `quoted`: a word with a shell's quotes. `block`: braces; `named` when words stand before them.
 */
export type Shape = 'flag' | 'switch' | 'word' | 'words' | 'script' | 'quoted' | 'block' | 'named';

/** The shape of a keyword. */
export function shapeOf(keyword: Keyword): Shape {
  const args = argsOf(keyword);
  if (keyword.block !== undefined) return args.length === 0 ? 'block' : 'named';
  const [first] = args;
  if (first === undefined) return 'flag';
  if (first.type.kind === 'script' || first.type.kind === 'quoted') return first.type.kind;
  if (args.length > 1 || takesRest(first.type)) return 'words';
  return first.type.kind === 'boolean' ? 'switch' : 'word';
}

/** The words behind a keyword. */
export function argsOf(keyword: Keyword): readonly ArgSpec[] {
  return keyword.args ?? NONE;
}

/** True when a keyword may stand without any word. */
export function mayStandAlone(keyword: Keyword): boolean {
  return argsOf(keyword).every((spec) => spec.optional === true);
}

const NONE: readonly ArgSpec[] = [];
