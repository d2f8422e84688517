/** A VMAC as the instance sees it: where it sends and hears, its faults, and what it announces elsewhere. */
import { describe, expect, test } from 'vitest';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import { withVirtualLinks } from '../../../../src/core/model/virtual-links.ts';
import type { VmacConfig } from '../../../../src/core/model/vmac.ts';
import type { NamedLinkProblem } from '../../../../src/core/vrrp/events-and-actions.ts';
import { extraAddresses } from '../../../../src/core/vrrp/extra-interfaces.ts';
import { placesOf } from '../../../../src/core/vrrp/listening.ts';
import { NetworkPicture } from '../../../../src/core/vrrp/network-picture.ts';
import { instanceFacts } from '../../../../src/core/vrrp/tracking.ts';
import { ip, mac, peer, vip } from '../../../support/builders/addresses.ts';
import { device, HOST } from '../../../support/builders/host.ts';
import { instance, instance6 } from '../../../support/builders/instance.ts';

const VMAC: VmacConfig = { kind: 'vmac', announcesLink: false, sendsFromBase: false };
const LINK = device({ ifindex: 9, name: 'vrrp.51', mac: mac('00:00:5e:00:01:33') });

function made(one: VrrpInstanceConfig): VrrpInstanceConfig {
  const [first] = withVirtualLinks([one], undefined);
  if (first === undefined) throw new Error('no instance');
  return first;
}

function picture(
  links: readonly ReturnType<typeof device>[] = [LINK],
  linkProblems: readonly NamedLinkProblem[] = [],
): NetworkPicture {
  const interfaces = [...HOST.interfaces, ...links];
  return new NetworkPicture(interfaces, HOST.addresses, new Set(), { linkProblems });
}

function names(one: VrrpInstanceConfig, isQuiet = false): Record<string, string | undefined> {
  const places = placesOf(one, picture(), isQuiet);
  const { sender, member, listener } = places ?? {};
  return { sender: sender?.name, member: member?.name, listener: listener?.name };
}

describe('where it sends, joins and hears', () => {
  test('a VMAC sends and hears by itself, and joins on the base interface', () => {
    const wanted = { sender: 'vrrp.51', member: 'eth0', listener: 'vrrp.51' };
    expect(names(made(instance({ ownLink: VMAC })))).toEqual(wanted);
  });

  test('with vmac_xmit_base it sends from the base interface, and hears peers with a VMAC all the same', () => {
    const one = made(instance({ ownLink: { ...VMAC, sendsFromBase: true } }));
    expect(names(one)).toEqual({ sender: 'eth0', member: 'eth0', listener: 'vrrp.51' });
  });

  test('peers are heard where they send to', () => {
    const ownLink = { ...VMAC, sendsFromBase: true };
    const one = made(instance({ ownLink, unicastPeers: [peer('192.0.2.2')] }));
    expect(names(one)).toEqual({ sender: 'eth0', member: undefined, listener: undefined });
  });

  test('disable_local_igmp: IPv4 groups are heard without joining them, IPv6 groups are joined', () => {
    const quiet = { sender: 'eth0', member: undefined, listener: 'eth0' };
    expect(names(made(instance()), true)).toEqual(quiet);
    const vmac = names(made(instance({ ownLink: VMAC })), true);
    expect(vmac).toEqual({ sender: 'vrrp.51', member: undefined, listener: 'vrrp.51' });
    expect(names(made(instance6()), true)).toMatchObject({ member: 'eth0' });
  });

  test('vrf: an instance without an interface runs on its VRF', () => {
    const one = instance({
      interface: '',
      sourceAddress: ip('192.0.2.1'),
      options: { vrf: 'blue' },
    });
    const blue = picture([device({ ifindex: 30, name: 'blue', noArp: true })]);
    expect(instanceFacts(one, blue, undefined)).toMatchObject({ ifindex: 30, fault: undefined });
    const { fault } = instanceFacts(one, picture(), undefined);
    expect(fault).toMatchObject({ reason: 'interface-missing', cause: { interface: 'blue' } });
  });
});

describe('the instance', () => {
  const one = made(instance({ ownLink: VMAC }));

  test('sends by the VMAC from the address of the base interface', () => {
    const facts = instanceFacts(one, picture(), undefined);
    expect(facts).toMatchObject({ ifindex: 9, home: 2, primaryAddress: '192.0.2.1' });
    expect(facts.fault).toBeUndefined();
  });

  test('an IPv6 VMAC speaks with the link-local address of its base interface', () => {
    const six = made(instance6({ ownLink: VMAC }));
    const link = device({ ifindex: 9, name: 'vrrp.61' });
    const facts = instanceFacts(six, picture([link]), undefined);
    expect(facts).toMatchObject({
      ifindex: 9,
      primaryAddress: 'fe80::ff:fe00:a',
      fault: undefined,
    });
  });

  test('is at fault without its VMAC, with the reason', () => {
    const faultOf = (network: NetworkPicture) => instanceFacts(one, network, undefined).fault;
    const cause = { kind: 'own-interface', interface: 'vrrp.51' };
    expect(faultOf(picture([]))).toEqual({
      reason: 'own-interface',
      cause: { ...cause, state: 'missing' },
    });
    expect(faultOf(picture([{ ...LINK, up: false }]))).toMatchObject({ reason: 'own-interface' });
    const problem = { type: 'refused', errno: 'EOPNOTSUPP' } as const;
    const network = picture([], [{ interface: 'vrrp.51', problem }]);
    expect(faultOf(network)).toMatchObject({ cause: { ...cause, problem } });
  });

  test('names the base interface first where that is down', () => {
    const interfaces = [device({ up: false }), { ...LINK, up: false }];
    const network = new NetworkPicture(interfaces, HOST.addresses, new Set());
    expect(instanceFacts(one, network, undefined).fault).toMatchObject({
      reason: 'interface-down',
      cause: { interface: 'eth0' },
    });
  });
});

describe('garp_extra_if', () => {
  const addresses = [
    vip('192.0.2.120'),
    vip('192.0.2.121'),
    vip('192.0.2.122'),
    vip('198.51.100.121', 'eth1'),
  ];
  const own = [
    { address: ip('192.0.2.121'), interface: 'eth0', hasOwnVmac: true },
    { address: ip('192.0.2.122'), interface: 'eth0', hasOwnVmac: true },
  ] as const;
  const extra = (onAllInterfaces: boolean) =>
    extraAddresses(
      made(
        instance({
          addresses,
          addressOptions: own,
          options: { extraAnnouncement: { everySeconds: 10, onAllInterfaces } },
        }),
      ),
    ).map(({ address }) => address);

  test('one address on each interface that no advertisement leaves by: on VMACs, or on all', () => {
    expect(extra(false)).toEqual(['192.0.2.121']);
    expect(extra(true)).toEqual(['192.0.2.121', '198.51.100.121']);
  });
});
