/** A director whose process is restarted while its sessions are up: what the neighbour notices, and what those that track a session are told. */
import { expect, test } from 'vitest';
import { elapsed, microseconds, milliseconds, seconds } from '../../../../src/core/base/time.ts';
import { continuationOf } from '../../../../src/core/bfd/continuation.ts';
import { Wire } from '../../../support/bfd-wire.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { bfdConfig } from '../../../support/builders/bfd.ts';

/** With the intervals of `bfdConfig`: 300 ms of detection on both sides, and three packets of a second. */
const PATIENCE = milliseconds(300 + 300 + 3_000);

function settled(): Wire {
  const wire = new Wire();
  wire.run(seconds(5));
  wire.changes.splice(0);
  return wire;
}

test('a restart within the detection time changes nothing on either side', () => {
  const wire = settled();
  const before = wire.a.machine.view().sessions[0]?.discriminator;
  wire.restartA(milliseconds(100));
  wire.run(seconds(20));
  expect(wire.changes).toEqual([]);
  expect([wire.state('a'), wire.state('b')]).toEqual(['Up', 'Up']);
  expect(wire.a.machine.view().sessions[0]).toMatchObject({ discriminator: before, isUp: true });
  expect(wire.a.machine.view().sessions[0]?.believedUntil).toBeUndefined();
});

test('a restart that the neighbour notices is no end of the session for those that track it here', () => {
  const wire = settled();
  wire.restartA(milliseconds(700));
  const heard: (boolean | undefined)[] = [];
  for (let step = 0; step < 500; step++) {
    wire.run(milliseconds(10));
    heard.push(wire.counts('a'));
  }
  expect(heard.every((counts) => counts === true)).toBe(true);
  expect([wire.state('a'), wire.state('b')]).toEqual(['Up', 'Up']);
  expect(wire.changes.map(({ of, to }) => `${of} ${to}`)).toContain('b Down');
});

test('a neighbour that is silent behind a restart is down after the detection time and one slow packet', () => {
  const wire = settled();
  wire.cut.add('b');
  wire.restartA(milliseconds(100));
  const begin = wire.now;
  wire.run(seconds(2));
  const [down] = wire.changes.filter(({ of }) => of === 'a');
  expect(down?.to).toBe('Down');
  expect(elapsed(begin, down?.at ?? begin)).toBe(milliseconds(1_300));
  expect(wire.counts('a')).toBe(false);
});

test('a neighbour that noticed the restart and does not come back counts as down when the belief ends', () => {
  const wire = settled();
  const lostAt = wire.now;
  wire.restartA(milliseconds(700));
  // What it says arrives, what we say does not: it stays down.
  wire.cut.add('a');
  wire.run(seconds(20));
  const end = wire.changes.find(({ to }) => to === 'not back');
  expect(elapsed(lostAt, end?.at ?? lostAt)).toBe(PATIENCE);
  expect(wire.counts('a')).toBe(false);
});

test('restarts in a row do not make the belief longer', () => {
  const wire = settled();
  const lostAt = wire.now;
  wire.cut.add('a');
  wire.restartA(milliseconds(400));
  for (let count = 0; count < 40; count++) {
    wire.run(milliseconds(50));
    wire.restartA(milliseconds(100));
    const late = elapsed(lostAt, wire.now) > PATIENCE;
    if (late) expect(wire.counts('a'), `${count}`).toBe(false);
  }
  expect(elapsed(lostAt, wire.now)).toBeGreaterThan(PATIENCE);
});

test('a neighbour that was switched off, or has begun anew, is down at once', () => {
  const off = settled();
  off.restartA(milliseconds(100));
  off.stop('b');
  off.run(milliseconds(1));
  expect(off.counts('a')).toBe(false);
});

test('a session with another neighbour, or that was not up, is begun anew', () => {
  const wire = settled();
  const [view] = wire.a.machine.view().sessions;
  if (view === undefined) throw new Error('no session');
  const config = bfdConfig({ neighbour: wire.b.address });
  expect(continuationOf({ ...view, state: 'Down', isUp: false }, config, wire.now)).toBeUndefined();
  const left = continuationOf(view, config, wire.now);
  const other = bfdConfig({ neighbour: ip('192.0.2.9') });
  const order = { type: 'configured', sessions: [other], continues: left ? [left] : [] } as const;
  wire.stop('a');
  wire.a.machine.handle(wire.now, order);
  expect(wire.a.machine.view().sessions[0]).toMatchObject({ state: 'Down', isUp: false });
});

test('what is believed no longer is begun anew', () => {
  const wire = settled();
  wire.restartA(microseconds(PATIENCE + 1));
  expect(wire.counts('a')).toBe(false);
});
