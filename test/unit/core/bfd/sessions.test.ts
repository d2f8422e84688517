/** BFD sessions: the states, intervals and times of RFC 5880, what keepalived and FRR showed on the wire, and what hostile packets may do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/base/seeded-random.ts';
import { after, elapsed, instant, milliseconds, seconds } from '../../../../src/core/base/time.ts';
import { BfdSessions, bfdLeastTtl, bfdTtl } from '../../../../src/core/bfd/sessions.ts';
import { type BfdPacket, encodeBfd } from '../../../../src/core/wire/bfd.ts';
import { AT_ONCE, Wire } from '../../../support/bfd-wire.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { bfdConfig } from '../../../support/builders/bfd.ts';

const T0 = instant(5_000_000);

describe('a session', () => {
  it('goes Down, Init, Up on both sides within the first second', () => {
    const wire = new Wire();
    wire.run(seconds(1));
    expect([wire.state('a'), wire.state('b')]).toEqual(['Up', 'Up']);
    expect(wire.changes.map(({ of, to }) => `${of} ${to}`)).toContain('a Up');
  });

  it('sends once per second, a quarter early at most, while nobody answers', () => {
    const wire = new Wire();
    wire.cut.add('b');
    wire.run(seconds(60));
    const times = wire.packets('a').map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(750_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1_000_000);
    expect(new Set(gaps).size).toBeGreaterThan(20);
  });

  it('agrees on the longer of both intervals, and on the detection time of the neighbour', () => {
    const slow = { minTransmit: milliseconds(200), minReceive: milliseconds(150), multiplier: 5 };
    const wire = new Wire({}, slow);
    wire.run(seconds(3));
    const [a] = wire.a.machine.view().sessions;
    const [b] = wire.b.machine.view().sessions;
    // Measured on keepalived with these settings: 5 x 200 ms.
    expect(a).toMatchObject({ detectionTime: seconds(1), transmitInterval: milliseconds(150) });
    expect(b).toMatchObject({
      detectionTime: milliseconds(450),
      transmitInterval: milliseconds(200),
    });
  });

  it('polls when it comes up, until the neighbour has answered', () => {
    const wire = new Wire();
    wire.run(seconds(2));
    for (const end of ['a', 'b']) {
      const up = wire.packets(end).filter(({ packet }) => packet.state === 'Up' && !packet.final);
      expect(up[0]?.packet.poll, end).toBe(true);
      expect(up.at(-1)?.packet.poll, end).toBe(false);
      expect(
        wire.packets(end).some(({ packet }) => packet.final),
        end,
      ).toBe(true);
    }
  });

  it('is down when the neighbour is silent for the detection time, and says why', () => {
    const wire = new Wire();
    wire.run(seconds(3));
    const last = wire.packets('b').at(-1)?.at ?? wire.now;
    wire.cut.add('b');
    wire.run(seconds(1));
    const down = wire.changes.findLast(({ of }) => of === 'a');
    expect(down?.to).toBe('Down');
    expect((down?.at ?? 0) - last).toBe(milliseconds(300));
    const [first] = wire.packets('a', down?.at);
    expect(first).toMatchObject({
      at: down?.at,
      packet: { state: 'Down', diagnostic: 'detection-time-expired', yourDiscriminator: 0 },
    });
    // The neighbour hears of it at once.
    expect(wire.b.machine.view().sessions[0]).toMatchObject({
      state: 'Down',
      neighbour: { diagnostic: 'detection-time-expired' },
    });
  });

  it('comes back when the neighbour is heard again', () => {
    const wire = new Wire();
    wire.run(seconds(3));
    wire.cut.add('b');
    wire.run(seconds(5));
    wire.cut.clear();
    wire.run(seconds(2));
    expect([wire.state('a'), wire.state('b')]).toEqual(['Up', 'Up']);
  });

  it('says nothing of its own accord when it is passive', () => {
    const wire = new Wire({ passive: true }, { passive: true });
    wire.run(seconds(10));
    expect(wire.seen).toEqual([]);
    wire.configure('b', {});
    expect(wire.state('b')).toBe('Down');
  });

  it('comes up with a passive neighbour', () => {
    const wire = new Wire({}, { passive: true });
    wire.run(seconds(2));
    expect([wire.state('a'), wire.state('b')]).toEqual(['Up', 'Up']);
  });

  it('that ends tells its neighbour, which is down at once', () => {
    const wire = new Wire();
    wire.run(seconds(3));
    wire.stop('b');
    wire.run(AT_ONCE);
    expect(wire.state('a')).toBe('Down');
    expect(wire.packets('b').at(-1)?.packet).toMatchObject({
      state: 'Down',
      diagnostic: 'administratively-down',
    });
    expect(wire.b.machine.deadline).toBeUndefined();
  });

  it('stays up when a reload changes its intervals, which count after a poll', () => {
    const wire = new Wire();
    wire.run(seconds(3));
    const since = wire.now;
    wire.configure('a', { minTransmit: milliseconds(400), minReceive: milliseconds(50) });
    wire.run(seconds(5));
    expect(wire.packets('a', since)[0]?.packet).toMatchObject({ poll: true, state: 'Up' });
    expect(wire.changes.filter(({ at }) => at >= since)).toEqual([]);
    expect(wire.a.machine.view().sessions[0]?.transmitInterval).toBe(milliseconds(400));
    expect(wire.b.machine.view().sessions[0]?.detectionTime).toBe(milliseconds(1200));
  });

  it('sends nothing to a neighbour that wants nothing', () => {
    const machine = new BfdSessions(seededRandom(1));
    machine.handle(T0, { type: 'configured', sessions: [bfdConfig()] });
    machine.handle(T0, { type: 'deadline' });
    machine.handle(T0, packetFrom({ requiredMinRx: milliseconds(0) }));
    expect(machine.deadline).toBeGreaterThan(after(T0, seconds(2)));
  });
});

/** A packet of 192.0.2.2 to the session of `bfdConfig`. */
function packetFrom(changes: Partial<BfdPacket> = {}, at = T0, ttl = 255) {
  const packet: BfdPacket = {
    diagnostic: 'none',
    state: 'Down',
    poll: false,
    final: false,
    demand: false,
    multiplier: 3,
    myDiscriminator: 77,
    yourDiscriminator: 0,
    desiredMinTx: seconds(1),
    requiredMinRx: milliseconds(100),
    ...changes,
  };
  return {
    type: 'packet',
    source: ip('192.0.2.2'),
    destination: ip('192.0.2.1'),
    ttl,
    multihop: false,
    message: encodeBfd(packet),
    receivedAt: at,
  } as const;
}

