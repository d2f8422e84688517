/** An option that a text of ours names belongs to a command that has it, and the text names the command where only some do. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SOURCES = resolve(import.meta.dirname, '../../../src');
/** Texts of findings: shown by `check`, `plan`, a start and a reload alike. */
const TEXTS = ['core/language', 'core/manual'];

function files(): string[] {
  return TEXTS.flatMap((directory) =>
    readdirSync(join(SOURCES, directory), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(SOURCES, directory, name)),
  );
}

test('--offline, which a reload and a start lack, is named with its command', () => {
  const bare = files().flatMap((file) =>
    readFileSync(file, 'utf8')
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .split('\n')
      .filter((line) => /(?<!tandem check )(?<!\\`)--offline/.test(line)),
  );
  expect(bare).toEqual([]);
});
