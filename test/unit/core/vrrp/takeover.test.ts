/** Heartbeats and witnesses have a say in takeovers: what holds one, what never does, and when it goes on. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant, seconds } from '../../../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import type { SaidRouter } from '../../../../src/core/model/takeover.ts';
import { ip, vip } from '../../../support/builders/addresses.ts';
import { peerFact, said, witnessFact } from '../../../support/builders/heartbeat.ts';
import { configuration, instance, instance6 } from '../../../support/builders/instance.ts';
import { Bench } from '../../../support/vrrp-bench.ts';

const VETO = { takeoverHeartbeat: { name: 'LB2', mode: 'veto' } } as const;
const ALLOW = { takeoverHeartbeat: { name: 'LB2', mode: 'allow' } } as const;
const WITNESSED = { takeoverWitness: 'WAN' } as const;
/** Master_Down_Interval of priority 100, version 2, behind the last advertisement. */
const DOWN = 3.609375;
const LATER = 10;

/** The peer's heartbeat is heard and says this; nothing: it says nothing of any router. */
function hears(bench: Bench, ...routers: readonly SaidRouter[]): Bench {
  return bench.send({ type: 'takeover', peers: [peerFact(routers)], witnesses: [] });
}

function silence(bench: Bench): Bench {
  return bench.send({ type: 'takeover', peers: [peerFact([], false)], witnesses: [] });
}

function witnessed(bench: Bench, answering: number, awaited = 0): Bench {
  return bench.send({ type: 'takeover', peers: [], witnesses: [witnessFact(answering, awaited)] });
}

/** A Backup that heard its Master at 1 s, by advertisement and heartbeat, and never again. */
function vanished(changes: Partial<VrrpInstanceConfig> = VETO, router = said()): Bench {
  const bench = new Bench(instance(changes));
  hears(bench, router);
  return bench.run(1).packet();
}

const reason = (bench: Bench) => bench.view().reason;
const notices = (bench: Bench) =>
  bench.record.flatMap(({ action }) =>
    action.type === 'notice' && action.id.startsWith('vrrp.takeover') ? [action] : [],
  );
const sent = (bench: Bench) =>
  bench.record.filter(
    ({ action }) => action.type === 'sendAdvertisement' || action.type === 'announce',
  );

