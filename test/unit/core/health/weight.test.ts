/** Weights that checks set, as measured on keepalived 2.4.3. */
import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../../../src/core/base/time.ts';
import type { WeightShare } from '../../../../src/core/checkers/outcome.ts';
import { weightOf } from '../../../../src/core/health/weight.ts';
import type { CheckConfig } from '../../../../src/core/model/config.ts';
import { tcpCheck } from '../../../support/builders/check.ts';
import { type Answer, realServer, rs, VS, virtualServer, World } from './support.ts';

function add(amount: number): WeightShare {
  return { kind: 'add', amount };
}

/** What an exit status of a dynamic check says. */
function exit(status: number): WeightShare {
  return { kind: 'replace', weight: status - 2 };
}

describe('the weight of a server', () => {
  it.each<[number, readonly (WeightShare | undefined)[], number]>([
    [5, [], 5],
    [5, [undefined], 5],
    [5, [exit(12)], 10],
    [5, [exit(2)], 0],
    [5, [exit(255)], 253],
    [5, [exit(22), exit(7)], 20],
    [5, [exit(12), exit(22)], 5 + 5 + 15],
    [10, [add(6)], 16],
    [10, [add(-12)], 0],
    // The sum is brought into range, not each share.
    [10, [add(-12), exit(22)], 8],
    [10, [add(4_294_967_294), add(-4_294_967_294)], 10],
    [10, [add(4_294_967_294)], 2_147_483_647],
  ])('%i with %j is %i', (configured, shares, weight) => {
    expect(
      weightOf(
        configured,
        shares.map((share) => ({ share })),
      ),
    ).toBe(weight);
  });
});

/** A check that is asked each second, and forgives nothing; its port sets it apart from others. */
function each(label: string): CheckConfig {
  const { target } = tcpCheck();
  return tcpCheck({
    label,
    retry: 0,
    delayLoop: seconds(1),
    warmup: milliseconds(0),
    target: { ...target, port: label.charCodeAt(0) },
  });
}

interface Scene {
  readonly world: World;
  /** What each check answers from now on; lets three seconds pass. */
  readonly answer: (answers: Readonly<Record<string, Answer>>) => void;
}

function scene(weight: number, labels: readonly string[], change: object = {}): Scene {
  const answers = new Map<string, Answer>();
  const world = new World(({ label }) => answers.get(label) ?? { outcome: 'ok' });
  world.configure(virtualServer([realServer(1, labels.map(each), { weight })], change));
  world.run(3);
  return {
    world,
    answer: (next) => {
      for (const [label, one] of Object.entries(next)) answers.set(label, one);
      world.run(world.now + 3);
    },
  };
}

describe('a server whose checks set its weight', () => {
  it('keeps the part of one check while another fails', () => {
    const { world, answer } = scene(5, ['a', 'b', 'tcp']);
    expect(world.pool(1)).toBe('5');
    answer({ a: { outcome: 'ok', weight: exit(22) } });
    expect(world.pool(1)).toBe('20');
    answer({ b: { outcome: 'ok', weight: exit(7) } });
    expect(world.pool(1)).toBe('20');
    answer({ b: { outcome: 'timeout' } });
    expect(world.pool(1)).toBe('-');
    answer({ b: { outcome: 'ok', weight: exit(7) } });
    expect(world.pool(1)).toBe('20');
    answer({ a: { outcome: 'ok' } });
    expect(world.pool(1)).toBe('5');
    answer({ tcp: { outcome: 'refused' } });
    answer({ a: { outcome: 'ok', weight: exit(30) } });
    expect(world.pool(1)).toBe('-');
    answer({ tcp: { outcome: 'ok' } });
    expect(world.pool(1)).toBe('28');
  });

  it('is alive with weight 0, and its own failure takes its part back', () => {
    const { world, answer } = scene(5, ['a']);
    answer({ a: { outcome: 'ok', weight: exit(2) } });
    expect(world.pool(1)).toBe('0');
    answer({ a: { outcome: 'timeout' } });
    expect(world.pool(1)).toBe('-');
    answer({ a: { outcome: 'ok', weight: exit(12) } });
    expect(world.pool(1)).toBe('10');
  });

  it('gains and loses the quorum by its weight alone', () => {
    const { world, answer } = scene(5, ['a'], { quorum: 5, hysteresis: 1 });
    // At the start 5 is less than quorum and hysteresis.
    answer({ a: { outcome: 'ok', weight: exit(8) } });
    answer({ a: { outcome: 'ok', weight: exit(2) } });
    answer({ a: { outcome: 'ok', weight: exit(7) } });
    answer({ a: { outcome: 'ok', weight: exit(8) } });
    expect(world.log().map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'quorum UP 6',
      'quorum DOWN 0',
      'quorum UP 6',
    ]);
  });

  it('reports each change once and orders one plan', () => {
    const { world, answer } = scene(5, ['a']);
    const before = world.actions.length;
    answer({ a: { outcome: 'ok', weight: exit(12) } });
    const news = world.actions.slice(before).filter(({ type }) => type !== 'startProbe');
    expect(news).toMatchObject([
      { type: 'weightChanged', virtualServer: VS, realServer: rs(1), weight: 10 },
      { type: 'replan', virtualServer: VS },
    ]);
  });

  it('keeps its weight over a reload, also when another one is configured', () => {
    const { world, answer } = scene(5, ['a']);
    answer({ a: { outcome: 'ok', weight: add(3) } });
    world.configure(virtualServer([realServer(1, [each('a')], { weight: 5 })]));
    expect(world.pool(1)).toBe('8');
    world.configure(virtualServer([realServer(1, [each('a')], { weight: 7 })]));
    expect(world.pool(1)).toBe('10');
    expect(world.machine.view().virtualServers[0]?.aliveWeight).toBe(10);
  });

  it('keeps its weight over a restart of the process, until the check has a result', () => {
    const share = { server: `${VS} ${rs(1)}`, check: 'a', share: exit(12) };
    const known = {
      type: 'adoptDown',
      serverKeys: [],
      aliveServerKeys: [`${VS} ${rs(1)}`],
      shares: [share],
    } as const;
    const config = virtualServer([realServer(1, [each('a')], { weight: 5 })]);
    for (const isBefore of [true, false]) {
      const world = new World(() => ({ outcome: 'ok', weight: exit(7) }));
      if (isBefore) world.send(known);
      world.configure(config);
      if (!isBefore) world.send(known);
      expect(world.pool(1)).toBe('10');
      const view = world.machine.view().virtualServers[0];
      expect(view?.aliveWeight).toBe(10);
      expect(view?.realServers[0]?.checks[0]?.share).toEqual(exit(12));
      world.run(3);
      expect(world.pool(1)).toBe('5');
    }
  });
});
