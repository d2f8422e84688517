/** The source of advertisements is a fact of the host, watched like a link. */
import { describe, expect, it } from 'vitest';
import { causeText } from '../../../../src/core/facts/causes.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import type { AddressFact } from '../../../../src/core/vrrp/events-and-actions.ts';
import { ip, peer } from '../../../support/builders/addresses.ts';
import { fact, HOST, type Host } from '../../../support/builders/host.ts';
import { instance, instance6 } from '../../../support/builders/instance.ts';
import { Bench } from '../../../support/vrrp-bench.ts';

const TENTATIVE = 0xc0;
const DUPLICATE = 0x88;

function hostWithAddresses(...addresses: readonly AddressFact[]): Host {
  return { ...HOST, addresses };
}

/** Why the instance is in FAULT, as the log says it; undefined when it is not. */
function faultText(bench: Bench): string | undefined {
  const { state, reason, cause } = bench.view();
  return state === 'FAULT' ? `${reason}: ${cause && causeText(cause)}` : undefined;
}

/** Started on a host, and run until nothing but a fault keeps it from being Master. */
function settled(config: VrrpInstanceConfig, host: Host): Bench {
  return new Bench(config, { host }).run(5);
}

const UNICAST = instance({
  sourceAddress: ip('192.0.2.7'),
  unicastPeers: [peer('192.0.2.2')],
});

describe('a configured source', () => {
  it("V1: that is another host's is a fault that names it; the instance recovers when it appears", () => {
    const bench = settled(UNICAST, HOST);
    expect(faultText(bench)).toBe(
      'source-address-unusable: 192.0.2.7 is not an address of this host',
    );
    expect(bench.actions('sendAdvertisement')).toEqual([]);
    bench.forget().network(hostWithAddresses(...HOST.addresses, fact('192.0.2.7')));
    expect(bench.run(9).lines()).toEqual([
      '5.000 VI addresses -192.0.2.100',
      '5.000 VI FAULT -> BACKUP (source-address-recovered)',
      '8.609375 VI advert p100 to 192.0.2.2',
      '8.609375 VI addresses +192.0.2.100',
      '8.609375 VI arp 192.0.2.100',
      '8.609375 VI BACKUP -> MASTER (no-master-heard)',
    ]);
  });

  it('V1: the same for mcast_src_ip', () => {
    const config = instance({ sourceAddress: ip('192.0.2.7') });
    expect(faultText(settled(config, HOST))).toMatch('192.0.2.7 is not an address of this host');
  });

  it('V1: that vanishes on the Master ends its mastership with a farewell from it', () => {
    const bench = settled(UNICAST, hostWithAddresses(...HOST.addresses, fact('192.0.2.7')));
    bench.forget().network(HOST);
    expect(bench.actions('sendAdvertisement')).toMatchObject([
      { priority: 0, source: '192.0.2.7' },
    ]);
    expect(faultText(bench)).toMatch('192.0.2.7 is not an address of this host');
  });

  it('V1: may be on another interface of the host (unnumbered interfaces)', () => {
    const host = hostWithAddresses(fact('192.0.2.7', 3));
    expect(settled(UNICAST, host).state()).toBe('MASTER');
  });

  it('V2: an IPv6 link-local one must be on the interface itself', () => {
    const config = instance6({ sourceAddress: ip('fe80::aaaa') });
    const other = hostWithAddresses(...HOST.addresses, fact('fe80::aaaa', 3));
    const bench = settled(config, other);
    expect(faultText(bench)).toBe('source-address-unusable: fe80::aaaa is not an address of eth0');
    bench.network(hostWithAddresses(...HOST.addresses, fact('fe80::aaaa')));
    expect(bench.run(10).state()).toBe('MASTER');
  });

  it.each([
    [TENTATIVE, 'fe80::aaaa is tentative: its duplicate address detection has not ended'],
    [DUPLICATE, 'fe80::aaaa failed duplicate address detection: another host has it'],
  ])('V2: with flags %i is a fault', (flags, text) => {
    const config = instance6({ sourceAddress: ip('fe80::aaaa') });
    const bench = settled(config, hostWithAddresses(fact('fe80::aaaa', 2, flags)));
    expect(faultText(bench)).toBe(`source-address-unusable: ${text}`);
    expect(bench.network(hostWithAddresses(fact('fe80::aaaa'))).state()).toBe('BACKUP');
  });

  it('V2: that is optimistic may be used during its detection (RFC 4429)', () => {
    const config = instance6({ sourceAddress: ip('fe80::aaaa') });
    const host = hostWithAddresses(fact('fe80::aaaa', 2, TENTATIVE | 0x04));
    expect(settled(config, host).state()).toBe('MASTER');
  });
});

describe('a chosen source', () => {
  it('V2: that vanishes is replaced by another link-local address of the interface', () => {
    const both = hostWithAddresses(fact('fe80::aaaa'), fact('fe80::bbbb'));
    const bench = settled(instance6(), both).forget();
    bench.network(hostWithAddresses(fact('fe80::bbbb'))).run(6);
    expect(bench.state()).toBe('MASTER');
    expect(bench.actions('sendAdvertisement')[0]).toMatchObject({ source: 'fe80::bbbb' });
  });

  it('V2: that failed duplicate address detection is a fault that names it', () => {
    const bench = settled(instance6(), hostWithAddresses(fact('fe80::aaaa', 2, DUPLICATE)));
    expect(faultText(bench)).toMatch('fe80::aaaa failed duplicate address detection');
  });
});

it('V1: the reason follows what is wrong now', () => {
  const config = instance6({ sourceAddress: ip('fe80::aaaa') });
  const bench = settled(config, HOST);
  bench.network(hostWithAddresses(fact('fe80::aaaa', 2, TENTATIVE)));
  expect(faultText(bench)).toMatch('fe80::aaaa is tentative');
});
