/**
 * A pair of directors with heartbeats in virtual time, whose two networks fail one by one and together: VRRP alone, both, a crash. With a veto
 * there is never a second master while the heartbeat gets through, and no takeover is later than it has to be.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/core/base/time.ts';
import { HeartbeatSessions } from '../../src/core/heartbeat/sessions.ts';
import { hmacKeyBytes } from '../../src/core/model/hmac.ts';
import type { VrrpState } from '../../src/core/vrrp/events-and-actions.ts';
import { ip } from '../support/builders/addresses.ts';
import { heartbeat, hmacSha256 } from '../support/builders/heartbeat.ts';
import { HOST, type Host } from '../support/builders/host.ts';
import { instance } from '../support/builders/instance.ts';
import { Bench } from '../support/vrrp-bench.ts';

/** A datagram or packet takes so long. */
const DELAY_US = 1_000;
/** Master_Down_Interval of the lower priority, behind the last advertisement, which may be an interval old. */
const DOWN_US = 3_609_375;
const SILENCE_US = 1_000_000;
const INTERVAL_US = 1_000_000;
const BEAT_US = 200_000;
/** Deliveries of one takeover: an advertisement, and the handshake of a heartbeat. */
const SLACK_US = 10_000;

/** One director: a router and its heartbeat session. */
class Director {
  readonly bench: Bench;
  readonly sessions: HeartbeatSessions;
  isAlive = true;
  seen = 0;
  state: VrrpState;

  constructor(address: string, peer: string, priority: number, host: Host) {
    let ids = 0;
    this.sessions = new HeartbeatSessions({
      hmacSha256,
      newId: () => `${address.slice(-1).padStart(2, '0')}${(++ids).toString(16).padStart(14, '0')}`,
      keyOf: ({ key }) => hmacKeyBytes(key.secret),
    });
    const name = 'LB2';
    const takeoverHeartbeat = { name, mode: 'veto' } as const;
    this.bench = new Bench(instance({ priority, takeoverHeartbeat }), { host });
    const sessions = [heartbeat({ name, neighbour: ip(peer) })];
    this.sessions.handle(instant(0), { type: 'configured', sessions });
    this.state = this.bench.state();
  }

  get deadline(): number {
    if (!this.isAlive) return Number.POSITIVE_INFINITY;
    const { router } = this.bench;
    return Math.min(router.deadline ?? Infinity, this.sessions.deadline ?? Infinity);
  }
}

/** The same host with another address. */
function hostWith(address: string): Host {
  const addresses = HOST.addresses.map((one) =>
    one.address === '192.0.2.1' ? { ...one, address: ip(address) } : one,
  );
  return { ...HOST, addresses };
}

/** Both of them and the two networks. */
class Cluster {
  readonly a = new Director('192.0.2.1', '192.0.2.2', 200, HOST);
  readonly b = new Director('192.0.2.2', '192.0.2.1', 100, hostWith('192.0.2.2'));
  /** Whether what one sends arrives. */
  vrrp = true;
  beat = true;
  now = 0;
  /** Called whenever a state may have changed. */
  onStep: () => void = () => undefined;
  #wire: { due: number; to: Director; deliver: () => void }[] = [];

  run(until: number): void {
    for (;;) {
      const next = Math.min(this.a.deadline, this.b.deadline, ...this.#wire.map(({ due }) => due));
      if (next > until) break;
      this.now = Math.max(this.now, next);
      const due = this.#wire.filter((one) => one.due <= this.now);
      this.#wire = this.#wire.filter((one) => one.due > this.now);
      for (const { to, deliver } of due) if (to.isAlive) deliver();
      for (const one of [this.a, this.b]) {
        if (one.deadline > this.now) continue;
        const { bench, sessions } = one;
        bench.now = this.now as Instant;
        if ((bench.router.deadline ?? Infinity) <= this.now) bench.send({ type: 'deadline' });
        if ((sessions.deadline ?? Infinity) <= this.now) this.#beat(one, { type: 'deadline' });
        this.#sent(one);
      }
      this.onStep();
    }
    this.now = until;
  }

  #other(one: Director): Director {
    return one === this.a ? this.b : this.a;
  }

