/** Interfaces that instances make for themselves: names as keepalived gives them, and which address stands where. */
import { describe, expect, test } from 'vitest';
import type { VirtualAddressConfig } from '../../../../src/core/model/address.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import { sendingInterface, withVirtualLinks } from '../../../../src/core/model/virtual-links.ts';
import type { VmacConfig } from '../../../../src/core/model/vmac.ts';
import { ip, vip } from '../../../support/builders/addresses.ts';
import { instance, instance6 } from '../../../support/builders/instance.ts';

const VMAC: VmacConfig = { kind: 'vmac', announcesLink: false, sendsFromBase: false };

/** `vrrp.51@eth0 00:00:5e:00:01:33` for each interface, in order, each once. */
function made(
  instances: readonly VrrpInstanceConfig[],
  options: Parameters<typeof withVirtualLinks>[1] = undefined,
): string[] {
  const links = withVirtualLinks(instances, options).flatMap((one) => one.links ?? []);
  return [...new Set(links.map(({ name, parent, mac = '-' }) => `${name}@${parent} ${mac}`))];
}

/** `192.0.2.100 vrrp.51` for each address. */
function placed({ addresses, excludedAddresses }: VrrpInstanceConfig): string[] {
  const text = ({ address, interface: name }: VirtualAddressConfig): string => `${address} ${name}`;
  return [...addresses, ...excludedAddresses].map(text);
}

function only(changes: Partial<VrrpInstanceConfig>): VrrpInstanceConfig {
  const [one] = withVirtualLinks([instance(changes)], undefined);
  if (one === undefined) throw new Error('no instance');
  return one;
}

describe('names (measured on keepalived 2.2.7)', () => {
  test('one name for each base interface and family of a virtual router id', () => {
    const instances = [
      instance6({ name: 'V6', vrid: 51, ownLink: VMAC, addresses: [vip('fe80::100')] }),
      instance({ name: 'V4', ownLink: VMAC }),
      instance6({ name: 'V6b', vrid: 51, interface: 'eth1', ownLink: VMAC, addresses: [] }),
      instance({
        name: 'V7',
        vrid: 57,
        ownLink: VMAC,
        options: { vmacForAddresses: true },
        addresses: [vip('192.0.2.107'), vip('198.51.100.107', 'eth1')],
        excludedAddresses: [vip('2001:db8:1::57')],
      }),
    ];
    expect(made(instances, { vmacPrefix: 'vm', vmacAddressPrefix: 'va' })).toEqual([
      'vm.51@eth0 00:00:5e:00:02:33',
      'vm1.51@eth0 00:00:5e:00:01:33',
      'vm6.51@eth1 00:00:5e:00:02:33',
      'vm.57@eth0 00:00:5e:00:01:39',
      'va.57@eth1 00:00:5e:00:01:39',
      'va6.57@eth0 00:00:5e:00:02:39',
    ]);
  });

  test('an interface is shared by all addresses of its base, virtual router id and family', () => {
    const instances = [
      instance({
        name: 'A',
        ownLink: VMAC,
        options: { vmacForAddresses: true },
        excludedAddresses: [vip('2001:db8:1::51')],
      }),
      instance6({ name: 'B', vrid: 51, ownLink: VMAC }),
    ];
    expect(made(instances)).toEqual([
      'vrrp.51@eth0 00:00:5e:00:01:33',
      'vrrp6.51@eth0 00:00:5e:00:02:33',
    ]);
  });

  test('a written name counts, and no made-up one meets it or an interface of the configuration', () => {
    const instances = [
      instance({ name: 'A', vrid: 7, ownLink: VMAC }),
      instance({ name: 'B', vrid: 8, ownLink: { ...VMAC, name: 'vrrp.7' } }),
      instance({ name: 'C', vrid: 9, ownLink: { ...VMAC, name: 'vrrp.7' } }),
      instance({ name: 'D', vrid: 10, interface: 'vrrp.10', ownLink: VMAC }),
    ];
    expect(made(instances)).toEqual([
      'vrrp1.7@eth0 00:00:5e:00:01:07',
      'vrrp.7@eth0 00:00:5e:00:01:08',
      'vrrp.9@eth0 00:00:5e:00:01:09',
      'vrrp1.10@vrrp.10 00:00:5e:00:01:0a',
    ]);
  });

  test('a name fits into 15 characters', () => {
    const options = { vmacPrefix: 'a-very-long-prefix' };
    const [name] = made([instance({ vrid: 251, ownLink: VMAC })], options);
    expect(name).toBe('a-very-long.251@eth0 00:00:5e:00:01:fb');
  });
});

