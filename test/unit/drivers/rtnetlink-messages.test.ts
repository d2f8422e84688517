/** Links and addresses as a kernel sent them, and the requests that add and remove addresses. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/core/base/bytes.ts';
import {
  type AddressRequest,
  addAddressPayload,
  addressDumpPayload,
  decodeAddressMessage,
  decodeChange,
  decodeLink,
  linkDumpPayload,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
  removeAddressPayload,
} from '../../../src/drivers/rtnetlink-messages.ts';
import { ip } from '../../support/builders/addresses.ts';
import { linkPayload } from '../../support/fake-kernel-route.ts';
import { ADDRESS_PAYLOADS, LINK_PAYLOADS } from '../../support/fake-kernel-route-payloads.ts';

const IFF_UP = 1;
const IFF_RUNNING = 0x40;
const IFF_NOARP = 0x80;
const IFF_POINTOPOINT = 0x10;
const IFF_LOWER_UP = 0x10000;

describe('links', () => {
  it('is an interface with its name, hardware address and MTU', () => {
    expect(decodeLink(LINK_PAYLOADS.nl0)).toEqual({
      ifindex: 3,
      name: 'nl0',
      up: true,
      mac: '02:00:00:00:00:01',
      mtu: 1500,
      noArp: false,
    });
  });

  it('is not announced on when it is a loopback', () => {
    expect(decodeLink(LINK_PAYLOADS.lo)).toMatchObject({ name: 'lo', mtu: 65536, noArp: true });
  });

  it('has no hardware address and no ARP when it is a tunnel, and is down without a carrier', () => {
    const link = decodeLink(LINK_PAYLOADS.t0);
    expect(link).toMatchObject({ name: 't0', up: false, noArp: true });
    expect(link).not.toHaveProperty('mac');
  });

  it.each([
    ['up, running, with carrier', IFF_UP | IFF_RUNNING | IFF_LOWER_UP, true],
    ['set down', IFF_LOWER_UP, false],
    ['without carrier', IFF_UP, false],
    ['dormant or with a lower layer down', IFF_UP | IFF_LOWER_UP, false],
  ])('%s', (_name, flags, up) => {
    expect(decodeLink(linkPayload({ ifindex: 4, name: 'eth0', flags }))?.up).toBe(up);
  });

  it.each([IFF_NOARP, IFF_POINTOPOINT])('has no ARP with flag %i', (flags) => {
    expect(decodeLink(linkPayload({ ifindex: 4, name: 'x', flags }))?.noArp).toBe(true);
  });

  it('is not what a bridge says of its port: a port that leaves the bridge is no interface that is gone', () => {
    expect(decodeLink(LINK_PAYLOADS.bridgePort)).toBeUndefined();
    expect(decodeChange(RTM_DELLINK, LINK_PAYLOADS.bridgePort)).toBeUndefined();
  });
});

describe('addresses', () => {
  it('has its label and scope', () => {
    expect(decodeAddressMessage(ADDRESS_PAYLOADS.labelled)).toEqual({
      ifindex: 3,
      address: '192.0.2.1',
      broadcast: '192.0.2.255',
      prefixLength: 24,
      flags: 0x80,
      scope: 0,
      label: 'nl0:vip',
    });
  });

  it('is the own end of a point-to-point link', () => {
    expect(decodeAddressMessage(ADDRESS_PAYLOADS.pointToPoint)).toMatchObject({
      address: '10.0.0.1',
      peer: '10.0.0.2',
      prefixLength: 32,
    });
  });

  it('has the 32-bit flags, not the eight of the header', () => {
    expect(decodeAddressMessage(ADDRESS_PAYLOADS.linkLocal6)).toMatchObject({
      address: 'fe80::ff:fe00:1',
      flags: 0xc0,
      scope: 253,
      protocol: 3,
    });
    expect(decodeAddressMessage(ADDRESS_PAYLOADS.deprecated6)?.flags).toBe(0xa2);
  });

  it('is nothing when it can not be read', () => {
    for (let length = 0; length < 12; length++) {
      expect(decodeAddressMessage(ADDRESS_PAYLOADS.labelled.subarray(0, length))).toBeUndefined();
      expect(decodeLink(LINK_PAYLOADS.nl0.subarray(0, length))).toBeUndefined();
    }
    const garbled = ADDRESS_PAYLOADS.labelled.slice();
    garbled[8] = 0xff;
    expect(decodeAddressMessage(garbled)).toBeUndefined();
  });
});

describe('changes', () => {
  it('tells links and addresses that come and go', () => {
    expect(decodeChange(RTM_NEWLINK, LINK_PAYLOADS.nl0)).toMatchObject({
      type: 'link',
      interface: { name: 'nl0' },
    });
    expect(decodeChange(RTM_DELLINK, LINK_PAYLOADS.nl0)).toEqual({
      type: 'linkRemoved',
      ifindex: 3,
    });
    expect(decodeChange(RTM_NEWADDR, ADDRESS_PAYLOADS.labelled)?.type).toBe('address');
    expect(decodeChange(RTM_DELADDR, ADDRESS_PAYLOADS.labelled)?.type).toBe('addressRemoved');
  });

  it('is silent about everything else', () => {
    expect(decodeChange(24, ADDRESS_PAYLOADS.labelled)).toBeUndefined();
    expect(decodeChange(RTM_NEWADDR, new Uint8Array(3))).toBeUndefined();
  });
});

describe('requests', () => {
  const base: AddressRequest = {
    ifindex: 3,
    address: ip('192.0.2.1'),
    prefixLength: 24,
    scope: 0,
    noPrefixRoute: false,
  };

  it('dump with whole headers, which strict checking wants', () => {
    expect(linkDumpPayload()).toHaveLength(16);
    expect(addressDumpPayload()).toHaveLength(8);
  });

  it('adds an IPv4 address with label, broadcast and our mark', () => {
    const payload = addAddressPayload({
      ...base,
      label: 'nl0:vip',
      broadcast: ip('192.0.2.255'),
      scope: 253,
      noPrefixRoute: true,
    });
    expect(toHex(payload)).toBe(
      '021800fd03000000' + // AF_INET, /24, scope link, interface 3
        '08000200c0000201' + // IFA_LOCAL
        '08000100c0000201' + // IFA_ADDRESS
        '0800080000020000' + // IFA_FLAGS: noprefixroute
        '08000400c00002ff' + // IFA_BROADCAST
        '0c0003006e6c303a76697000' + // IFA_LABEL nl0:vip
        '05000b0012', // IFA_PROTO 18
    );
  });

  it('adds an IPv6 address without duplicate address detection, and no label', () => {
    const address = ip('2001:db8::1');
    const payload = addAddressPayload({ ...base, address, prefixLength: 64, label: 'nl0:vip' });
    expect(toHex(payload)).toBe(
      '0a40000003000000' +
        '1400020020010db8000000000000000000000001' +
        '1400010020010db8000000000000000000000001' +
        '0800080002000000' + // IFA_FLAGS: nodad
        '05000b0012',
    );
  });

  it.each([
    ['an IPv6 address of 128 bits', '2001:db8::1', 128, undefined, 0],
    ['one that is asked to stay preferred', '2001:db8::1', 128, 'forever', undefined],
    ['one with a lifetime', '2001:db8::1', 64, 30, 30],
    ['an IPv4 address with one', '192.0.2.1', 24, 0, 0],
    ['an IPv4 address', '192.0.2.1', 32, undefined, undefined],
  ] as const)('%s: preferred lifetime', (_name, address, prefixLength, preferred, expected) => {
    const payload = addAddressPayload({
      ...base,
      address: ip(address),
      prefixLength,
      ...(preferred === undefined ? {} : { preferredLifetime: preferred }),
    });
    const at = toHex(payload).indexOf('14000600');
    const lifetime = at < 0 ? undefined : payload[at / 2 + 4];
    expect(lifetime).toBe(expected);
  });

  it.each([
    ['2001:db8::1', {}, 0x02],
    ['2001:db8::1', { detectsDuplicates: true }, 0],
    ['2001:db8::1', { isHome: true, managesTemporary: true }, 0x112],
    ['ff05::9', { joinsMulticast: true }, 0x402],
    ['192.0.2.1', { isHome: true, managesTemporary: true, noPrefixRoute: true }, 0x200],
  ])('%s with %j has the flags %i', (address, options, expected) => {
    const payload = addAddressPayload({ ...base, address: ip(address), ...options });
    const at = toHex(payload).indexOf('08000800');
    expect(payload[at / 2 + 4] ?? 0).toBe(expected & 0xff);
    expect(payload[at / 2 + 5] ?? 0).toBe(expected >> 8);
  });

  it('removes by address, prefix and far end only', () => {
    const payload = removeAddressPayload({
      ...base,
      prefixLength: 32,
      peer: ip('10.0.0.2'),
      label: 'nl0:vip',
      scope: 253,
    });
    expect(toHex(payload)).toBe('0220000003000000' + '08000200c0000201' + '080001000a000002');
  });
});
