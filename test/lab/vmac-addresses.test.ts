/**
 * What `use_vmac_addr`, `use_vmac` of an address, `garp_extra_if`, `promote_secondaries` and `disable_local_igmp` do in the kernel and on the wire, and
 * what a Backup does with frames to the virtual hardware address.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Capture, startCapture } from './kit/capture.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import type { LabNode } from './kit/node.ts';
import { labDirectory } from './kit/paths.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN = { withinMs: 20_000 };

let lab: Lab;
let lb01: TandemDirector;
let lb02: TandemDirector;
let client: LabNode;
let server: LabNode;
let far: Capture;

/** A: addresses on two interfaces and of both families, each on a VMAC. B: one address of two is on a VMAC. */
function configuration(priority: number): string {
  return `global_defs {
    vrrp_version 3
    disable_local_igmp
    vrrp_garp_master_repeat 1
    vrrp_garp_master_delay 0
}
vrrp_instance A {
    interface eth0
    virtual_router_id 51
    advert_int 0.2
    priority ${priority}
    use_vmac
    use_vmac_addr
    garp_extra_if 1
    virtual_ipaddress {
        10.8.0.44/24
        10.9.0.44/24 dev eth1
    }
    virtual_ipaddress_excluded {
        2001:db8:8::44/64
    }
}
vrrp_instance B {
    interface eth0
    virtual_router_id 52
    advert_int 0.2
    priority ${priority}
    promote_secondaries
    virtual_ipaddress {
        10.8.0.45/24 use_vmac
        10.8.0.46/24
    }
}
`;
}

const outputOf = async (node: LabNode, ...command: string[]): Promise<string> =>
  (await node.exec(command, { allowFailure: true })).stdout;

const isIn = (director: TandemDirector, state: string) =>
  expectWithin(
    `${director.node.name} is ${state}`,
    async () => {
      const { instances } = (await director.status()).vrrp;
      return instances.length === 2 && instances.every((one) => one.state === state);
    },
    WITHIN,
  );

/** Hardware address by which a node reaches an address. */
const reachedBy = async (node: LabNode, address: string): Promise<string | undefined> => {
  const isReached = async () =>
    (await node.exec(['ping', '-c1', '-W1', address], { allowFailure: true })).status === 0;
  await expectWithin(`${node.name} reaches ${address}`, isReached, WITHIN);
  return node.neighbourMac(address);
};

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  const host = (last: number) => ({
    links: {
      eth0: { segment: 'near', addresses: [`10.8.0.${last}/24`, `2001:db8:8::${last}/64`] },
      eth1: { segment: 'far', addresses: [`10.9.0.${last}/24`] },
    },
    sysctls: { 'net.ipv4.ip_forward': 1, 'net.ipv4.conf.all.promote_secondaries': 0 },
  });
  lab = await Lab.open({
    name: 'va',
    topology: {
      nodes: {
        lb01: host(1),
        lb02: host(2),
        client: {
          links: {
            eth0: { segment: 'near', addresses: ['10.8.0.9/24', '2001:db8:8::9/64'] },
          },
          ip: ['route add default via 10.8.0.44'],
        },
        server: {
          links: { eth0: { segment: 'far', addresses: ['10.9.0.9/24'] } },
          ip: ['route add default via 10.9.0.44'],
        },
      },
    },
    directory: labDirectory('vmac-addresses'),
  });
  [client, server] = [lab.node('client'), lab.node('server')];
  [lb01, lb02] = [new TandemDirector(lab.node('lb01')), new TandemDirector(lab.node('lb02'))];
  far = await startCapture(server, { device: 'eth0', filter: 'arp or icmp' });
  await lb01.start(configuration(150));
  await isIn(lb01, 'MASTER');
}, 60_000);

afterAll(async () => {
  await lab?.close();
});

beforeEach(skipWithoutNamespaces);