  #beat(one: Director, event: Parameters<HeartbeatSessions['handle']>[1]): void {
    const to = this.#other(one);
    for (const action of one.sessions.handle(this.now as Instant, event)) {
      if (action.type === 'peer') {
        one.bench.send({ type: 'takeover', peers: [action.fact], witnesses: [] });
      } else if (action.type === 'send' && this.beat) {
        const due = this.now + DELAY_US;
        const message = action.packet;
        const receivedAt = instant(due);
        const deliver = (): void => {
          to.bench.now = receivedAt;
          this.#beat(to, { type: 'packet', session: 'LB2', message, receivedAt });
          this.#sent(to);
        };
        this.#wire.push({ due, to, deliver });
      }
    }
  }

  /** Advertisements on the wire, and what the heartbeat has to say of a new state. */
  #sent(one: Director): void {
    const { bench } = one;
    const to = this.#other(one);
    for (; one.seen < bench.record.length; one.seen++) {
      const action = bench.record[one.seen]?.action;
      if (action?.type !== 'sendAdvertisement' || !this.vrrp) continue;
      const due = this.now + DELAY_US;
      const { family, ifindex, source, destination, message } = action;
      const packet = { family, ifindex, source, destination, message, ttl: 255 } as const;
      const deliver = (): void => {
        to.bench.now = instant(due);
        to.bench.send({ type: 'packet', ...packet, receivedAt: instant(due) });
        this.#sent(to);
      };
      this.#wire.push({ due, to, deliver });
    }
    this.#beat(one, { type: 'own', routers: bench.router.said() });
  }

  get masters(): number {
    return [this.a, this.b].filter(({ isAlive, bench }) => isAlive && bench.state() === 'MASTER')
      .length;
  }
}

/** Both are up, and `a` is MASTER. */
function settled(): Cluster {
  const cluster = new Cluster();
  cluster.run(20e6);
  expect([cluster.a.bench.state(), cluster.b.bench.state()]).toEqual(['MASTER', 'BACKUP']);
  return cluster;
}

describe('a pair with a veto', () => {
  test('VRRP alone is cut: one master, as long as it lasts', () => {
    const cluster = settled();
    cluster.vrrp = false;
    cluster.onStep = () => expect(cluster.masters).toBe(1);
    cluster.run(80e6);
    expect(cluster.b.bench.view().takeoverHeld).toBeDefined();
    cluster.vrrp = true;
    cluster.run(82e6);
    expect(cluster.b.bench.view().takeoverHeld).toBeUndefined();
  });

  test('both are cut: two masters, as without a heartbeat, and one when they are back', () => {
    const cluster = settled();
    cluster.vrrp = false;
    cluster.beat = false;
    cluster.run(20e6 + DOWN_US + SLACK_US);
    expect(cluster.masters).toBe(2);
    cluster.vrrp = true;
    cluster.beat = true;
    cluster.run(20e6 + DOWN_US + SLACK_US + 2 * INTERVAL_US);
    expect(cluster.masters).toBe(1);
  });

  test('the master crashes: its successor is there after the longer one of down timer and silence', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2_000_000 }), fc.nat({ max: 8_000_000 }), (at, cut) => {
        const cluster = settled();
        const cutAt = 20e6 + at;
        cluster.run(cutAt);
        cluster.vrrp = false;
        const crashedAt = cutAt + cut;
        cluster.run(crashedAt);
        cluster.a.isAlive = false;
        let takenAt = Number.POSITIVE_INFINITY;
        cluster.onStep = () => {
          if (cluster.b.bench.state() === 'MASTER') takenAt = Math.min(takenAt, cluster.now);
        };
        cluster.run(crashedAt + 20e6);
        const latest = Math.max(cutAt + DOWN_US, crashedAt + SILENCE_US) + SLACK_US;
        expect(takenAt).toBeLessThanOrEqual(latest);
        expect(takenAt).toBeGreaterThanOrEqual(
          Math.max(cutAt + DOWN_US - INTERVAL_US, crashedAt + SILENCE_US - BEAT_US) - SLACK_US,
        );
      }),
      { numRuns: 20 },
    );
  });

  test('whatever fails and heals: no second master while the heartbeat has got through for a second', () => {
    const step = fc.record({
      after: fc.integer({ min: 10_000, max: 6_000_000 }),
      vrrp: fc.boolean(),
      beat: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const cluster = settled();
        let cutAt: number | undefined;
        let wasTwo = false;
        cluster.onStep = () => {
          if (cluster.masters > 1 && !wasTwo) {
            wasTwo = true;
            // Only a heartbeat that was cut lately, or is, makes two; a new election is over within a moment.
            const isBeatGood = cluster.beat && cutAt !== undefined && cluster.now - cutAt > 2e6;
            expect(isBeatGood && !cluster.vrrp).toBe(false);
          }
          if (cluster.masters < 2) wasTwo = false;
        };
        for (const { after, vrrp, beat } of steps) {
          if (!beat) cutAt = cluster.now;
          if (beat && !cluster.beat) cutAt = cluster.now;
          cluster.vrrp = vrrp;
          cluster.beat = beat;
          cluster.run(cluster.now + after);
        }
        cluster.vrrp = true;
        cluster.beat = true;
        cluster.run(cluster.now + DOWN_US + 3 * INTERVAL_US);
        expect(cluster.masters).toBe(1);
      }),
      { numRuns: 40 },
    );
  });
});
