/**
 * Conversion between the two forms. The result is read again and must give an equal model: what is
 * handed out has been proved for just this file.
 */
import type { Diagnostic } from '../diagnostic.ts';
import type { ParseResult } from '../parse-config.ts';
import { printTree } from '../print.ts';
import { unwritableReason } from '../print-words.ts';
import type { Block, Statement, Token } from '../tree.ts';
import { printYaml } from './print-yaml.ts';
import { shapeOf } from './shape.ts';

/** The two forms. */
export type Form = 'conf' | 'yaml';

/** A converted configuration. */
export type Conversion =
  | {
      readonly ok: true;
      readonly text: string;
      /** What has no effect and is not in the result but for a comment. */
      readonly leftOut: readonly Statement[];
    }
  | {
      readonly ok: false;
      /** The text that does not mean the same. */
      readonly text: string;
      /** Words that the other form cannot hold, with the reason, when that is why. */
      readonly unwritable: readonly UnwritableWord[];
    };

/** A word that a form cannot hold. */
export interface UnwritableWord {
  readonly token: Token;
  readonly reason: string;
  /** Its text must not be shown. */
  readonly isSecret: boolean;
}

/**
 * Converts what was read. `readAgain` reads a text in the wanted form under the same conditions as the
 * original was read.
 */
export function convert(
  original: ParseResult,
  form: Form,
  readAgain: (text: string) => ParseResult,
): Conversion {
  if (form === 'conf') {
    const text = printTree(original.tree);
    if (isEqualModel(original, readAgain(text))) return { ok: true, text, leftOut: [] };
    return { ok: false, text, unwritable: unwritableWords(original.tree) };
  }
  const grouped = printYaml(original.tree);
  const first = readAgain(grouped.text);
  if (isEqualModel(original, first) && isAsGood(original, first)) return { ok: true, ...grouped };
  const ordered = printYaml(original.tree, { ordered: true });
  if (isEqualModel(original, readAgain(ordered.text))) return { ok: true, ...ordered };
  return { ok: false, text: ordered.text, unwritable: [] };
}

/** Models are plain data whose builders put their members in one order. */
function isEqualModel(a: ParseResult, b: ParseResult): boolean {
  return a.config !== undefined && JSON.stringify(a.config) === JSON.stringify(b.config);
}

/** Whether reading finds the same faults, order of definitions included. */
function isAsGood(a: ParseResult, b: ParseResult): boolean {
  return faults(a) === faults(b);
}

function faults({ diagnostics }: ParseResult): string {
  const codes = diagnostics
    .filter((item) => item.severity !== 'notice' && !LEFT_BEHIND.has(item.code))
    .map((item) => item.code);
  return codes.sort().join(' ');
}

/** Faults of the text that a conversion leaves behind. */
const LEFT_BEHIND: ReadonlySet<Diagnostic['code']> = new Set([
  'unknown-keyword',
  'misplaced-keyword',
  'other-product-keyword',
  'block-not-allowed',
  'missing-open-brace',
  'missing-close-brace',
  'unexpected-open-brace',
  'unexpected-close-brace',
  'unmatched-quote',
  'unterminated-script-quote',
  'include-failed',
  'definition-undefined',
  'stray-character',
  'line-too-long',
]);

/** Words that `keepalived.conf` cannot hold; commands have quotes of their own. */
function unwritableWords(block: Block): UnwritableWord[] {
  return block.statements.flatMap((statement): UnwritableWord[] => {
    const shape = statement.keyword === undefined ? undefined : shapeOf(statement.keyword);
    const isQuoted = shape === 'script' || shape === 'quoted';
    const own = (isQuoted ? [] : statement.words).flatMap((token): UnwritableWord[] => {
      const reason = unwritableReason(token.text);
      return reason === undefined
        ? []
        : [{ token, reason, isSecret: statement.keyword?.secret === true }];
    });
    return [...own, ...(statement.block === undefined ? [] : unwritableWords(statement.block))];
  });
}
