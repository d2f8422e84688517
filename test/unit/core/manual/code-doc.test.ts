/** Findings are documented: each code says what to do, and its example is told off with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allCodes, codeDoc, isCode } from '../../../../src/core/manual/code-doc.ts';
import { CODE_HELP } from '../../../../src/core/manual/code-help.ts';
import { parse } from '../../../support/parse-text.ts';

describe('every code', () => {
  it.each(allCodes())('%s says what it means and what to do', (code) => {
    const { summary, fix, paragraphs } = codeDoc(code);
    expect(summary).toMatch(/^\S.*[^.\s]$/);
    expect(fix, 'what to do').toMatch(/[.!?]$/);
    expect(paragraphs.length).toBeGreaterThan(2);
  });

  const withExample = allCodes().filter((code) => codeDoc(code).example !== undefined);

  it.each(withExample)('the example of %s is told off with it', (code) => {
    const { diagnostics } = parse(codeDoc(code).example ?? '');
    expect(diagnostics.map((item) => item.code)).toContain(code);
  });

  it('is reported somewhere', () => {
    const sources = sourcesBelow(SOURCE).filter(
      (path) => !/config\/(docs|rules)\/|codes\.ts$/.test(path),
    );
    const text = sources.map((path) => readFileSync(path, 'utf8')).join('');
    const codes = allCodes().filter((code) => !code.startsWith('lint-'));
    expect(codes.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });

  it('has help only if it exists', () => {
    expect(Object.keys(CODE_HELP).filter((code) => !isCode(code))).toEqual([]);
  });
});

const SOURCE = join(import.meta.dirname, '../../../../src/core/language');

function sourcesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(directory, name));
}
