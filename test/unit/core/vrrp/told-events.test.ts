/** What notifications need to hear of an instance beside its states: its priority at the start, and losing routers. */
import { expect, test } from 'vitest';
import { instance } from '../../../support/builders/instance.ts';
import { Bench, master } from '../../../support/vrrp-bench.ts';

test('a start tells the priority when trackers make it another one than configured', () => {
  const trackInterfaces = [{ name: 'eth9', weight: -30 }];
  const bench = new Bench(instance({ trackInterfaces }));
  expect(bench.lines().filter((line) => / priority /.test(line))).toEqual([
    '0.000 VI priority 100 -> 70',
  ]);
  expect(new Bench(instance()).lines().filter((line) => / priority /.test(line))).toEqual([]);
});

test('a losing router is told once in 30 s, however often it advertises', () => {
  const bench = master(instance()).forget();
  for (let at = 4; at < 60; at += 0.5) bench.run(at).packet({ priority: 50 });
  const told = bench.actions('notice').filter(({ id }) => id === 'vrrp.lowerPriorityHeard');
  expect(told).toMatchObject([
    { source: '192.0.2.2', priority: 50 },
    { source: '192.0.2.2', priority: 50, suppressed: 59 },
  ]);
});
