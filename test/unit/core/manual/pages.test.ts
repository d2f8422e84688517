/** The pages of the reference documentation: complete, consistent, and kept up to date under conf/docs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEVIATIONS } from '../../../../src/core/language/deviations.ts';
import { allTables } from '../../../../src/core/language/keywords/root.ts';
import { CONFIG_LIMITS } from '../../../../src/core/language/limits.ts';
import { allCodes } from '../../../../src/core/manual/code-doc.ts';
import { familyOf } from '../../../../src/core/manual/families.ts';
import { LIMIT_TEXT } from '../../../../src/core/manual/limit-text.ts';
import { keywordTarget } from '../../../../src/core/manual/page-keywords.ts';
import { docPages } from '../../../../src/core/manual/pages.ts';
import { ROWS } from './every-keyword.ts';

const KEPT = join(import.meta.dirname, '../../../../conf/docs');
const PAGES = docPages();

function page(name: string): string {
  return PAGES.get(name) ?? '';
}

describe('the pages under conf/docs', () => {
  it.each([...PAGES.keys()])('%s is up to date', (name) => {
    expect(readFileSync(join(KEPT, name), 'utf8'), 'tandem docs --write conf/docs').toBe(
      page(name),
    );
  });

  it('are all there are', () => {
    expect(readdirSync(KEPT).sort()).toEqual([...PAGES.keys()].sort());
  });
});

describe('the pages', () => {
  it('have a place for every block', () => {
    const homeless = allTables().filter((table) => familyOf(table) === undefined);
    expect(homeless.map(({ name }) => name)).toEqual([]);
  });

  it.each(ROWS.map((row) => [row.title, row] as const))(
    'describe %s and name it in the list of all',
    (_, { table, keyword }) => {
      const [file = '', anchor = ''] = keywordTarget(table, keyword).split('#');
      expect(page(file)).toContain(`<a id="${anchor}"></a>`);
      expect(page(file)).toContain(keyword.summary.replaceAll('|', '\\|'));
      expect(page('keywords.md')).toContain(`\`${keyword.name}\``);
      if (keyword.effect === 'not-supported-yet')
        expect(page('not-supported-yet.md')).toContain(`[\`${keyword.name}\`]`);
    },
  );

  it('nothing but SNMP and D-Bus is not supported yet', () => {
    const names = ROWS.filter(({ keyword }) => keyword.effect === 'not-supported-yet').map(
      ({ keyword }) => keyword.name,
    );
    expect(names.filter((name) => !/snmp|dbus|^enable_traps$/.test(name))).toEqual([]);
  });

  it('describe every finding', () => {
    const text = page('diagnostics.md') + page('rules.md');
    expect(allCodes().filter((code) => !text.includes(`\n## ${code}\n`))).toEqual([]);
  });

  it('list every limit and every difference', () => {
    expect(Object.keys(CONFIG_LIMITS).filter((name) => LIMIT_TEXT[name] === undefined)).toEqual([]);
    expect(Object.keys(LIMIT_TEXT).filter((name) => !(name in CONFIG_LIMITS))).toEqual([]);
    for (const { input } of DEVIATIONS)
      expect(page('differences.md')).toContain(input.replaceAll('|', '\\|'));
  });

  it.each([...PAGES.keys()])('%s has links that lead somewhere', (name) => {
    const broken = [...page(name).matchAll(/\]\(([^)]*)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !target.startsWith('..'))
      .filter((target) => {
        const [file = '', anchor] = target.split('#');
        const text = file === '' ? page(name) : PAGES.get(file);
        return text === undefined || (anchor !== undefined && !text.includes(`<a id="${anchor}">`));
      });
    expect(broken).toEqual([]);
  });

  it.each([...PAGES.keys()])(
    '%s has no place twice, and rows with as many cells as heads',
    (name) => {
      const text = page(name);
      const anchors = [...text.matchAll(/<a id="([^"]*)">/g)].map(([, id]) => id);
      expect(new Set(anchors).size).toBe(anchors.length);
      const tables = text.split('\n\n').filter((part) => part.startsWith('|'));
      for (const table of tables) {
        const cells = table
          .split('\n')
          .filter((row) => row !== '')
          .map((row) => row.replaceAll('\\|', '').split('|').length);
        expect(new Set(cells).size).toBe(1);
      }
    },
  );
});
