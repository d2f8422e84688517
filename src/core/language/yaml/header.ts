/** The words before a block's braces as entries of its map: `address` and `port` of a virtual server. */
import type { Keyword } from '../schema/keyword-table.ts';
import type { Statement } from '../tree.ts';
import { type LaidEntry, yamlScalar } from './layout.ts';
import { argsOf } from './shape.ts';
import { type Form, formsOf } from './usage.ts';

/** The entries that name a statement's words; undefined when no form fits them. */
export function headerEntries(
  keyword: Keyword,
  statement: Statement,
): readonly LaidEntry[] | undefined {
  const words = statement.words.slice(1).map((word) => word.text);
  const forms = formsOf(argsOf(keyword));
  const literal = forms.find((form) => form.parts[0]?.literal === words[0]);
  const form = literal ?? forms.find((one) => one.parts[0]?.literal === undefined);
  const values = form === undefined ? undefined : valuesOf(form, words);
  return values?.map(
    ([key, value]): LaidEntry => ({
      key,
      above: [],
      behind: undefined,
      spaced: false,
      value: { kind: 'scalar', text: yamlScalar(value) },
    }),
  );
}

/** The words by key; undefined when there are too many or too few. */
function valuesOf(form: Form, words: readonly string[]): [string, string][] | undefined {
  const values: [string, string][] = [];
  let next = 0;
  for (const { key, literal, optional } of form.parts) {
    if (literal !== undefined) next++;
    const word = words[next];
    if (word === undefined) {
      if (!optional) return undefined;
      break;
    }
    values.push([key, word]);
    next++;
  }
  return next >= words.length ? values : undefined;
}