describe('addresses', () => {
  test('those of the family on the interface of the instance stand on its VMAC', () => {
    const one = only({
      ownLink: VMAC,
      addresses: [vip('192.0.2.100'), vip('192.0.2.101', 'eth0'), vip('198.51.100.1', 'eth1')],
      excludedAddresses: [vip('2001:db8::1')],
    });
    expect(placed(one)).toEqual([
      '192.0.2.100 vrrp.51',
      '192.0.2.101 vrrp.51',
      '198.51.100.1 eth1',
      '2001:db8::1 eth0',
    ]);
    expect(sendingInterface(one)).toBe('vrrp.51');
  });

  test('use_vmac_addr alone leaves those of the instance where they are', () => {
    const one = only({
      options: { vmacForAddresses: true },
      addresses: [vip('192.0.2.100'), vip('198.51.100.1', 'eth1')],
    });
    expect(placed(one)).toEqual(['192.0.2.100 eth0', '198.51.100.1 vrrp.51']);
    expect(sendingInterface(one)).toBe('eth0');
  });

  test('use_vmac of an address moves that one, and its options with it', () => {
    const one = only({
      addresses: [vip('192.0.2.100'), vip('192.0.2.101')],
      addressOptions: [{ address: ip('192.0.2.101'), interface: 'eth0', hasOwnVmac: true }],
    });
    expect(placed(one)).toEqual(['192.0.2.100 eth0', '192.0.2.101 vrrp.51']);
    expect(one.addressOptions).toEqual([
      { address: '192.0.2.101', interface: 'vrrp.51', hasOwnVmac: true },
    ]);
    expect(sendingInterface(one)).toBe('eth0');
  });

  test('vmac_xmit_base moves the addresses, and not the advertisements', () => {
    const one = only({ ownLink: { ...VMAC, sendsFromBase: true } });
    expect(placed(one)).toEqual(['192.0.2.100 vrrp.51']);
    expect(sendingInterface(one)).toBe('eth0');
  });
});

describe('what is written of an interface', () => {
  test('a hardware address of five octets is completed by the virtual router id', () => {
    const five = only({ ownLink: { ...VMAC, mac: '02:0:0:0:0a' } });
    expect(five.links).toMatchObject([{ mac: '02:00:00:00:0a:33' }]);
    const six = only({ ownLink: { ...VMAC, mac: '02:00:00:00:00:99' } });
    expect(six.links).toMatchObject([{ mac: '02:00:00:00:00:99' }]);
  });

  test('an ipvlan has its address, which is the source of advertisements', () => {
    const one = only({
      ownLink: { kind: 'ipvlan', name: 'ipv1', address: ip('192.0.2.77'), mode: 'private' },
    });
    const address = { address: '192.0.2.77', prefixLength: 32 };
    expect(one.links).toMatchObject([{ kind: 'ipvlan', name: 'ipv1', mode: 'private', address }]);
    expect(one.sourceAddress).toBe('192.0.2.77');
    expect(sendingInterface(one)).toBe('ipv1');
  });

  test('a group without a known number is left to the kernel', () => {
    expect(only({ ownLink: { ...VMAC, group: '5' } }).links).toMatchObject([{ group: 5 }]);
    expect(only({ ownLink: { ...VMAC, group: 'dmz' } }).links?.[0]).not.toHaveProperty('group');
  });
});

test('an instance without such interfaces stays as it is', () => {
  const instances = [instance(), instance6()];
  expect(withVirtualLinks(instances, undefined)).toBe(instances);
});
