/** Stalls of the process: the queue decides, kernel receive times count, nobody fights (VR-TM-15, VR-TM-16). */
import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../../../src/core/base/time.ts';
import { instance } from '../../../support/builders/instance.ts';
import { type Bench, heldBackup, later, master } from '../../../support/vrrp-bench.ts';

/** Delivers what the socket held: one advert per second of the stall. */
function queued(bench: Bench, from: number, to: number, priority: number): Bench {
  for (let t = from; t <= to; t++) {
    bench.packet({ priority, waited: seconds(bench.now / 1e6 - t) });
  }
  return bench;
}

describe('a stalled Backup', () => {
  it('whose queue holds the adverts of its Master stays Backup (VR-TM-15)', () => {
    const bench = heldBackup(instance()).stall(6.5);
    queued(bench, 1, 6, 200).send({ type: 'deadline' });
    expect(bench.lines()).toEqual([]);
    // Counted from the receive time of the last, not from when it was read.
    expect(bench.router.deadline).toBe(6_000_000 + 3_609_375);
  });

  it('takes over at once when it is late by less than an interval', () => {
    const bench = heldBackup(instance()).stall(4.2).send({ type: 'deadline' });
    expect(bench.state()).toBe('MASTER');
  });

  it('listens for one more advert when it is late by more: the queue may have overflowed', () => {
    const bench = heldBackup(instance()).stall(9).send({ type: 'deadline' });
    expect(bench.lines()).toEqual(['9.000 VI notice lateDeadline']);
    expect(bench.router.deadline).toBe(9_000_000 + 1_609_375);
    bench.run(9.8).packet();
    expect(bench.router.deadline).toBe(9_800_000 + 3_609_375);
  });

  it('grants that once per silence, so that a starved router still takes over', () => {
    const bench = heldBackup(instance()).stall(9).send({ type: 'deadline' });
    bench.stall(20).send({ type: 'deadline' });
    expect(bench.state()).toBe('MASTER');
  });

  it('takes a resignation from the queue for as old as it is', () => {
    const bench = heldBackup(instance())
      .stall(3)
      .packet({ priority: 0, waited: seconds(0.5) });
    expect(bench.router.deadline).toBe(2_500_000 + 609_375);
  });

  it('does not trust a receive time in the future', () => {
    const bench = heldBackup(instance())
      .run(1)
      .packet({ waited: seconds(-5) });
    expect(bench.router.deadline).toBe(1_000_000 + 3_609_375);
  });
});

describe('a stalled Master', () => {
  it('that finds a better router in its queue steps down without a word (VR-TM-16)', () => {
    const bench = master(instance()).stall(10);
    queued(bench, 8, 9, 200).send({ type: 'deadline' });
    expect(bench.lines()).toEqual([
      '10.000 VI notice lateDeadline',
      '10.000 VI addresses -192.0.2.100',
      '10.000 VI MASTER -> BACKUP (higher-priority)',
    ]);
    expect(bench.router.deadline).toBe(9_000_000 + 3_609_375);
  });

  it('answers a queue of losing adverts once, and announces once', () => {
    const bench = master(instance()).stall(10);
    queued(bench, 8, 9, 50).send({ type: 'deadline' });
    expect(bench.lines()).toEqual([
      '10.000 VI notice lateDeadline',
      '10.000 VI advert p100',
      '10.000 VI arp 192.0.2.100',
      '10.000 VI notice lowerPriorityHeard',
    ]);
    expect(bench.run(10.9).lines()).toEqual([]);
    expect(bench.router.deadline).toBe(11_000_000);
  });

  it('answers a queue of resignations once', () => {
    const bench = master(instance()).stall(10);
    queued(bench, 8, 9, 0);
    expect(bench.lines()).toEqual(['10.000 VI notice lateDeadline', '10.000 VI advert p100']);
  });

  it('answers a losing advert in each interval when it is awake', () => {
    const bench = master(instance()).run(4).packet({ priority: 50 });
    bench.run(4.1).packet({ priority: 50 }).run(5).packet({ priority: 50 });
    expect(bench.lines()).toEqual([
      '4.000 VI advert p100',
      '4.000 VI arp 192.0.2.100',
      '4.000 VI notice lowerPriorityHeard',
      '4.609375 VI advert p100',
      '5.000 VI advert p100',
      '5.000 VI arp 192.0.2.100',
      '5.000 VI conflict deaf-peer began',
    ]);
  });

  it('without preemption leaves mastership to the router that took over meanwhile', () => {
    const bench = master(instance({ preempt: false })).stall(10);
    queued(bench, 8, 9, 50).send({ type: 'deadline' });
    expect(bench.lines()).toEqual([
      '10.000 VI notice lateDeadline',
      '10.000 VI addresses -192.0.2.100',
      '10.000 VI MASTER -> BACKUP (late-deadline)',
    ]);
    expect(bench.state()).toBe('BACKUP');
  });

  it('without preemption answers a loser that spoke while it was awake', () => {
    const bench = master(instance({ preempt: false }))
      .run(4)
      .packet({ priority: 50 });
    expect(bench.state()).toBe('MASTER');
  });

  it('reports a beat missed by more than an interval and starts a new one', () => {
    const bench = master(instance()).stall(9).send({ type: 'deadline' });
    expect(bench.lines()).toEqual(['9.000 VI advert p100', '9.000 VI notice lateDeadline']);
    expect(bench.router.deadline).toBe(10_000_000);
  });
});

it('works at 10 ms as at 1 s', () => {
  const config = instance({ version: 3, advertInterval: milliseconds(10) });
  const bench = heldBackup(config).stall(0.2).send({ type: 'deadline' });
  expect(bench.state()).toBe('BACKUP');
  expect(bench.run(later(bench, 0.017)).state()).toBe('MASTER');
});
