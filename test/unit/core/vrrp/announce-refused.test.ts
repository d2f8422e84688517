/** Announcements that the kernel does not take: sent later, however long that takes, counted when they left (V4). */

import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import { LATE_GAP_MAX, REFUSED_PATIENCE } from '../../../../src/core/vrrp/limits.ts';
import { vip } from '../../../support/builders/addresses.ts';
import { fact, HOST, hostWith } from '../../../support/builders/host.ts';
import { announce, configuration, instance } from '../../../support/builders/instance.ts';
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

  it.each(['EAGAIN', 'ENOBUFS'])('%s that lasts is late after 30 s, and said once', (errno) => {
    const { bench } = slow(181, 1e9, errno);
    bench.run(30);
    expect(notices(bench)).toEqual([]);
    bench.run(3_600);
    expect(notices(bench)).toEqual([
      `announcements of addresses (gratuitous ARP on eth0) do not leave (${errno}): addresses that wait: 50, frames sent late: 0`,
    ]);
    expect(bench.counters().arpSent).toBe(181);
  });

  it('late ones are tried at growing gaps of at most 30 s, one frame for each address', () => {
    const { bench } = slow(0, 1e9);
    bench.run(200).forget().run(3_600);
    const times = bench.actions('announce').map(({ at }) => at);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    expect(new Set(gaps)).toEqual(new Set([LATE_GAP_MAX]));
    bench.refuse = () => undefined;
    bench.forget().run(3_640);
    expect(
      bench
        .actions('announce')
        .map(({ address }) => address)
        .sort(),
    ).toEqual(fifty.map(({ address }) => address).sort());
    bench.forget().run(7_200);
    expect(bench.actions('announce')).toEqual([]);
  });

  it('once the link takes frames again all leave within the longest gap, and that is said once', () => {
    const { bench } = slow(0, 1e9);
    bench.run(3_600);
    bench.refuse = () => undefined;
    bench.forget().run(3_632);
    expect(bench.counters().arpSent).toBe(50);
    const [first, ...rest] = bench.actions('announce').map(({ at }) => at);
    const last = rest.at(-1) ?? 0;
    expect(last - (first ?? 0)).toBeLessThan(1e6);
    expect(notices(bench)).toEqual([
      `announcements of addresses (gratuitous ARP on eth0) have left, 1 h after the first was refused; frames sent late: 50`,
    ]);
  });
});

it('V4: what waits is bounded, however long new bursts come', () => {
  const config = instance({ announce: announce({ refresh: seconds(1), refreshRepeat: 400 }) });
  const bench = new Bench(config);
  bench.refuse = () => 'ENOBUFS';
  bench.run(300);
  // An attempt for each refresh, and none beside them.
  bench.forget().run(400);
  expect(bench.actions('announce').length).toBeLessThanOrEqual(101);
  bench.refuse = () => undefined;
  bench.forget().run(401);
  expect(bench.actions('announce').length).toBeLessThanOrEqual(400 + 1);
});

it('V4: a new Master does not wait for the long gap of frames that were late before', () => {
  const other = vip('192.0.2.150');
  const bench = new Bench(
    configuration([
      instance({ name: 'OLD', vrid: 1, priority: 255 }),
      instance({ name: 'NEW', vrid: 2, addresses: [other] }),
    ]),
  );
  bench.packet({ priority: 200 }, 'NEW');
  bench.refuse = () => 'ENOBUFS';
  for (let at = 1; at < 300; at++) bench.run(at).packet({ priority: 200 }, 'NEW');
  expect(bench.state('OLD')).toBe('MASTER');
  bench.refuse = () => undefined;
  bench.forget().packet({ priority: 0 }, 'NEW').run(301);
  expect(bench.state('NEW')).toBe('MASTER');
  const [own] = bench.actions('transition');
  const [announced] = bench.actions('announce').filter(({ address }) => address === other.address);
  expect((announced?.at ?? Number.NaN) - (own?.at ?? 0)).toBeLessThanOrEqual(400_000);
});

