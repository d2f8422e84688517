/** The stream of facts: numbers, times, subscribers. */
import { expect, test } from 'vitest';
import { instant } from '../../../../src/core/base/time.ts';
import type { FactEnvelope } from '../../../../src/core/facts/envelope.ts';
import { FactStream } from '../../../../src/daemon/supervisor/fact-stream.ts';

const WALL = 1_700_000_000_000;

function stream(): { readonly facts: FactStream; readonly heard: FactEnvelope[] } {
  const heard: FactEnvelope[] = [];
  const facts = new FactStream({ monotonic: () => instant(10_000_000), wall: () => WALL });
  facts.subscribe((envelope) => heard.push(envelope));
  return { facts, heard };
}

test('numbers facts from 1 without a gap, and dates them now', () => {
  const { facts, heard } = stream();
  facts.publish({ id: 'daemon.stopped', status: 0 });
  facts.publish({ id: 'component.cleaned-up', component: 'vrrp' });
  expect(heard).toEqual([
    {
      seq: 1,
      at: { monotonic: 10_000_000, wall: WALL },
      component: 'main',
      fact: { id: 'daemon.stopped', status: 0 },
    },
    {
      seq: 2,
      at: { monotonic: 10_000_000, wall: WALL },
      component: 'vrrp',
      fact: { id: 'component.cleaned-up', component: 'vrrp' },
    },
  ]);
});

test('takes the time of the reporter where it knew it, on both clocks', () => {
  const { facts, heard } = stream();
  facts.publish({ id: 'ipvs.refusals-ended' }, instant(9_750_000));
  expect(heard[0]?.at).toEqual({ monotonic: 9_750_000, wall: WALL - 250 });
});

test('believes no reporter that it is ahead of now', () => {
  const { facts, heard } = stream();
  facts.publish({ id: 'ipvs.refusals-ended' }, instant(99_000_000));
  expect(heard[0]?.at.monotonic).toBe(10_000_000);
});

test('every subscriber hears every fact once', () => {
  const { facts, heard } = stream();
  const second: number[] = [];
  facts.subscribe(({ seq }) => second.push(seq));
  for (let i = 0; i < 3; i++) facts.publish({ id: 'daemon.stopping', reason: 'SIGTERM' });
  expect(heard.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(second).toEqual([1, 2, 3]);
});
