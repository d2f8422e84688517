/** Witnesses: when hosts are asked, what their silence means, and what a pause of this process means. */
import { expect, test } from 'vitest';
import { instant, milliseconds } from '../../../../src/core/base/time.ts';
import { type WitnessAction, Witnesses } from '../../../../src/core/heartbeat/witnesses.ts';
import { type WitnessConfig, witnessVerdict } from '../../../../src/core/model/takeover.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { witness } from '../../../support/builders/heartbeat.ts';

const HOSTS = witness().addresses;

/** One witness on a virtual clock, whose hosts answer after `delayMs`. */
class Bench {
  readonly machine = new Witnesses();
  readonly asked: { readonly ms: number; readonly address: string }[] = [];
  readonly told: string[] = [];
  readonly answering = new Set<string>(HOSTS);
  delayMs = 5;
  ms = 0;
  #due: { readonly ms: number; readonly address: string; readonly sequence: number }[] = [];

  constructor(config: WitnessConfig = witness()) {
    this.configure(config);
  }

  configure(config: WitnessConfig): void {
    const event = { type: 'configured', witnesses: [config] } as const;
    this.#take(this.machine.handle(instant(this.ms * 1000), event));
  }

  answer(address: string, sequence: number, ms: number): void {
    this.#take(
      this.machine.handle(instant(this.ms * 1000), {
        type: 'answered',
        witness: 'WAN',
        address: ip(address),
        sequence,
        receivedAt: instant(ms * 1000),
      }),
    );
  }

  run(ms: number): this {
    for (;;) {
      const deadline = this.machine.deadline ?? Number.POSITIVE_INFINITY;
      const next = Math.min(deadline / 1000, ...this.#due.map((one) => one.ms));
      if (next > ms) break;
      this.ms = Math.max(this.ms, next);
      const arrived = this.#due.filter((one) => one.ms <= this.ms);
      this.#due = this.#due.filter((one) => !arrived.includes(one));
      for (const one of arrived) this.answer(one.address, one.sequence, one.ms);
      if (deadline / 1000 <= this.ms) {
        this.#take(this.machine.handle(instant(this.ms * 1000), { type: 'deadline' }));
      }
    }
    this.ms = ms;
    return this;
  }

  get verdict(): string {
    const [view] = this.machine.view();
    return view === undefined ? 'none' : witnessVerdict(view);
  }

  #take(actions: readonly WitnessAction[]): void {
    for (const action of actions) {
      if (action.type === 'ask') {
        const { address, sequence } = action;
        this.asked.push({ ms: this.ms, address });
        if (this.answering.has(address)) {
          this.#due.push({ ms: this.ms + this.delayMs, address, sequence });
        }
      } else if (action.type === 'witnessChanged') {
        this.told.push(
          `${action.isEnough ? 'enough' : 'too few'}: ${action.answering}, silent ${action.silent.join(' ')}`,
        );
      }
    }
  }
}

test('all hosts are asked at once and then once in each interval', () => {
  const bench = new Bench().run(2_500);
  expect(bench.asked.map(({ ms }) => ms)).toEqual([0, 0, 0, 1000, 1000, 1000, 2000, 2000, 2000]);
});

test('the first answers are awaited, and no longer than the timeout', () => {
  const bench = new Bench().run(1);
  expect(bench.verdict).toBe('awaited');
  expect(bench.run(6).verdict).toBe('enough');
  const silent = new Bench();
  silent.answering.clear();
  expect(silent.run(499).verdict).toBe('awaited');
  expect(silent.run(500).verdict).toBe('too-few');
  expect(silent.told).toEqual([`too few: 0, silent ${HOSTS.join(' ')}`]);
});

test('as soon as it is sure that too few can answer, nothing is awaited', () => {
  const bench = new Bench();
  bench.answering.clear();
  bench.answering.add(HOSTS[0] ?? '');
  expect(bench.run(1_400).verdict).toBe('too-few');
  bench.answering.add(HOSTS[1] ?? '');
  expect(bench.run(2_004).verdict).toBe('too-few');
  expect(bench.run(2_006).verdict).toBe('enough');
  expect(bench.told).toEqual([
    `too few: 1, silent ${HOSTS[1]} ${HOSTS[2]}`,
    `enough: 2, silent ${HOSTS[2]}`,
  ]);
});

test('a host that falls silent counts until the timeout of the next request', () => {
  const bench = new Bench().run(900);
  bench.answering.clear();
  expect(bench.run(1_499).verdict).toBe('enough');
  expect(bench.run(1_501).verdict).toBe('too-few');
});

test('a late answer, one to an earlier request and one of a stranger count for nothing', () => {
  const bench = new Bench();
  bench.answering.clear();
  bench.run(1_600);
  expect(bench.verdict).toBe('too-few');
  for (const host of HOSTS) {
    bench.answer(host, 1, 1_600);
    bench.answer(host, 2, 1_600);
  }
  bench.answer('192.0.2.9', 2, 1_001);
  expect(bench.verdict).toBe('too-few');
});

test.each([1_200, 1_600])(
  'after a pause of this process since %i ms nothing is known, it asks at once, and the answers are awaited',
  (since) => {
    const bench = new Bench().run(since);
    expect(bench.verdict).toBe('enough');
    bench.ms = 9_000;
    bench.run(9_001);
    expect(bench.verdict).toBe('awaited');
    expect(bench.asked.at(-1)?.ms).toBe(9_000);
    expect(bench.run(9_006).verdict).toBe('enough');
  },
);

test('a reload keeps what is known of hosts that stay', () => {
  const bench = new Bench().run(1_200);
  bench.configure(witness({ addresses: [...HOSTS.slice(0, 2), ip('192.0.2.250')], atLeast: 2 }));
  expect(bench.verdict).toBe('enough');
  bench.configure(witness({ addresses: [...HOSTS.slice(0, 2), ip('192.0.2.250')], atLeast: 3 }));
  expect(bench.verdict).toBe('awaited');
  bench.configure(witness({ interval: milliseconds(10_000), timeout: milliseconds(1_000) }));
  const before = bench.asked.length;
  bench.run(9_000);
  expect(bench.asked.length).toBe(before);
});
