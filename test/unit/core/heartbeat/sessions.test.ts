/** Heartbeat sessions: who is believed, for how long, and what a hostile path cannot do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8Bytes } from '../../../../src/core/base/bytes.ts';
import { instant, milliseconds } from '../../../../src/core/base/time.ts';
import { decodeHeartbeat, encodeHeartbeat } from '../../../../src/core/wire/heartbeat.ts';
import { hmacSha256, said } from '../../../support/builders/heartbeat.ts';
import { HEARTBEAT_KEY } from '../../../vectors/heartbeat.ts';
import { Pair } from './pair.ts';

const MASTER = [said()];
const BACKUP = [said({ state: 'BACKUP' })];

/** Both have heard each other, and `a` is MASTER. */
function met(): Pair {
  const pair = new Pair();
  pair.say('a', MASTER);
  return pair.run(1_000);
}

const state = (pair: Pair) => pair.facts.b?.routers[0]?.state;

test('a pair believes after one exchange, and each hears what the other says, by its own clock', () => {
  const pair = new Pair();
  pair.run(5_000);
  pair.say('a', [said({ since: instant(3_000_000) })]);
  pair.run(5_002);
  const met = pair.told.filter(({ what }) => what === 'silent -> heard');
  expect(met.map(({ side }) => side).sort()).toEqual(['a', 'b']);
  for (const { at } of met) expect(at).toBeLessThanOrEqual(milliseconds(5));
  const [router] = pair.facts.b?.routers ?? [];
  expect(router).toMatchObject({ state: 'MASTER', vrid: 51, source: '192.0.2.2' });
  expect(Math.abs((router?.since ?? 0) - 3_000_000)).toBeLessThan(milliseconds(5));
});

test('a change is said at once, and not more often than each 10 ms', () => {
  const pair = met();
  pair.say('a', BACKUP);
  pair.run(1_002);
  expect(state(pair)).toBe('BACKUP');
  const before = pair.passed.length;
  for (let ms = 1_002; ms < 1_102; ms++) {
    pair.say('a', ms % 2 === 0 ? MASTER : BACKUP);
    pair.run(ms);
  }
  expect(
    pair.passed.filter(({ from }, index) => index >= before && from === 'a').length,
  ).toBeLessThan(13);
});

test('a peer that falls silent is silent after interval x multiplier, and not before', () => {
  const pair = met();
  pair.arrives.a = false;
  const last = pair.passed.findLast(({ from, at }) => from === 'a' && at <= instant(1_000_000));
  pair.run(5_000);
  const silent = pair.told.find(({ side, what }) => side === 'b' && what === 'heard -> silent');
  const silence = (silent?.at ?? 0) - (last?.at ?? 0);
  expect(silence).toBe(milliseconds(1_001));
  expect(pair.facts.b).toMatchObject({ isAlive: false, routers: [] });
});

test('one that goes says so, and is believed at once', () => {
  const pair = met();
  pair.feed('a', { type: 'configured', sessions: [] });
  pair.run(1_002);
  expect(pair.told.at(-1)).toMatchObject({ side: 'b', what: 'heard -> left' });
  expect(pair.facts.b).toMatchObject({ isAlive: false, routers: [] });
});

test('a peer that was started again is believed after one exchange', () => {
  const pair = met();
  pair.restart('a');
  pair.say('a', BACKUP);
  pair.run(1_010);
  expect(state(pair)).toBe('BACKUP');
  expect(pair.told.filter(({ side }) => side === 'b')).toHaveLength(1);
});

test('both started again at once meet again', () => {
  const pair = met();
  pair.restart('a');
  pair.restart('b');
  pair.run(1_300);
  expect(pair.view('a').state).toBe('heard');
  expect(pair.view('b').state).toBe('heard');
});

test('the longer one of two intervals counts', () => {
  const pair = new Pair({ a: { interval: milliseconds(1_000) } });
  pair.run(20_000);
  expect(pair.told.map(({ what }) => what)).toEqual(['silent -> heard', 'silent -> heard']);
  expect(pair.view('b').silence).toBe(milliseconds(5_000));
});