describe('packets that are dropped', () => {
  const machineOf = (changes = {}): BfdSessions => {
    const machine = new BfdSessions(seededRandom(1));
    machine.handle(T0, { type: 'configured', sessions: [bfdConfig(changes)] });
    return machine;
  };

  it.each([
    ['malformed', { message: new Uint8Array(24) }],
    ['no-session', { source: ip('192.0.2.3') }],
    ['ttl-too-low', { ttl: 254 }],
  ] as const)('%s: counted, and nothing changes', (reason, changes) => {
    const machine = machineOf();
    expect(machine.handle(T0, { ...packetFrom(), ...changes })).toEqual([]);
    expect(machine.view().dropped[reason]).toBe(1);
    expect(machine.view().sessions[0]?.state).toBe('Down');
  });

  it('a discriminator of ours from another address', () => {
    const machine = machineOf();
    const yourDiscriminator = machine.view().sessions[0]?.discriminator ?? 0;
    const packet = packetFrom({ yourDiscriminator });
    expect(machine.handle(T0, { ...packet, source: ip('192.0.2.9') })).toEqual([]);
    expect(machine.view().dropped['wrong-source']).toBe(1);
  });

  it('one that came to another address than the source of the session', () => {
    const machine = machineOf({ source: ip('192.0.2.1') });
    const yourDiscriminator = machine.view().sessions[0]?.discriminator ?? 0;
    machine.handle(T0, { ...packetFrom({ yourDiscriminator }), destination: ip('192.0.2.5') });
    expect(machine.view().dropped['wrong-destination']).toBe(1);
  });

  it('100,000 packets in a second cost a few answers only, and the rest is counted', () => {
    const machine = machineOf();
    let answers = 0;
    for (let sent = 0; sent < 100_000; sent += 1) {
      const at = after(T0, milliseconds(sent / 100));
      const state = sent % 2 === 0 ? 'Down' : 'AdminDown';
      answers += machine.handle(at, packetFrom({ state, poll: true }, at)).length;
    }
    // 16 at once and then one per half of 100 ms, each at most a change and an answer.
    expect(answers).toBeLessThanOrEqual(2 * (16 + 20 + 1));
    expect(machine.view().dropped['too-fast']).toBeGreaterThan(99_900);
  });
});