describe('late frames', () => {
  /** A Master of two addresses whose frames are late. */
  function late(changes: Partial<VrrpInstanceConfig> = {}): Bench {
    const addresses = [vip('192.0.2.100'), vip('192.0.2.101')];
    const bench = new Bench(instance({ priority: 255, addresses, ...changes }));
    bench.refuse = () => 'ENOBUFS';
    return bench.run(REFUSED_PATIENCE / 1e6 + 20).forget();
  }

  it('are dropped for an address that a reload takes away', () => {
    const bench = late();
    bench.reload(instance({ priority: 255, addresses: [vip('192.0.2.101')] }));
    bench.refuse = () => undefined;
    bench.run(200);
    expect(bench.actions('announce').map(({ address }) => address)).toEqual(['192.0.2.101']);
  });

  it('are dropped with the last address that waits, and nothing is said of it', () => {
    const bench = late();
    bench.reload(instance({ priority: 255, addresses: [] }));
    bench.refuse = () => undefined;
    bench.run(200);
    expect(bench.actions('announce')).toEqual([]);
    expect(notices(bench)).toEqual([]);
  });

  it('do not wait again when their address was taken away while they were on their way', () => {
    const bench = late();
    const { action } = bench.run(100).record.find((one) => one.action.type === 'announce') ?? {};
    if (action?.type !== 'announce') throw new Error('nothing was tried');
    bench.reload(instance({ priority: 255, addresses: [vip('192.0.2.102')] }));
    bench.refuse = () => undefined;
    bench
      .forget()
      .send({ type: 'announced', results: [{ action, errno: 'ENOBUFS' }] })
      .run(200);
    const told = bench.actions('announce').map(({ address }) => address);
    expect(told).not.toContain(action.address);
  });

  it('go to the interface as it is made again, not to the one that is gone', () => {
    const bench = late();
    bench.refuse = ({ ifindex }) => (ifindex === 2 ? 'ENXIO' : undefined);
    const { interfaces } = hostWith('eth0', { ifindex: 9 });
    bench.network({ interfaces, addresses: [fact('192.0.2.1', 9)] }).run(200);
    const tried = bench.actions('announce').map(({ ifindex, address }) => `${ifindex} ${address}`);
    expect(tried.sort()).toEqual(['9 192.0.2.100', '9 192.0.2.101']);
  });

  it('are dropped when the instance steps down', () => {
    const bench = late({ priority: 100 });
    bench.packet({ priority: 200 }).forget().run(52);
    expect(bench.state()).toBe('BACKUP');
    expect(bench.actions('announce')).toEqual([]);
  });
});

it('V4: what was sent while a link was down is sent again when it comes back', () => {
  const config = instance({ priority: 255, ignoreOwnInterface: true });
  const bench = new Bench(config, { host: hostWith('eth0', { up: false }) }).run(10);
  expect(bench.state()).toBe('MASTER');
  bench.forget().network(HOST);
  expect(bench.actions('announce').map(({ address }) => address)).toEqual(['192.0.2.100']);
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

it('V4: another error is said at once, and tried again until it ends', () => {
  const bench = master(instance()).run(4);
  bench.refuse = () => 'EPERM';
  bench.packet({ priority: 50 });
  const heard = '192.0.2.2 (priority 50) advertises too, and loses against this router';
  expect(notices(bench)).toEqual([
    heard,
    'announcements of addresses (gratuitous ARP on eth0) do not leave (EPERM): addresses that wait: 1, frames sent late: 0',
  ]);
  bench.run(100);
  bench.refuse = () => undefined;
  bench.forget().run(131);
  expect(bench.actions('announce').length).toBe(1);
});

it('V4: a link that goes away is not said, for it says so itself', () => {
  const bench = master(instance()).run(4);
  bench.refuse = () => 'ENETDOWN';
  bench.packet({ priority: 50 });
  expect(notices(bench)).toEqual([
    '192.0.2.2 (priority 50) advertises too, and loses against this router',
  ]);
  expect(bench.counters().arpSent).toBe(1);
  bench.run(4.5);
  bench.refuse = () => undefined;
  bench.run(5);
  expect(bench.counters().arpSent).toBe(2);
});
