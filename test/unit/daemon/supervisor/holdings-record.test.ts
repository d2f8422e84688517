/** What a successor must put away when all processes were killed: written, believed only of this version, and told to the first vrrp process. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Trouble } from '../../../../src/core/facts/troubles.ts';
import { NO_ORDERS } from '../../../../src/core/health/server-orders.ts';
import {
  type Holdings,
  HoldingsRecord,
  NO_HOLDINGS,
} from '../../../../src/daemon/supervisor/holdings-record.ts';
import { Knowledge } from '../../../../src/daemon/supervisor/knowledge.ts';
import { NO_HEALTH } from '../../../../src/daemon/supervisor/runtime-record.ts';
import { ip } from '../../../support/builders/addresses.ts';

const HOLDINGS: Holdings = {
  held: [{ instance: 'A', address: ip('192.0.2.1'), prefixLength: 24, interface: 'vrrp.51' }],
  links: {
    links: [
      {
        instance: 'A',
        link: { kind: 'macvlan', name: 'vrrp.51', parent: 'eth0', family: 'ipv4', mode: 'private' },
      },
    ],
    settings: [{ interface: 'eth0', setting: 'arpIgnore', before: 0, now: 1 }],
  },
  programs: [{ group: 4_001, bornAt: '10' }],
};

let directory: string;
let troubles: Trouble[];
let now: number;
let content: Holdings;
let record: HoldingsRecord;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-holdings-'));
  troubles = [];
  now = 500;
  content = HOLDINGS;
  record = new HoldingsRecord(
    directory,
    () => content,
    (trouble) => troubles.push(trouble),
    () => now,
  );
});

afterEach(() => {
  record.remove();
  rmSync(directory, { recursive: true });
});

const path = (): string => join(directory, 'holdings.json');
const parsed = () => JSON.parse(readFileSync(path(), 'utf8'));

async function write(seenAt: number): Promise<void> {
  record.touch();
  await vi.waitFor(() => expect(parsed().seenAt).toBe(seenAt), { timeout: 5_000, interval: 10 });
}

test('what was written is read, with the time', async () => {
  await write(500);
  expect(record.read()).toEqual({ ...HOLDINGS, seenAt: 500 });
  expect(troubles).toEqual([]);
});

test('what is not of the right form is left out', async () => {
  await write(500);
  const right = HOLDINGS.held[0];
  const wrong = [
    null,
    [],
    {},
    { entry: null, instance: 'A' },
    { entry: { kind: 'route' }, instance: 'A' },
    { ...right, instance: 7 },
    { ...right, address: 'eth0' },
    { ...right, prefixLength: '24' },
  ];
  writeFileSync(path(), JSON.stringify({ ...parsed(), held: [...wrong, right] }));
  expect(record.read().held).toEqual([right]);
  writeFileSync(path(), JSON.stringify({ ...parsed(), held: 'A' }));
  expect(record.read().held).toEqual([]);
});

test('without a change it keeps its time, but not for long while programs run', async () => {
  await write(500);
  now = 1_400;
  record.touch();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(parsed().seenAt).toBe(500);
  now = 1_600;
  await write(1_600);
});

test('of another version, or of another shape, nothing is believed', async () => {
  await write(500);
  writeFileSync(path(), JSON.stringify({ ...parsed(), version: '0.0.0' }), { mode: 0o600 });
  expect(record.read()).toEqual(NO_HOLDINGS);
  content = { held: 'x', links: 1, programs: [null, { group: 1, bornAt: '1' }, 7] } as never;
  now = 700;
  await write(700);
  expect(record.read()).toEqual({ ...NO_HOLDINGS, seenAt: 700 });
});

test('a first vrrp process is told of it, until one has said what it holds', () => {
  const knowledge = new Knowledge();
  knowledge.inherit({ owned: [], health: NO_HEALTH, orders: NO_ORDERS }, HOLDINGS);
  expect(knowledge.isFirst).toBe(true);
  expect(knowledge.held).toEqual(HOLDINGS.held);
  expect(knowledge.heldLinks).toEqual(HOLDINGS.links);
  const said = { type: 'views', groups: [], router: knowledge.router } as const;
  knowledge.hearVrrp({ ...said, instances: [], vips: [], isInForce: false });
  expect(knowledge.isFirst).toBe(true);
  knowledge.hearVrrp({ ...said, instances: [], vips: [], isInForce: true });
  expect(knowledge.isFirst).toBe(false);
  expect(knowledge.held).toEqual([]);
  expect(knowledge.heldLinks).toEqual({ links: [], settings: [] });
});
