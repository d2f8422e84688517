/** Announcements that the kernel does not take: sent later, counted when they left, given up after a time (V4). */

import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import { PENDING_FRAMES_MAX } from '../../../../src/core/vrrp/limits.ts';
import { vip } from '../../../support/builders/addresses.ts';
import { announce, instance } from '../../../support/builders/instance.ts';
import { noticeText } from '../../../support/facts.ts';
import { Bench, master } from '../../../support/vrrp-bench.ts';

const fifty = Array.from({ length: 50 }, (_, i) => vip(`192.0.2.${100 + i}`));

/** A Master whose interface takes `room` frames at once and one in every `everyMs` milliseconds. */
function slow(room: number, everyMs: number, errno = 'ENOBUFS') {
  const bench = new Bench(
    instance({
      priority: 255,
      addresses: fifty,
      announce: announce({ repeat: 5 }),
    }),
  );
  let taken = 0;
  let start: number | undefined;
  const sent: string[] = [];
  bench.refuse = ({ address }) => {
    start ??= bench.now;
    const allowed = room + Math.floor((bench.now - start) / (everyMs * 1000));
    if (taken >= allowed) return errno;
    taken += 1;
    sent.push(address);
    return undefined;
  };
  return { bench, sent };
}

function notices(bench: Bench): readonly string[] {
  return bench.actions('notice').map(noticeText);
}

describe('V4: 50 addresses, 5 announcements each, over a slow link', () => {
  it('all leave, evenly over the addresses, and only what left is counted', () => {
    const { bench, sent } = slow(181, 8);
    bench.run(3.01);
    expect(bench.state()).toBe('MASTER');
    expect(bench.counters().arpSent).toBe(sent.length);
    expect(sent.length).toBeGreaterThanOrEqual(181);
    bench.run(10);
    expect(sent.length).toBe(250);
    expect(bench.counters().arpSent).toBe(250);
    for (const { address } of fifty) {
      expect(sent.filter((one) => one === address).length).toBe(5);
    }
    expect(notices(bench)).toEqual([]);
  });

  it('the kernel is asked with a gap, not in a loop', () => {
    const { bench, sent } = slow(181, 8);
    bench.run(20);
    const asked = bench.actions('announce').length;
    expect(asked - sent.length).toBeLessThan(250);
  });

  it.each(['EAGAIN', 'ENOBUFS'])(
    '%s that does not end is given up after 30 s, and said once',
    (errno) => {
      const { bench } = slow(181, 1e9, errno);
      bench.run(30);
      expect(notices(bench)).toEqual([]);
      bench.run(200);
      expect(notices(bench)).toEqual([
        `announcements of addresses could not be sent: gratuitous ARP on eth0: 69 given up, 0 sent late, ${errno}`,
      ]);
      expect(bench.counters().arpSent).toBe(181);
      expect(bench.actions('announce').length).toBeLessThan(250 + 30 * 10);
      expect(bench.router.deadline).toBeGreaterThan(199e6);
    },
  );
});

it('V4: what waits is bounded, however long new bursts come', () => {
  const config = instance({ announce: announce({ refresh: seconds(1), refreshRepeat: 400 }) });
  const bench = new Bench(config);
  bench.refuse = () => 'ENOBUFS';
  bench.run(33.7);
  expect(notices(bench)[0]).toContain(`${PENDING_FRAMES_MAX} given up`);
});

it('V4: what waits is dropped when the instance steps down', () => {
  const bench = master(instance({ announce: announce({ repeat: 5 }) })).run(4);
  bench.refuse = () => 'ENOBUFS';
  bench.packet({ priority: 50 }).packet({ priority: 200 }).forget().run(7);
  expect(bench.actions('announce')).toEqual([]);
});

it('V4: after a jam bursts go out at once again', () => {
  const { bench, sent } = slow(181, 1);
  bench.run(10).packet({ priority: 50 });
  expect(sent.length).toBe(250 + 50);
  expect(bench.counters().arpSent).toBe(300);
});

it('V4: another error is said at once, and a link that goes away is not', () => {
  const bench = master(instance()).run(4);
  bench.refuse = () => 'EPERM';
  bench.packet({ priority: 50 });
  const heard = '192.0.2.2 (priority 50) advertises too, and loses against this router';
  expect(notices(bench)).toEqual([
    heard,
    'announcements of addresses could not be sent: gratuitous ARP on eth0: 1 given up, 0 sent late, EPERM',
  ]);
  const gone = master(instance()).run(4);
  gone.refuse = () => 'ENETDOWN';
  gone.packet({ priority: 50 });
  expect(notices(gone)).toEqual([heard]);
  expect(gone.counters().arpSent).toBe(1);
});