it('use_vmac_addr gives each interface and family its own, use_vmac of an address is for that one alone', async () => {
  expect(await reachedBy(client, '10.8.0.44')).toBe('00:00:5e:00:01:33');
  expect(await reachedBy(server, '10.9.0.44')).toBe('00:00:5e:00:01:33');
  expect(await reachedBy(client, '2001:db8:8::44')).toBe('00:00:5e:00:02:33');
  expect(await reachedBy(client, '10.8.0.45')).toBe('00:00:5e:00:01:34');
  expect(await reachedBy(client, '10.8.0.46')).toBe(lb01.node.mac('eth0'));
  const places = (await lb01.node.addresses()).map(({ address, device }) => `${address} ${device}`);
  expect(places).toEqual(
    expect.arrayContaining([
      '10.8.0.44 vrrp.51',
      '10.9.0.44 vrrp1.51',
      '2001:db8:8::44 vrrp6.51',
      '10.8.0.45 vrrp.52',
      '10.8.0.46 eth0',
    ]),
  );
});

it('garp_extra_if announces again and again where no advertisements go, by the virtual hardware address', async () => {
  const announced = () =>
    far.packets(
      ({ text }) => text.includes('who-has 10.9.0.44') && text.includes('tell 10.9.0.44'),
    );
  await expectWithin('a third announcement', () => announced().length > 2, WITHIN);
  const [first, second, third] = announced().slice(-3);
  expect(new Set(announced().map(({ from }) => from))).toEqual(new Set(['00:00:5e:00:01:33']));
  expect((third?.atMs ?? 0) - (second?.atMs ?? 0)).toBeGreaterThan(900);
  expect(first?.atMs).toBeLessThan(second?.atMs ?? 0);
});

it('promote_secondaries is set on the interface, disable_local_igmp joins no IPv4 group', async () => {
  const setting = '/proc/sys/net/ipv4/conf/eth0/promote_secondaries';
  expect(await outputOf(lb01.node, 'cat', setting)).toBe('1\n');
  expect(await outputOf(lb01.node, 'ip', 'maddr', 'show')).not.toContain('224.0.0.18');
  // The host loses its own address, and what stood behind it stays.
  await lb01.node.ip('address add 10.8.0.77/24 dev eth0', 'address del 10.8.0.1/24 dev eth0');
  expect(await lb01.node.holds('10.8.0.46')).toBe(true);
  await lb01.node.ip('address add 10.8.0.1/24 dev eth0', 'address del 10.8.0.77/24 dev eth0');
  await isIn(lb01, 'MASTER');
});

it('a Backup hears without the group, and does not forward what is sent to the virtual hardware address (VR-AD-14)', async () => {
  await lb02.start(configuration(200));
  await isIn(lb02, 'MASTER');
  await isIn(lb01, 'BACKUP');
  // A hub: every router gets every frame.
  const bridges = await outputOf(lab.switch, 'ip', '-o', 'link', 'show', 'type', 'bridge');
  for (const [, bridge] of bridges.matchAll(/^\d+: (\S+):/gm)) {
    await lab.switch.ip(`link set ${bridge} type bridge ageing_time 0`);
  }
  await reachedBy(client, '10.8.0.44');
  const before = far.packets().length;
  const got = async () => {
    const { stdout } = await lb01.node.exec(['ip', '-s', '-j', 'link', 'show', 'vrrp.51']);
    return Number(JSON.parse(stdout)[0].stats64.rx.packets);
  };
  const gotBefore = await got();
  const ping = ['ping', '-c', '5', '-i', '0.1', '-W', '2', '10.9.0.9'];
  expect(await outputOf(client, ...ping)).toContain('5 received');
  const requests = far
    .packets()
    .slice(before)
    .filter(({ text }) => text.includes('10.8.0.9 > 10.9.0.9: ICMP echo request'));
  expect((await got()) - gotBefore, 'the Backup gets the frames as well').toBeGreaterThan(4);
  expect(requests).toHaveLength(5);
  expect(new Set(requests.map(({ from }) => from)).has(lb01.node.mac('eth1'))).toBe(false);
});

it('a stop puts promote_secondaries back, and leaves no interface', async () => {
  await lb01.stop();
  const setting = '/proc/sys/net/ipv4/conf/eth0/promote_secondaries';
  expect(await outputOf(lb01.node, 'cat', setting)).toBe('0\n');
  expect(await outputOf(lb01.node, 'ip', 'link', 'show', 'type', 'macvlan')).toBe('');
});