describe('a heartbeat with veto', () => {
  test('holds the takeover while the peer lives and is MASTER: nothing is sent, and it is said once', () => {
    const bench = vanished().run(LATER);
    expect(bench.state()).toBe('BACKUP');
    expect(sent(bench)).toEqual([]);
    expect(bench.view().takeoverHeld).toEqual({
      since: instant(4_609_375),
      hold: { kind: 'heartbeat', heartbeat: 'LB2', peer: '10.2.0.2', priority: 200 },
    });
    expect(notices(bench)).toMatchObject([
      { id: 'vrrp.takeoverHeld', hold: { kind: 'heartbeat' }, unheard: seconds(DOWN) },
    ]);
  });

  test('also when the master was never heard', () => {
    const bench = new Bench(instance(VETO));
    hears(bench, said()).run(LATER);
    expect(bench.state()).toBe('BACKUP');
    expect(notices(bench)).toHaveLength(1);
  });

  test.each<[string, (bench: Bench) => unknown]>([
    ['falls silent', silence],
    ['says BACKUP', (bench) => hears(bench, said({ state: 'BACKUP' }))],
    ['says FAULT', (bench) => hears(bench, said({ state: 'FAULT' }))],
    ['says INIT', (bench) => hears(bench, said({ state: 'INIT' }))],
    ['says nothing of this router', (bench) => hears(bench)],
    ['says that its interface is not all right', (bench) => hears(bench, said({ isSound: false }))],
    [
      'says that its witnesses do not answer',
      (bench) => hears(bench, said({ hasWitnesses: false })),
    ],
  ])('the takeover happens at once, without another down interval, when it %s', (_, change) => {
    const bench = vanished().run(LATER);
    change(bench);
    expect(bench.state()).toBe('MASTER');
    expect(bench.now).toBe(instant(LATER * 1e6));
    expect(reason(bench)).toBe('master-timeout');
    expect(bench.view().takeoverHeld).toBeUndefined();
    expect(notices(bench).at(-1)).toMatchObject({
      id: 'vrrp.takeoverReleased',
      outcome: 'takes-over',
    });
  });

  test.each<[string, Partial<SaidRouter>]>([
    ['another router id', { vrid: 52 }],
    ['another family', { family: 'ipv6' }],
    [
      'another segment with the same id',
      { source: ip('198.51.100.1'), virtual: ip('198.51.100.9') },
    ],
  ])('is not about %s', (_, router) => {
    expect(vanished(VETO, said(router)).run(LATER).state()).toBe('MASTER');
  });

  test('knows the router by the source of its advertisements, or by a virtual address', () => {
    const moved = { virtual: ip('192.0.2.77') };
    expect(vanished(VETO, said(moved)).run(LATER).state()).toBe('BACKUP');
    expect(
      vanished(VETO, said({ source: ip('192.0.2.9') }))
        .run(LATER)
        .state(),
    ).toBe('BACKUP');
  });

  test('never delays the takeover from a peer that died: the later one of the two silences counts', () => {
    const before = vanished().run(2);
    silence(before).run(1 + DOWN);
    expect(before.state()).toBe('MASTER');
    const behind = vanished().run(1 + DOWN + 0.4);
    expect(behind.state()).toBe('BACKUP');
    silence(behind);
    expect(behind.state()).toBe('MASTER');
  });

  test('holds nothing back after a resignation', () => {
    const bench = vanished().run(2).packet({ priority: 0 });
    expect(bench.run(2.7).state()).toBe('MASTER');
    expect(reason(bench)).toBe('master-resigned');
    const held = vanished().run(LATER).packet({ priority: 0 });
    expect(held.run(LATER + 0.7).state()).toBe('MASTER');
  });

  test('is not asked when a live master of lower priority is preempted', () => {
    const bench = new Bench(instance({ ...VETO, priority: 150 }));
    hears(bench, said({ priority: 90 }));
    for (let at = 1; at < 5; at++) bench.run(at).packet({ priority: 90 });
    expect(bench.state()).toBe('MASTER');
    expect(reason(bench)).toBe('preempted');
    const back = vanished({ ...VETO, priority: 150 }, said({ priority: 90 }));
    expect(back.run(LATER).state()).toBe('BACKUP');
    expect(back.packet({ priority: 90 }).state()).toBe('MASTER');
    expect(reason(back)).toBe('preempted');
  });

  test('an advertisement that is heard again ends the wait; the full down interval counts again', () => {
    const bench = vanished().run(LATER).packet();
    expect(bench.view().takeoverHeld).toBeUndefined();
    expect(notices(bench).at(-1)).toMatchObject({ outcome: 'master-heard' });
    silence(bench);
    expect(bench.run(LATER + DOWN - 0.01).state()).toBe('BACKUP');
    expect(bench.run(LATER + DOWN).state()).toBe('MASTER');
  });

  test('has no say for an owner', () => {
    expect(
      vanished({ ...VETO, priority: 255 })
        .run(LATER)
        .state(),
    ).toBe('MASTER');
  });

  test('nor for an instance that does not name it', () => {
    expect(vanished({}).run(LATER).state()).toBe('MASTER');
  });

  test('a fault ends the wait, and its end begins with the down timer', () => {
    const bench = vanished().run(LATER);
    bench.reload(instance({ ...VETO, needsPeer: true }));
    expect(bench.state()).toBe('FAULT');
    expect(bench.view().takeoverHeld).toBeUndefined();
  });

  test('a reload that takes the word away lets it take over; one that keeps it changes nothing', () => {
    const bench = vanished().run(LATER);
    bench.reload(instance({ ...VETO, priority: 101 })).run(LATER);
    expect(bench.state()).toBe('BACKUP');
    expect(bench.view().takeoverHeld).toMatchObject({ since: instant(4_609_375) });
    bench.reload(instance()).run(LATER);
    expect(bench.state()).toBe('MASTER');
  });

  test('words that come or go by a reload cost no mastership', () => {
    const bench = new Bench(instance()).run(LATER);
    const count = sent(bench).length;
    bench.reload(instance({ ...VETO, ...WITNESSED }));
    witnessed(bench, 0);
    bench
      .run(LATER + 5)
      .reload(instance())
      .run(LATER + 10);
    expect(bench.state()).toBe('MASTER');
    expect(bench.view().counters.releaseMaster).toBe(0);
    expect(sent(bench).length).toBeGreaterThan(count);
  });
});

describe('a heartbeat with allow', () => {
  test('takes over in time, says why, and follows the conflict by its name', () => {
    const bench = vanished(ALLOW).run(1 + DOWN);
    expect(bench.state()).toBe('MASTER');
    expect(reason(bench)).toBe('master-unheard');
    for (let tenth = 47; tenth < 80; tenth++) hears(bench.run(tenth / 10), said());
    expect(bench.view().conflicts).toMatchObject([
      { name: 'unheard-peer', address: '192.0.2.2', priority: 200 },
    ]);
    silence(bench).run(15);
    expect(bench.view().conflicts).toEqual([]);
    const phases = bench.record.flatMap(({ action }) =>
      action.type === 'conflict' ? action.phase : [],
    );
    expect(phases).toEqual(['began', 'silent']);
  });

  test('a peer that is gone is an ordinary time-out', () => {
    const bench = silence(vanished(ALLOW)).run(LATER);
    expect(reason(bench)).toBe('master-timeout');
    expect(bench.view().conflicts).toEqual([]);
  });

  test('a heartbeat that is still MASTER while its sender steps down is no conflict', () => {
    const bench = new Bench(instance({ ...ALLOW, priority: 250 })).run(LATER);
    hears(bench, said());
    hears(bench.run(LATER + 0.2), said({ state: 'BACKUP' })).run(LATER + 10);
    expect(bench.record.filter(({ action }) => action.type === 'conflict')).toEqual([]);
  });
});