test('another interval or key comes in place; until both sides have the key there is silence, and then no more', () => {
  const pair = met();
  pair.configure('b', { interval: milliseconds(100), multiplier: 10 });
  pair.run(3_000);
  expect(pair.view('b').state).toBe('heard');
  const key = { secret: HEARTBEAT_KEY.toUpperCase() };
  pair.configure('a', { key });
  pair.run(6_000);
  expect(pair.view('b').state).toBe('silent');
  expect(pair.told.map(({ what }) => what)).toContain('1 forged');
  pair.configure('b', { key });
  pair.run(6_500);
  expect(pair.view('b').state).toBe('heard');
});

test('more routers than fit in a datagram are all heard, and one that goes is gone', () => {
  const pair = new Pair();
  const many = Array.from({ length: 60 }, (_, index) => said({ vrid: index + 1 }));
  pair.say('a', many);
  pair.run(10_000);
  expect(pair.facts.b?.routers).toHaveLength(60);
  expect(pair.view('b').dropped).toMatchObject({ 'too-fast': 0 });
  pair.say('a', many.slice(0, 30));
  pair.run(10_002);
  expect(pair.facts.b?.routers.map(({ vrid }) => vrid)).toEqual(
    many.slice(0, 30).map(({ vrid }) => vrid),
  );
});

describe('a process that was stopped', () => {
  test('does not take its own pause for the silence of the peer', () => {
    const pair = met();
    pair.stall('b');
    pair.run(9_000);
    pair.goOn('b');
    pair.run(12_000);
    expect(pair.told.filter(({ side }) => side === 'b').map(({ what }) => what)).toEqual([
      'silent -> heard',
    ]);
    expect(state(pair)).toBe('MASTER');
  });

  test('listens two intervals, and no longer, when the peer died meanwhile', () => {
    const pair = met();
    pair.stall('b');
    pair.run(2_000);
    pair.arrives.a = false;
    pair.run(9_000);
    pair.goOn('b');
    pair.run(12_000);
    const silent = pair.told.find(({ side, what }) => side === 'b' && what === 'heard -> silent');
    expect(silent?.at).toBeLessThanOrEqual(instant(9_401_000));
  });
});

