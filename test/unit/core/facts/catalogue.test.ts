/** The catalogue is closed: each entry says what it should, and something in the program emits it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { CONTROL_COMMANDS } from '../../../../src/core/control/commands.ts';
import { allFactIds, factEntry } from '../../../../src/core/facts/catalogue.ts';
import { DIAGNOSTIC_CODES } from '../../../../src/core/language/codes.ts';
import { newCounters } from '../../../../src/core/vrrp/counters.ts';
import { REASON_IDS } from '../../../../src/core/vrrp/reasons.ts';

const SOURCE = resolve(import.meta.dirname, '../../../../src');

/** The program without the catalogue itself and without comments and types that only name things. */
function program(): string {
  return readdirSync(SOURCE, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !/\/core\/(facts\/(?!from-cores)|manual\/|vrrp\/(types|notices|reasons|address-reports)\.ts)/.test(
          path,
        ),
    )
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

/** Facts in families: a finding of each code, a notice for each counter of packets, commands that a child carries out. */
function isOfFamily(id: string): boolean {
  const name = id.slice(id.indexOf('.') + 1);
  if (id.startsWith('operator.')) return Object.hasOwn(CONTROL_COMMANDS, name);
  return id.startsWith('config.')
    ? Object.hasOwn(DIAGNOSTIC_CODES, name)
    : id.startsWith('vrrp.') && Object.hasOwn(newCounters(), name);
}

test('something emits every fact of the catalogue', () => {
  const text = program();
  const silent = allFactIds().filter((id) => !isOfFamily(id) && !text.includes(`'${id}'`));
  // It is made where its type stands.
  expect(silent.filter((id) => id !== 'vrrp.actionFailed')).toEqual([]);
});

test('every counter of dropped packets that has a notice is raised somewhere', () => {
  const text = program();
  const packets = allFactIds().filter((id) => id.startsWith('vrrp.') && isOfFamily(id));
  expect(packets.length).toBeGreaterThan(10);
  const silent = packets.filter((id) => !text.includes(`'${id.replace('vrrp.', '')}'`));
  expect(silent).toEqual([]);
});

test('every reason for a state is given somewhere', () => {
  const text = program();
  expect(REASON_IDS.filter((reason) => !text.includes(`'${reason}'`))).toEqual([]);
});

test('every entry says when it is said, in sentences', () => {
  const poor = allFactIds().filter((id) => !/^[A-Z`].*\.$/s.test(factEntry(id).meaning));
  expect(poor).toEqual([]);
});
