/** For each keyword a mistake that must be pointed at, with the column where: made from the types of its arguments. */
import type { ArgType, Keyword } from '../../../../src/core/language/schema/keyword-table.ts';

/** A line with a mistake, and the column (from 1) that the finding must name. */
export interface BadUse {
  readonly line: string;
  readonly column: number;
}

/** A line in which something is wrong. */
export function badUse(keyword: Keyword): BadUse {
  const { name, args = [] } = keyword;
  const [first] = args;
  const ending = keyword.block === undefined ? '' : ' {';
  if (first === undefined) return { line: `${name} surplus${ending}`, column: name.length + 2 };
  const bad = badWord(first.type);
  if (bad !== undefined) return { line: `${name} ${bad}${ending}`, column: name.length + 2 };
  // Any word will do: then it must not be missing.
  if (first.optional !== true && keyword.missing !== 'ignored')
    return { line: `${name}${ending}`, column: name.length + 1 };
  return { line: `${name} example {`, column: name.length + 10 };
}

/** A word that is wrong for a type; undefined when every word is right. */
function badWord(type: ArgType): string | undefined {
  switch (type.kind) {
    case 'integer':
    case 'time':
    case 'enum':
    case 'boolean':
    case 'address':
    case 'prefix':
    case 'range':
    case 'port':
    case 'mac':
    case 'hex':
    case 'number-range':
    case 'masked':
    case 'named':
      return '=wrong=';
    case 'interface':
      return 'a-name-of-more-than-15-letters';
    case 'word':
      if (type.maxLength !== undefined) return 'x'.repeat(type.maxLength + 1);
      return type.pattern === undefined ? undefined : '=..=';
    case 'script':
    case 'quoted':
      return "'never-closed";
    case 'list':
      return badWord(type.of);
    case 'options': {
      const [positional] = type.positional ?? [];
      return positional === undefined ? '=wrong=' : badWord(positional.type);
    }
  }
}
