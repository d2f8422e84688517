/** Two Masters: how a Master answers, at which pace, and what it does when the conflict ends. */
import { describe, expect, it } from 'vitest';
import { seconds, ZERO_DURATION } from '../../../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { fact, HOST } from '../../../support/builders/host.ts';
import { announce, instance } from '../../../support/builders/instance.ts';
import type { PeerPacket } from '../../../support/builders/packet.ts';
import { Bench, master } from '../../../support/vrrp-bench.ts';

const KEEPALIVED = announce({
  repeat: 5,
  delay: seconds(5),
  lowerPriorityRepeat: 5,
  lowerPriorityDelay: seconds(5),
});
const pass = (secret: string): Partial<VrrpInstanceConfig> => ({
  authentication: { type: 'PASS', secret },
});

/** Hands in a thousand packets within one second from `at`. */
function flood(bench: Bench, at: number, packet: (i: number) => PeerPacket): void {
  for (let i = 0; i < 1_000; i++) bench.run(at + i / 1_000).packet(packet(i));
}

function counts(bench: Bench): { readonly adverts: number; readonly announced: number } {
  return {
    adverts: bench.actions('sendAdvertisement').length,
    announced: bench.actions('announce').length,
  };
}

describe('V14: a thousand packets in one second', () => {
  it('that lose get one answer and one round of announcements', () => {
    const bench = master(instance({ announce: KEEPALIVED }))
      .run(20)
      .forget();
    flood(bench, 20, () => ({ priority: 50 }));
    // One answer, and the beat of that second.
    expect(counts(bench)).toEqual({ adverts: 2, announced: 5 });
    bench.forget().run(30);
    expect(bench.actions('announce').map(({ at }) => at / 1e6)).toEqual(
      Array.from({ length: 5 }, () => expect.closeTo(22.5, 1)),
    );
  });

  it('that lose, each from another sender, get no more than a burst in an interval', () => {
    const bench = master(instance({ announce: KEEPALIVED }))
      .run(20)
      .forget();
    flood(bench, 20, (i) => ({ priority: 50, source: `192.0.2.${2 + (i % 200)}` }));
    expect(counts(bench)).toEqual({ adverts: 2, announced: 5 });
  });

  it('that go on losing get a round in garp_lower_prio_delay', () => {
    const bench = master(instance({ announce: KEEPALIVED }))
      .run(20)
      .forget();
    for (let i = 0; i < 300; i++) bench.run(20 + i / 10).packet({ priority: 50 });
    // At 20, 25, 30, 35, 40 and 45.
    expect(counts(bench).announced).toBe(30);
  });

  it('that resign get a bounded number of answers, and the last one is answered', () => {
    const bench = master(instance({ announce: KEEPALIVED }))
      .run(20)
      .forget();
    flood(bench, 20, () => ({ priority: 0 }));
    expect(counts(bench).adverts).toBeLessThanOrEqual(20);
    bench.forget().run(21.1);
    expect(counts(bench)).toMatchObject({ adverts: 1, announced: 0 });
  });

  it('that lose to a unicast Master are answered once to each peer', () => {
    const peers = ['192.0.2.2', '192.0.2.3', '192.0.2.4'].map((text) => ({
      address: ip(text),
      minTtl: 255,
      maxTtl: 255,
    }));
    const bench = master(instance({ unicastPeers: peers }))
      .run(20)
      .forget();
    flood(bench, 20, () => ({ priority: 50, destination: '192.0.2.1' }));
    expect(counts(bench).adverts).toBe(6);
  });

  it.each([
    ['of our own priority and address', { priority: 255, mutate: undefined }],
    ['with another password', { priority: 50, auth: { type: 1 } }],
    ['that resign with another password', { priority: 0, auth: { type: 1 } }],
    ['of another version', { priority: 50, version: 3 }],
  ] as const)('%s are not answered', (_what, fields) => {
    const { mutate: _mutate, ...packet } = { mutate: undefined, ...fields };
    // An owner: its virtual address is its own, and another router may claim it too.
    const config = instance({ announce: KEEPALIVED, priority: 255, initialState: 'MASTER' });
    const host = { ...HOST, addresses: [fact('192.0.2.100')] };
    const bench = new Bench(config, { host }).run(20.5).forget();
    flood(bench, 20.5, () => ({ source: '192.0.2.100', ...packet }));
    expect(counts(bench)).toEqual({ adverts: 1, announced: 0 });
  });
});

describe('V20: the end of a conflict', () => {
  const ours = instance({ announce: announce({ repeat: 3 }), ...pass('ours') });
  const theirs: PeerPacket = { priority: 50, auth: { type: 1, data: new Uint8Array(8) } };

  /** A Master that has dropped the other's advertisements from 4.0 to 6.0. */
  function inConflict(config = ours): Bench {
    const bench = master(config);
    for (const at of [4, 5, 6]) bench.run(at).packet(theirs);
    return bench.forget();
  }

  function announcedAt(bench: Bench): readonly number[] {
    return bench.actions('announce').map(({ at }) => at / 1e6);
  }

  it('by silence: the addresses are announced again', () => {
    expect(announcedAt(inConflict().run(30))).toEqual([7.5, 7.5, 7.5]);
  });

  it('by a resignation, also one that is dropped: at once', () => {
    const bench = inConflict()
      .run(6.2)
      .packet({ ...theirs, priority: 0 });
    expect(announcedAt(bench.run(30))).toEqual([6.2, 6.2, 6.2]);
  });

  it('by our reload: an advertisement and the announcements at once', () => {
    const bench = inConflict()
      .run(6.3)
      .reload({ ...ours, ...pass('new') });
    expect(bench.lines()).toEqual(['6.300 VI advert p100', '6.300 VI arp 192.0.2.100 x3']);
    expect(announcedAt(bench.run(30))).toEqual([]);
  });

  it('by a reload of the other, which loses then: announced, and again when it is silent', () => {
    const bench = inConflict().run(6.3);
    bench.packet({ ...theirs, auth: { type: 1, data: new TextEncoder().encode('ours\0\0\0\0') } });
    expect(announcedAt(bench.run(30))).toEqual([6.3, 7.8, 7.8, 7.8]);
  });

  it('follows the longer interval of both', () => {
    const bench = master(instance()).run(4).packet({ priority: 50, interval: 5 });
    expect(announcedAt(bench.forget().run(30))).toEqual([11.5]);
  });

  it('while it goes on nothing is announced', () => {
    const bench = master(ours);
    for (let at = 4; at < 60; at++) bench.run(at).packet(theirs);
    expect(bench.actions('announce').length).toBe(0);
  });

  it('is nothing to a router that is Backup by then', () => {
    const bench = inConflict()
      .run(6.1)
      .packet({
        priority: 200,
        auth: { type: 1, data: new TextEncoder().encode('ours\0\0\0\0') },
      });
    expect(bench.forget().run(8).actions('announce')).toEqual([]);
  });

  it('without announcements after losing adverts (count 0) stays without them', () => {
    const config = instance({ announce: announce({ lowerPriorityRepeat: 0 }) });
    const bench = master(config).run(4).packet({ priority: 50 }).forget().run(30);
    expect(announcedAt(bench)).toEqual([]);
  });

  it('without a second burst (delay 0) is announced all the same', () => {
    const config = instance({ announce: announce({ lowerPriorityDelay: ZERO_DURATION }) });
    const bench = master(config).run(4).packet({ priority: 50 }).run(30);
    expect(announcedAt(bench)).toEqual([4, 5.5]);
  });
});
