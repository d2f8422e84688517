/** Where advertisements go and come from: groups, TTLs, and an instance that must have a peer. */
import { describe, expect, it } from 'vitest';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { instance, instance6 } from '../../../support/builders/instance.ts';
import { Bench, heldBackup, master } from '../../../support/vrrp-bench.ts';

const peers = [{ address: ip('192.0.2.2'), minTtl: 0, maxTtl: 255 }];

function sent(bench: Bench): readonly unknown[] {
  const [first] = bench.run(bench.now / 1e6 + 1).actions('sendAdvertisement');
  return [first?.destination, first?.ttl];
}

describe('a group of its own', () => {
  const config = instance({ multicastGroup: ip('224.0.0.99') });

  it('is where advertisements go, and where they are heard', () => {
    expect(sent(master(config))).toEqual(['224.0.0.99', 255]);
    expect(heldBackup(config, { destination: '224.0.0.99' }).run(3.6).state()).toBe('BACKUP');
    const six = instance6({ multicastGroup: ip('ff02::99') });
    expect(sent(master(six))).toEqual(['ff02::99', 255]);
  });

  it('is named when another router uses another one', () => {
    const bench = master(config).run(20);
    for (let at = 20; at < 24; at++) bench.run(at).packet({ priority: 50 });
    expect(bench.view().conflicts).toMatchObject([
      {
        name: 'other-destination',
        difference: { destination: '224.0.0.18', isMulticast: true, expected: '224.0.0.99' },
      },
    ]);
  });

  it('takes no packet of a virtual router that is not here for unicast', () => {
    const packet = { vrid: 99, destination: '224.0.0.99', ttl: 64 };
    expect(master(config).packet(packet).router.view().router).toMatchObject({ ipTtlErrors: 1 });
  });
});

describe('the TTL', () => {
  it('of unicast advertisements is as configured, and 255 otherwise in both families (VR-TX-29)', () => {
    expect(sent(master(instance({ unicastPeers: peers, unicastTtl: 64 })))).toEqual([
      '192.0.2.2',
      64,
    ]);
    expect(sent(master(instance({ unicastPeers: peers })))).toEqual(['192.0.2.2', 255]);
    const six = [{ address: ip('2001:db8::2'), minTtl: 0, maxTtl: 255 }];
    expect(sent(master(instance6({ unicastPeers: six })))).toEqual(['2001:db8::2', 255]);
  });
});

describe('an instance that must have a peer', () => {
  const config = (changes: Partial<VrrpInstanceConfig> = {}): VrrpInstanceConfig =>
    instance({ needsPeer: true, ...changes });

  it('is at fault without one, and sends nothing', () => {
    const bench = new Bench(config()).run(20);
    expect(bench.view()).toMatchObject({ state: 'FAULT', reason: 'no-unicast-peer' });
    expect(bench.actions('sendAdvertisement')).toEqual([]);
  });

  it('begins when a reload gives it one', () => {
    const bench = new Bench(config()).run(20).reload(config({ unicastPeers: peers }));
    expect(bench.view()).toMatchObject({ state: 'BACKUP', reason: 'unicast-peer-given' });
    expect(bench.run(30).state()).toBe('MASTER');
  });
});