describe('TTL', () => {
  it('is 255 in both families where nothing is configured; keepalived is heard with its 64 in IPv6', () => {
    const six = bfdConfig({ neighbour: ip('2001:db8::2') });
    expect([bfdTtl(bfdConfig()), bfdTtl(six)]).toEqual([255, 255]);
    expect([bfdLeastTtl(bfdConfig()), bfdLeastTtl(six)]).toEqual([255, 64]);
  });

  it('may be lower by the hops that are allowed; -1 allows any', () => {
    expect(bfdLeastTtl(bfdConfig({ maxHops: 5 }))).toBe(250);
    expect(bfdLeastTtl(bfdConfig({ ttl: 10, maxHops: 20 }))).toBe(0);
    expect(bfdLeastTtl(bfdConfig({ maxHops: -1 }))).toBe(0);
  });
});

describe('a reload', () => {
  it('keeps a session by name, ends the ones that are gone and begins new ones', () => {
    const machine = new BfdSessions(seededRandom(3));
    const other = bfdConfig({ name: 'Y', neighbour: ip('192.0.2.3') });
    machine.handle(T0, { type: 'configured', sessions: [bfdConfig(), other] });
    const before = machine.view().sessions.map(({ discriminator }) => discriminator);
    const third = bfdConfig({ name: 'Z', neighbour: ip('192.0.2.4') });
    machine.handle(T0, { type: 'configured', sessions: [bfdConfig({ multiplier: 7 }), third] });
    const names = machine.view().sessions.map(({ name }) => name);
    expect(names).toEqual(['X', 'Z']);
    expect(machine.view().sessions[0]?.discriminator).toBe(before[0]);
  });

  it('begins anew when the neighbour is another', () => {
    const machine = new BfdSessions(seededRandom(3));
    machine.handle(T0, { type: 'configured', sessions: [bfdConfig()] });
    const before = machine.view().sessions[0]?.discriminator;
    machine.handle(T0, {
      type: 'configured',
      sessions: [bfdConfig({ neighbour: ip('192.0.2.7') })],
    });
    expect(machine.view().sessions[0]?.discriminator).not.toBe(before);
  });
});

describe('properties', () => {
  const interval = fc.integer({ min: 10, max: 2000 }).map(milliseconds);
  const settings = fc.record({
    minTransmit: interval,
    minReceive: interval,
    multiplier: fc.integer({ min: 1, max: 10 }),
  });

  it('whatever the intervals, both come up and stay up without loss', () => {
    fc.assert(
      fc.property(settings, settings, (a, b) => {
        const wire = new Wire(a, b);
        wire.run(seconds(3));
        expect([wire.state('a'), wire.state('b')]).toEqual(['Up', 'Up']);
        const count = wire.changes.length;
        wire.run(seconds(20));
        expect(wire.changes).toHaveLength(count);
      }),
      { numRuns: 60 },
    );
  });

  it('whatever the intervals, silence is noticed after the detection time and not before', () => {
    fc.assert(
      fc.property(settings, settings, (a, b) => {
        const wire = new Wire(a, b);
        wire.run(seconds(10));
        const detection = wire.a.machine.view().sessions[0]?.detectionTime ?? 0;
        const last = wire.packets('b').at(-1)?.at ?? wire.now;
        wire.cut.add('b');
        wire.run(seconds(25));
        const down = wire.changes.find(
          ({ of, to, at }) => of === 'a' && to === 'Down' && at >= last,
        );
        expect(elapsed(last, down?.at ?? instant(0))).toBe(detection);
      }),
      { numRuns: 40 },
    );
  });
});
