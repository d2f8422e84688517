/** What a child keeps for a supervisor that does not read. */

import { describe, expect, test } from 'vitest';
import { instant } from '../../../../src/core/base/time.ts';
import { HEALTH_WAITING, VRRP_WAITING } from '../../../../src/daemon/frame/merge-messages.ts';
import type { FromHealth, FromVrrp } from '../../../../src/daemon/frame/messages.ts';
import { Outbox, type WaitingRules } from '../../../../src/daemon/frame/outbox.ts';

/** Taken by the channel, however little is read. */
const IN_FLIGHT = 16;

/** An outbox whose reader reads only when told to. */
class Frozen<Message extends { readonly type: string }> {
  readonly written: Message[] = [];
  readonly #done: (() => void)[] = [];
  readonly #outbox: Outbox<Message>;

  constructor(rules: WaitingRules<Message>) {
    this.#outbox = new Outbox({
      ...rules,
      write: (message, done) => {
        this.written.push(message);
        this.#done.push(done);
      },
    });
  }

  send(message: Message, times = 1): this {
    for (let i = 0; i < times; i++) this.#outbox.send(message);
    return this;
  }

  /** How often the end was said to be reached. */
  ended = 0;

  end(message: Message): this {
    this.#outbox.end(message, () => this.ended++);
    return this;
  }

  /** All that was sent behind what was in flight, when the reader is back. */
  thaw(): readonly Message[] {
    const before = this.written.length;
    for (let done = this.#done.shift(); done !== undefined; done = this.#done.shift()) done();
    return this.written.slice(before);
  }
}

const beat = (at: number): FromVrrp => ({ type: 'heartbeat', at, latenessUs: 0 });
const facts = (count: number, instance = 'x'): FromVrrp => ({
  type: 'facts',
  facts: Array.from({ length: count }, () => ({
    at: instant(0),
    report: { type: 'notice' as const, id: 'vrrp.duplicateVrid' as const, instance },
  })),
});
const trouble = (errno: string): FromVrrp => ({
  type: 'trouble',
  trouble: { operation: 'read-interfaces', errno },
});

function vrrp(): Frozen<FromVrrp> {
  return new Frozen(VRRP_WAITING).send(beat(0), IN_FLIGHT);
}

describe('H6: a supervisor that does not read', () => {
  test('costs the channel sixteen messages, and the rest waits', () => {
    const frozen = vrrp().send(beat(1), 1_000);
    expect(frozen.written).toHaveLength(IN_FLIGHT);
  });

  test('gets the newest state only', () => {
    const frozen = vrrp().send(beat(1), 500).send(beat(2));
    expect(frozen.thaw()).toEqual([beat(2)]);
  });

  test('gets the last thousand facts, and is told how many are missing', () => {
    const frozen = vrrp();
    for (let i = 0; i < 30; i++) frozen.send(facts(100, String(i)));
    const [first, second, ...rest] = frozen.thaw();
    expect(first).toMatchObject({
      type: 'trouble',
      trouble: { detail: expect.stringMatching(/^2000 reports/) },
    });
    expect(second).toMatchObject({ type: 'facts' });
    expect(second?.type === 'facts' && second.facts).toHaveLength(1_000);
    expect(second?.type === 'facts' && second.facts.at(-1)).toMatchObject({
      report: { instance: '29' },
    });
    expect(rest).toEqual([]);
  });

  test('gets every answer that it waits for, however much trouble there was', () => {
    const frozen = vrrp()
      .send({ type: 'configured', serial: 1, instances: 1 })
      .send(trouble('E'), 10_000)
      .send({ type: 'stopped', left: [] });
    const after = frozen.thaw();
    expect(after.length).toBeLessThan(300);
    expect(after).toContainEqual({ type: 'configured', serial: 1, instances: 1 });
    expect(after.at(-1)).toEqual({ type: 'stopped', left: [] });
  });

  test('gets what waits and the last message when the child ends, and the channel stays open until then', () => {
    const frozen = vrrp().send(facts(2), 20).end({ type: 'stopped', left: [] });
    expect(frozen.written.slice(IN_FLIGHT)).toEqual([facts(40), { type: 'stopped', left: [] }]);
    expect(frozen.ended).toBe(0);
    frozen.send(beat(2)).thaw();
    expect(frozen.ended).toBe(1);
    expect(frozen.written.at(-1)).toEqual({ type: 'stopped', left: [] });
  });

  test('gets the last view of each virtual server, which come in slices', () => {
    const view = (key: string, quorumUp: boolean) => ({ key, quorumUp }) as never;
    const frozen = new Frozen<FromHealth>(HEALTH_WAITING)
      .send({ type: 'heartbeat', at: 0, latenessUs: 0 }, IN_FLIGHT)
      .send({ type: 'views', virtualServers: [view('a', false), view('b', false)] })
      .send({ type: 'views', virtualServers: [view('c', false)] })
      .send({ type: 'views', virtualServers: [view('a', true)] });
    expect(frozen.thaw()).toEqual([
      { type: 'views', virtualServers: [view('a', true), view('b', false), view('c', false)] },
    ]);
  });

  test('gets the sum of repairs', () => {
    const frozen = new Frozen<FromHealth>(HEALTH_WAITING)
      .send({ type: 'heartbeat', at: 0, latenessUs: 0 }, IN_FLIGHT)
      .send({ type: 'repaired', operations: 2, repairs: [] })
      .send({ type: 'repaired', operations: 3, repairs: [] });
    expect(frozen.thaw()).toEqual([{ type: 'repaired', operations: 5, repairs: [] }]);
  });
});
