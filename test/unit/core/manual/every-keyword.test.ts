/**
 * The whole language, row by row: each keyword is documented, its example is read without a word of
 * complaint, and each block's example too.
 */
import { describe, expect, it } from 'vitest';
import { allTables, ROOT } from '../../../../src/core/language/keywords/root.ts';
import type { TypedBlock } from '../../../../src/core/language/typed/values.ts';
import { BLOCK_EXAMPLES } from '../../../../src/core/manual/block-examples.ts';
import { exampleLine } from '../../../../src/core/manual/example.ts';
import { openerOf } from '../../../../src/core/manual/lookup.ts';
import { parse } from '../../../support/parse-text.ts';
import { badUse } from './bad-use.ts';
import { type Placed, placed, ROWS } from './every-keyword.ts';

/** What may be said of a keyword that is used as it should be. */
const ABOUT_THE_KEYWORD = new Set(['not-supported-yet', 'obsolete-keyword', 'deprecated-keyword']);

/** Complaints about the lines of an example; advice about whole configurations does not count. */
function complaintsAbout({ text, first, last }: Placed): string[] {
  return parse(text)
    .diagnostics.filter(({ code, span }) => {
      const isAbout = span !== undefined && span.line >= first && span.line <= last;
      return isAbout && !ABOUT_THE_KEYWORD.has(code) && !code.startsWith('lint-');
    })
    .map(({ code, message }) => `${code}: ${message}`);
}

/** Names of all statements that count. */
function usableNames(block: TypedBlock): string[] {
  return block.statements.flatMap((typed) => [
    ...(typed.usable ? [typed.keyword.name] : []),
    ...(typed.block === undefined ? [] : usableNames(typed.block)),
  ]);
}

describe('every keyword', () => {
  const rows = ROWS.map((row) => [row.title, row] as const);

  it.each(rows)('%s has a summary of one sentence, without a full stop', (_, { keyword }) => {
    expect(keyword.summary).toMatch(/^\S.*[^.\s]$/);
    for (const { name } of keyword.args ?? []) expect(name).not.toBe('');
  });

  const lines = rows.filter(([, { keyword }]) => keyword.block === undefined);

  it.each(lines)('%s is read as in its example', (_, { table, keyword }) => {
    const example = placed(table, exampleLine(keyword, table), keyword.name);
    expect(complaintsAbout(example)).toEqual([]);
    expect(usableNames(parse(example.text).typed)).toContain(keyword.name);
  });
});

describe('a mistake in every keyword', () => {
  it.each(ROWS.map((row) => [row.title, row] as const))(
    '%s is pointed at in its column',
    (_, { table, keyword }) => {
      const { line, column } = badUse(keyword);
      const { text, first } = placed(table, line, keyword.name);
      const found = parse(text)
        .diagnostics.filter(({ span }) => span?.line === first)
        .map(({ code, span }) => ({ code, column: span?.column }));
      expect(found.filter(({ code }) => !ABOUT_THE_KEYWORD.has(code))).toContainEqual({
        code: expect.any(String),
        column,
      });
    },
  );
});

describe('every block', () => {
  const blocks = allTables().filter((table) => table !== ROOT);

  it.each(blocks.map((table) => [table.name, table] as const))(
    '%s is read as in its example',
    (name, table) => {
      const example = BLOCK_EXAMPLES[name];
      expect(example, 'an example').toBeDefined();
      const parent = openerOf(table)?.blocks[0] ?? ROOT;
      expect(complaintsAbout(placed(parent, example ?? ''))).toEqual([]);
    },
  );

  it('has a name of its own, and an example only if it exists', () => {
    const names = allTables().map((table) => table.name);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(BLOCK_EXAMPLES).filter((name) => !names.includes(name))).toEqual([]);
  });
});