describe('a hostile path', () => {
  test('recorded datagrams are not believed: not of this start, not of an earlier one, not after a restart of the receiver', () => {
    const pair = met();
    const ofFirst = pair.passed.filter(({ from }) => from === 'a').map(({ bytes }) => bytes);
    pair.restart('a');
    pair.say('a', BACKUP);
    pair.run(2_000);
    const ofSecond = pair.passed
      .filter(({ from, at }) => from === 'a' && at > instant(1_000_000))
      .map(({ bytes }) => bytes);
    pair.arrives.a = false;
    for (const bytes of [...ofFirst, ...ofSecond]) pair.inject('b', bytes);
    expect(state(pair)).toBe('BACKUP');
    pair.run(3_500);
    expect(pair.view('b').state).toBe('silent');
    for (const bytes of [...ofFirst, ...ofSecond]) pair.inject('b', bytes);
    expect(pair.view('b').state).toBe('silent');
    pair.restart('b');
    for (const bytes of [...ofFirst, ...ofSecond]) pair.inject('b', bytes);
    expect(pair.view('b').state).toBe('silent');
    expect(pair.view('b').received).toBe(0);
  });

  test('the last datagrams of a start that is over do not come back, though what they answer is fresh', () => {
    const pair = met();
    const last = pair.passed.filter(({ from, at }) => from === 'a' && at > instant(500_000));
    pair.restart('a');
    pair.say('a', BACKUP);
    pair.run(1_010);
    expect(state(pair)).toBe('BACKUP');
    const before = pair.view('b').received;
    for (const { bytes } of last) pair.inject('b', bytes);
    expect(state(pair)).toBe('BACKUP');
    expect(pair.view('b').received).toBe(before);
  });

  test('datagrams that were held back for longer than the silence do not keep a dead peer alive', () => {
    const pair = met();
    pair.arrives.a = false;
    pair.run(3_000);
    const held = pair.passed.filter(({ from, at }) => from === 'a' && at > instant(1_000_000));
    expect(held.length).toBeGreaterThan(8);
    expect(pair.view('b').state).toBe('silent');
    for (const { bytes } of held.filter(({ at }) => at < instant(1_900_000)))
      pair.inject('b', bytes);
    expect(pair.view('b').state).toBe('silent');
    expect(pair.view('b').dropped.unanswered).toBeGreaterThan(0);
  });

  test('its own datagrams, thrown back, are nothing', () => {
    const pair = met();
    pair.arrives.a = false;
    pair.run(3_000);
    for (const { bytes } of pair.passed.filter(({ from }) => from === 'b')) pair.inject('b', bytes);
    expect(pair.view('b').state).toBe('silent');
  });

  test('a flood of forged datagrams costs few digests, no answer, and no genuine datagram', () => {
    const pair = met();
    const forged = encodeHeartbeat(
      {
        isLeaving: true,
        part: 0,
        parts: 1,
        boot: 'ffffffffffffffff',
        counter: 1,
        challenge: 'ffffffffffffffff',
        answer: 'ffffffffffffffff',
        interval: milliseconds(200),
        entries: [],
      },
      utf8Bytes('another key of at least 32 bytes'),
      hmacSha256,
    );
    const sent = pair.passed.length;
    for (let ms = 1_000; ms < 3_000; ms++) {
      for (let count = 0; count < 20; count++) pair.inject('b', forged);
      pair.run(ms);
    }
    const { dropped } = pair.view('b');
    expect(dropped.forged).toBeLessThan(60);
    expect(dropped.forged + dropped['too-fast']).toBe(40_000);
    expect(pair.passed.slice(sent).filter(({ from }) => from === 'b').length).toBeLessThan(13);
    expect(state(pair)).toBe('MASTER');
    expect(pair.told.filter(({ what }) => /forged|too-fast/.test(what)).length).toBeLessThan(5);
  });

  test('a flood of recorded datagrams is answered within limits, by nothing that is longer', () => {
    const pair = met();
    const recorded = pair.passed.filter(({ from }) => from === 'a').map(({ bytes }) => bytes);
    pair.restart('b');
    const sent = pair.passed.length;
    pair.arrives.a = false;
    for (let count = 0; count < 10_000; count++) {
      for (const bytes of recorded) pair.inject('b', bytes);
    }
    const answers = pair.passed.slice(sent).filter(({ from }) => from === 'b');
    expect(answers.length).toBeLessThanOrEqual(17);
    const shortest = Math.min(...recorded.map(({ length }) => length));
    for (const { bytes } of answers) expect(bytes.length).toBeLessThanOrEqual(shortest);
  });

  test('without the key nothing is believed, answered or thrown, whatever it is', () => {
    const pair = met();
    const before = { view: pair.view('b').state, sent: pair.passed.length };
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1 }),
        (which, flips) => {
          const bytes = pair.passed[which % before.sent]?.bytes.slice() ?? new Uint8Array(0);
          const original = bytes.slice();
          for (const [at, value] of flips) bytes[at % bytes.length] = value;
          if (!bytes.every((byte, index) => byte === original[index])) pair.inject('b', bytes);
          expect(pair.passed.length).toBe(before.sent);
          expect(state(pair)).toBe('MASTER');
        },
      ),
    );
  });

  test('with loss, duplicates and other orders, what is believed was true within the silence', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ lose: fc.boolean(), replay: fc.nat({ max: 400 }), flip: fc.boolean() }),
          {
            minLength: 20,
            maxLength: 60,
          },
        ),
        (steps) => {
          const pair = new Pair();
          let isMaster = true;
          let backupSince = Number.POSITIVE_INFINITY;
          pair.say('a', MASTER);
          let ms = 0;
          for (const { lose, replay, flip } of steps) {
            pair.arrives.a = !lose;
            const recorded = pair.passed[replay];
            if (recorded?.from === 'a') pair.inject('b', recorded.bytes);
            if (flip) {
              isMaster = !isMaster;
              backupSince = isMaster ? Number.POSITIVE_INFINITY : pair.now;
              pair.say('a', isMaster ? MASTER : BACKUP);
            }
            ms += 100;
            pair.run(ms);
            const believed = state(pair);
            if (believed === 'MASTER') {
              expect(pair.now - backupSince).toBeLessThanOrEqual(milliseconds(2_002));
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

test('what it sends can be read, and bears the number of its parts', () => {
  const pair = met();
  for (const { bytes } of pair.passed) expect(decodeHeartbeat(bytes)).toMatchObject({ ok: true });
});
