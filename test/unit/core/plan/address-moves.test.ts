/** What plans say about addresses that an instance gives up. */
import { expect, test } from 'vitest';
import type { RunningInstance } from '../../../../src/core/plan/config-plan.ts';
import { planOf, vrrp } from './support.ts';

const MASTER: RunningInstance = { state: 'MASTER', effectivePriority: 100 };
const BACKUP: RunningInstance = { state: 'BACKUP', effectivePriority: 100 };

const V = (...vips: readonly string[]) => vrrp('V', '', 51, vips.join('\n    '));
const W = (...vips: readonly string[]) => vrrp('W', '', 52, vips.join('\n    '));

function said(
  from: string,
  to: string,
  states?: Readonly<Record<string, RunningInstance>>,
): string[] {
  const facts = states === undefined ? {} : { vrrp: new Map(Object.entries(states)) };
  return planOf(from, to, facts).changes.flatMap(({ name, consequences }) =>
    consequences.map((one) => `${name}: ${one}`),
  );
}

const [A, B, C] = ['192.0.2.100/24', '192.0.2.101/24', '192.0.2.102/24'] as const;

test.each<[string, Readonly<Record<string, RunningInstance>> | undefined, string]>([
  ['both are master', { V: MASTER, W: MASTER }, 'moves to W and stays on eth0: both are master'],
  [
    'the new holder is backup',
    { V: MASTER, W: BACKUP },
    'moves to W; leaves eth0 until W is master here',
  ],
  ['nobody could be asked', undefined, 'moves to W; stays on eth0 if both are master'],
])('V7: an address that moves when %s', (_when, states, what) => {
  const from = V(A, B) + W(C);
  expect(said(from, V(A) + W(C, B), states)).toEqual([`V: 192.0.2.101: ${what}`]);
});

test('V7: an address of a backup leaves nothing', () => {
  expect(said(V(A, B) + W(C), V(A) + W(C, B), { V: BACKUP, W: MASTER })).toEqual([]);
});

test('V7: the addresses of an instance that is removed leave, but for those that another one takes', () => {
  const states = { V: MASTER, W: MASTER };
  expect(said(V(A, B) + W(C), W(C), states)).toEqual(['V: its addresses leave this host']);
  expect(said(V(A, B) + W(C), W(C, B), states)).toEqual([
    'V: 192.0.2.100: leaves this host',
    'V: 192.0.2.101: moves to W and stays on eth0: both are master',
  ]);
});

test('V7: a new instance is not master yet', () => {
  const states = { V: MASTER };
  expect(said(V(A, B), V(A) + W(B), states)).toEqual([
    'V: 192.0.2.101: moves to W; leaves eth0 until W is master here',
  ]);
});

test('V6: another prefix length is the same address', () => {
  expect(said(V(A), V('192.0.2.100/32'), { V: MASTER })).toEqual([]);
});
