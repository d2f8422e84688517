/** BFD sessions as facts for checks: each state is told once, whether it came as a change or in a view. */
import { expect, test } from 'vitest';
import type { FromVrrp } from '../../../../src/daemon/frame/messages.ts';
import { BfdFacts } from '../../../../src/daemon/supervisor/bfd-facts.ts';

function changed(session: string, to: string): FromVrrp {
  const report = { type: 'bfdChanged', session, to };
  return { type: 'facts', facts: [{ at: 1, report }] } as unknown as FromVrrp;
}

function views(
  ...sessions: readonly { readonly name: string; readonly state: string }[]
): FromVrrp {
  return { type: 'views', bfd: { sessions } } as unknown as FromVrrp;
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