describe('witnesses', () => {
  const alone = () => new Bench(instance(WITNESSED));

  test('without enough answers nobody is promoted, and with them at once', () => {
    const bench = alone();
    witnessed(bench, 1).run(LATER);
    expect(bench.state()).toBe('BACKUP');
    expect(sent(bench)).toEqual([]);
    expect(bench.view().takeoverHeld?.hold).toEqual({
      kind: 'witness',
      witness: 'WAN',
      answering: 1,
      atLeast: 2,
      total: 3,
      isAwaited: false,
    });
    witnessed(bench, 2);
    expect(bench.state()).toBe('MASTER');
  });

  test('answers that are awaited hold it as well, whatever the reason for the takeover', () => {
    const bench = alone();
    witnessed(bench, 0, 3).packet({ priority: 0 });
    expect(bench.run(1).state()).toBe('BACKUP');
    witnessed(bench, 2, 1);
    expect(bench.state()).toBe('MASTER');
    expect(reason(bench)).toBe('master-resigned');
  });

  test('a live master of lower priority is not preempted without them', () => {
    const bench = new Bench(instance({ ...WITNESSED, priority: 150 }));
    witnessed(bench, 0);
    for (let at = 1; at < 9; at++) bench.run(at).packet({ priority: 90 });
    expect(bench.state()).toBe('BACKUP');
    expect(notices(bench)).toHaveLength(1);
    witnessed(bench, 3);
    expect(bench.state()).toBe('MASTER');
  });

  test('a MASTER is not demoted by them, and goes on when its process is another one', () => {
    const bench = alone();
    witnessed(bench, 3).run(LATER);
    witnessed(bench, 0).run(LATER + 10);
    expect(bench.state()).toBe('MASTER');
    const adopted = new Bench(instance(WITNESSED), { adopt: ['VI'] });
    expect(adopted.state()).toBe('MASTER');
  });

  test('an owner asks nobody', () => {
    expect(new Bench(instance({ ...WITNESSED, priority: 255 })).run(LATER).state()).toBe('MASTER');
  });
});

describe('a sync group', () => {
  const six = instance6({ name: 'VI6', ...VETO });
  const group = configuration([instance(VETO), six], {
    syncGroups: [{ name: 'G', members: ['VI', 'VI6'] }],
  });

  test('waits for a member that is held, and takes over with all when it is not any more', () => {
    const bench = new Bench(group);
    hears(bench, said()).run(LATER);
    expect([bench.state('VI'), bench.state('VI6')]).toEqual(['BACKUP', 'BACKUP']);
    silence(bench);
    expect([bench.state('VI'), bench.state('VI6')]).toEqual(['MASTER', 'MASTER']);
  });

  test('a member that was ready is not promoted with the group when its peer is MASTER again', () => {
    const bench = new Bench(group);
    hears(bench, said({ family: 'ipv6', vrid: 61, virtual: ip('fe80::100') })).run(LATER);
    // Now the first member is the one that is held.
    hears(bench, said());
    expect([bench.state('VI'), bench.state('VI6')]).toEqual(['BACKUP', 'BACKUP']);
    silence(bench);
    expect([bench.state('VI'), bench.state('VI6')]).toEqual(['MASTER', 'MASTER']);
  });
});

test('what a heartbeat says of an instance', () => {
  const bench = new Bench(
    instance({ ...WITNESSED, addresses: [vip('192.0.2.100'), vip('192.0.2.101')] }),
  );
  expect(bench.router.said()).toEqual([
    said({ state: 'BACKUP', priority: 100, source: ip('192.0.2.1'), hasWitnesses: false }),
  ]);
  witnessed(bench, 2).run(LATER);
  expect(bench.router.said()).toMatchObject([
    { state: 'MASTER', since: instant(3_609_375), isSound: true, hasWitnesses: true },
  ]);
});

test('whatever a heartbeat said before: once it is silent, the takeover is not later than without it', () => {
  const router = fc.record({
    state: fc.constantFrom('INIT', 'BACKUP', 'MASTER', 'FAULT'),
    isSound: fc.boolean(),
    hasWitnesses: fc.boolean(),
  });
  const step = fc.oneof(
    fc.record({ what: fc.constant('advert' as const), after: fc.integer({ min: 1, max: 60 }) }),
    fc.record({
      what: fc.constant('says' as const),
      after: fc.integer({ min: 1, max: 20 }),
      router,
    }),
    fc.record({ what: fc.constant('silent' as const), after: fc.integer({ min: 1, max: 20 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const [bench, plain] = [new Bench(instance(VETO)), new Bench(instance())];
      let now = 0;
      for (const one of steps) {
        now += one.after / 10;
        bench.run(now);
        plain.run(now);
        if (one.what === 'advert') {
          bench.packet();
          plain.packet();
        } else if (one.what === 'says') hears(bench, said(one.router as Partial<SaidRouter>));
        else silence(bench);
        // It never takes over where a plain router does not.
        if (bench.state() === 'MASTER') expect(plain.state()).toBe('MASTER');
      }
      silence(bench);
      expect(bench.state()).toBe(plain.state());
      bench.run(now + 4);
      plain.run(now + 4);
      expect(bench.state()).toBe('MASTER');
      expect(plain.state()).toBe('MASTER');
    }),
  );
});
