/** Runs the conformance cases of VRRP and reports which items of the checklist have one. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CaseFile, type InputLine, runCase } from './vrrp-case.ts';

const ROOT = new URL('vrrp/', import.meta.url);
const UPDATE = process.env['UPDATE_CONFORMANCE'] !== undefined;

interface ChecklistItem {
  readonly id: string;
  readonly level: 'M' | 'S' | 'C';
  readonly text: string;
  /** Who decides it: the core alone, or core with drivers, kernel, configuration or another program. */
  readonly decidedBy: 'core' | 'outside';
  /** Why no test here has its id, where none has. */
  readonly reason?: string;
}

function lines<T>(url: URL): readonly T[] {
  return readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const cases = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => {
    const directory = new URL(`${entry.name}/`, ROOT);
    const file: CaseFile = JSON.parse(readFileSync(new URL('case.json', directory), 'utf8'));
    return { name: entry.name, directory, file };
  });

describe('vrrp', () => {
  it.each(cases.map((one) => [one.name, one.file.title, one] as const))(
    '%s: %s',
    (_name, _title, { directory, file }) => {
      const inputs = new URL('in.jsonl', directory);
      const actual = runCase(file, existsSync(inputs) ? lines<InputLine>(inputs) : []);
      const expected = new URL('out.jsonl', directory);
      if (UPDATE) {
        writeFileSync(expected, actual.map((line) => `${JSON.stringify(line)}\n`).join(''));
      }
      expect(actual).toEqual(lines(expected));
    },
  );
});

/** Ids that the names of other tests carry. */
function idsInTests(directory: URL): ReadonlySet<string> {
  const found = new Set<string>();
  for (const entry of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.test.ts')) continue;
    const text = readFileSync(new URL(entry, directory), 'utf8');
    for (const [, area, numbers = ''] of text.matchAll(/VR-([A-Z]{2})-([0-9, .-]+)/g)) {
      for (const id of expandIds(area ?? '', numbers)) found.add(id);
    }
  }
  return found;
}

/** "09, -10" and "13..-16" behind an area name several items. */
function expandIds(area: string, numbers: string): readonly string[] {
  const out: string[] = [];
  for (const part of numbers.split(',')) {
    const [from, to] = [...part.matchAll(/\d\d/g)].map(([digits]) => Number(digits));
    if (from === undefined) continue;
    const last = part.includes('..') && to !== undefined ? to : from;
    for (let n = from; n <= last; n++) out.push(`VR-${area}-${String(n).padStart(2, '0')}`);
  }
  return out;
}

describe('checklist', () => {
  const items: readonly ChecklistItem[] = JSON.parse(
    readFileSync(new URL('vrrp-checklist.json', import.meta.url), 'utf8'),
  );
  const known = new Set(items.map(({ id }) => id));
  const inCases = new Set(cases.flatMap(({ file }) => file.covers));
  const inTests = idsInTests(new URL('../', import.meta.url));

  it('has 150 items, and cases name no others', () => {
    expect(known.size).toBe(150);
    expect([...inCases].filter((id) => !known.has(id))).toEqual([]);
  });

  it('every item has a case, a test or a written reason; those that the core decides have no reason to be without', () => {
    const untested = items.filter(({ id }) => !inCases.has(id) && !inTests.has(id));
    const explained = untested.filter(({ reason }) => reason !== undefined);
    const missing = untested.filter(({ reason }) => reason === undefined);
    const elsewhere = items.filter(({ id }) => !inCases.has(id) && inTests.has(id));
    const report = [
      `VRRP checklist: ${inCases.size} of ${items.length} items have a conformance case,`,
      `${elsewhere.length} more a test elsewhere, ${explained.length} a written reason, ${missing.length} nothing:`,
      ...missing.map(({ id, level, text }) => `  ${id} ${level} ${text}`),
    ];
    process.stdout.write(`${report.join('\n')}\n`);
    expect(missing).toEqual([]);
    expect(explained.filter(({ decidedBy }) => decidedBy === 'core')).toEqual([]);
  });
});
