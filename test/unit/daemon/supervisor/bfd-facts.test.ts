/** BFD sessions as facts for checks: each state is told once, whether it came as a change or in a view. */
import { expect, test } from 'vitest';
import { instant, seconds } from '../../../../src/core/base/time.ts';
import type { FromVrrp } from '../../../../src/daemon/frame/messages.ts';
import { BfdFacts } from '../../../../src/daemon/supervisor/bfd-facts.ts';
import { Wire } from '../../../support/bfd-wire.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { bfdConfig } from '../../../support/builders/bfd.ts';

function changed(session: string, to: string): FromVrrp {
  const report = { type: 'bfdChanged', session, to, isUp: to === 'Up' };
  return { type: 'facts', facts: [{ at: 1, report }] } as unknown as FromVrrp;
}

function views(
  ...sessions: readonly { readonly name: string; readonly state: string }[]
): FromVrrp {
  const views = sessions.map((one) => ({ ...one, isUp: one.state === 'Up' }));
  return { type: 'views', bfd: { sessions: views } } as unknown as FromVrrp;
}

test('a state is told once', () => {
  const facts = new BfdFacts();
  const down = { kind: 'bfd', name: 'a', isUp: false };
  expect(facts.take(views({ name: 'a', state: 'Down' }))).toEqual([down]);
  expect(facts.take(changed('a', 'Init'))).toEqual([]);
  expect(facts.take(changed('a', 'Up'))).toEqual([{ ...down, isUp: true }]);
  expect(facts.take(views({ name: 'a', state: 'Up' }, { name: 'b', state: 'AdminDown' }))).toEqual([
    { ...down, name: 'b' },
  ]);
  expect(facts.all).toEqual([
    { ...down, isUp: true },
    { ...down, name: 'b' },
  ]);
});

test('other messages say nothing', () => {
  const facts = new BfdFacts();
  expect(facts.take({ type: 'ready' })).toEqual([]);
  expect(facts.take({ type: 'facts', facts: [] })).toEqual([]);
  expect(facts.all).toEqual([]);
});

test('a session that nobody tends counts as up no longer than a successor would believe', () => {
  const facts = new BfdFacts();
  facts.take(views({ name: 'a', state: 'Up' }, { name: 'b', state: 'Up' }));
  const peer = { neighbour: ip('192.0.2.2'), multihop: false };
  const left = [{ name: 'a', peer, since: instant(0), until: instant(5_000) }];
  const down = { kind: 'bfd', isUp: false };
  expect(facts.outlive(left, instant(4_999))).toEqual([{ ...down, name: 'b' }]);
  expect(facts.outlive(left, instant(5_000))).toEqual([{ ...down, name: 'a' }]);
  expect(facts.outlive(left, instant(9_000))).toEqual([]);
});

test('what is left to a successor: sessions that are up and still configured', () => {
  const wire = new Wire();
  wire.run(seconds(5));
  const view = wire.a.machine.view();
  const config = bfdConfig({ neighbour: wire.b.address });
  const facts = new BfdFacts();
  expect(facts.left(view, [config, bfdConfig({ name: 'new' })], wire.now)).toMatchObject([
    { name: 'X', until: wire.now + 3_600_000, up: { neighbour: { state: 'Up' } } },
  ]);
  expect(facts.left(view, [], wire.now)).toEqual([]);
  expect(facts.left(undefined, [config], wire.now)).toEqual([]);
  // It went down behind the last view, and said so.
  facts.take(changed('X', 'Down'));
  expect(facts.left(view, [config], wire.now)).toEqual([]);
});

test('a session that leaves the configuration is forgotten; one that stays is not', () => {
  const facts = new BfdFacts();
  facts.take(views({ name: 'a', state: 'Up' }, { name: 'b', state: 'Up' }));
  facts.keep([bfdConfig({ name: 'b' })]);
  expect(facts.all).toEqual([{ kind: 'bfd', name: 'b', isUp: true }]);
  expect(facts.take(views({ name: 'a', state: 'Up' }, { name: 'b', state: 'Up' }))).toEqual([
    { kind: 'bfd', name: 'a', isUp: true },
  ]);
});
