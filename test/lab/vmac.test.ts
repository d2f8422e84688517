/**
 * Virtual hardware addresses on the kernel of this machine: the interface beside the one that keepalived makes from the same file, which frame leaves from
 * where, a failover that no neighbour notices, and interfaces that others remove.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Capture, startCapture } from './kit/capture.ts';
import { KeepalivedDirector } from './kit/directors/keepalived.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import type { LabNode } from './kit/node.ts';
import { labDirectory } from './kit/paths.ts';
import { hasKeepalived, skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 20_000;
const MAC4 = '00:00:5e:00:01:33';
const MAC6 = '00:00:5e:00:02:3d';
const VIP4 = '10.0.0.44';
const VIP6 = '2001:db8::44';

interface Link {
  readonly ifname: string;
  readonly ifindex: number;
  readonly address: string;
  readonly flags: readonly string[];
  readonly ifalias?: string;
  readonly inet6_addr_gen_mode: string;
  readonly linkinfo?: { readonly info_kind: string; readonly info_data: { readonly mode: string } };
}

let lab: Lab;
let tandem: TandemDirector;
let keepalived: KeepalivedDirector;
let client: LabNode;
let wire: Capture;

function instance(name: string, lines: readonly string[], vips: readonly string[]): string {
  const block = vips.join('\n        ');
  return `vrrp_instance ${name} {
    version 3
    advert_int 0.5
    ${lines.join('\n    ')}
    virtual_ipaddress {
        ${block}
    }
}
`;
}

/** An IPv4 and an IPv6 instance with VMACs, and one whose advertisements leave by the base interface. */
function pair(priority: number): string {
  const common = ['interface eth0', `priority ${priority}`, 'use_vmac'];
  return [
    instance('V4', [...common, 'virtual_router_id 51'], [`${VIP4}/24`]),
    instance('V6', [...common, 'virtual_router_id 61'], ['fe80::44/64', `${VIP6}/64`]),
    instance('X4', [...common, 'virtual_router_id 53', 'vmac_xmit_base'], ['10.0.0.45/24']),
  ].join('');
}

async function links(node: LabNode): Promise<readonly Link[]> {
  const { stdout } = await node.exec(['ip', '-d', '-j', 'link', 'show', 'type', 'macvlan']);
  // An empty list is printed as nothing, or as empty objects.
  return (stdout.trim() === '' ? [] : (JSON.parse(stdout) as Link[])).filter((one) => one.ifname);
}

async function link(node: LabNode, name: string): Promise<Link | undefined> {
  return (await links(node)).find(({ ifname }) => ifname === name);
}

/** `eth0/arp_ignore 1` for each setting of some interfaces. */
async function settings(node: LabNode, names: readonly string[]): Promise<string[]> {
  const keys = ['accept_local', 'arp_filter', 'arp_ignore', 'promote_secondaries', 'rp_filter'];
  const files = names.flatMap((name) => keys.map((key) => `${name}/${key}`));
  const script = `cd /proc/sys/net/ipv4/conf && for f in ${files.join(' ')}; do echo $f $(cat $f); done`;
  return (await node.exec(['sh', '-c', script])).stdout.trim().split('\n');
}

async function neighbour(address: string): Promise<string | undefined> {
  return (await client.neighbours()).find((one) => one.address === address)?.mac;
}

const log = (): string => tandem.process?.text() ?? '';
const holds = (router: { readonly node: LabNode }, vip: string) =>
  expectWithin(`${router.node.name} holds ${vip}`, () => router.node.holds(vip), {
    withinMs: WITHIN_MS,
  });
const says = (text: RegExp) =>
  expectWithin(`the log says ${text}`, () => text.test(log()), { withinMs: WITHIN_MS });
const state = (name: string, wanted: string) =>
  expectWithin(`${name} is ${wanted}`, async () => (await tandem.instance(name)).state === wanted, {
    withinMs: WITHIN_MS,
  });
const reaches = (address: string) =>
  expectWithin(
    `the client reaches ${address}`,
    async () =>
      (await client.exec(['ping', '-c1', '-W1', address], { allowFailure: true })).status === 0,
    { withinMs: WITHIN_MS },
  );

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  const host = (last: number) => ({
    links: { eth0: { segment: 'lan0', addresses: [`10.0.0.${last}/24`, `2001:db8::${last}/64`] } },
  });
  lab = await Lab.open({
    name: 'm',
    topology: { nodes: { lb01: host(5), lb02: host(6), client: host(9) } },
    directory: labDirectory('vmac'),
  });
  client = lab.node('client');
  tandem = new TandemDirector(lab.node('lb01'));
  keepalived = new KeepalivedDirector(lab.node('lb02'));
  // keepalived stays in FAULT while its link-local address is tentative.
  await expectWithin(
    'no address is tentative',
    async () =>
      (await keepalived.node.exec(['ip', '-6', 'address', 'show', 'tentative'])).stdout === '',
    { withinMs: WITHIN_MS },
  );
  wire = await startCapture(client, { device: 'eth0' });
  await tandem.start(pair(150));
  await holds(tandem, VIP4);
  await holds(tandem, VIP6);
}, 90_000);

afterAll(async () => {
  await lab?.close();
});

beforeEach(skipWithoutNamespaces);

describe('use_vmac', () => {
  it.runIf(hasKeepalived())(
    'makes the interfaces that keepalived makes from the same file',
    async () => {
      await keepalived.start(pair(100));
      await expectWithin(
        'keepalived has its interfaces',
        async () => {
          const found = await links(keepalived.node);
          return found.length === 3 && found.every(({ flags }) => flags.includes('LOWER_UP'));
        },
        { withinMs: WITHIN_MS },
      );
      const shape = async (node: LabNode) =>
        (await links(node))
          .map(({ ifname, address, flags, inet6_addr_gen_mode: mode, linkinfo }) => {
            const kind = `${linkinfo?.info_kind} ${linkinfo?.info_data.mode}`;
            return { ifname, address, flags: flags.toSorted(), mode, kind };
          })
          .toSorted((a, b) => a.ifname.localeCompare(b.ifname));
      expect(await shape(tandem.node)).toEqual(await shape(keepalived.node));
      const names = ['eth0', 'vrrp.51', 'vrrp.61', 'vrrp.53'];
      // Version 2.2 lets the VMAC of an IPv6 instance answer ARP for its parent; 2.4 does not any more.
      const theirs = (await settings(keepalived.node, names)).map((line) =>
        line.replace('vrrp.61/arp_ignore 0', 'vrrp.61/arp_ignore 1'),
      );
      expect(await settings(tandem.node, names)).toEqual(theirs);
    },
  );

  it('advertises and announces from the virtual hardware address, and vmac_xmit_base from its own (VR-TX-11, -12)', async () => {
    const adverts = (vrid: number) =>
      expectWithin(
        `advertisements of ${vrid}`,
        () => {
          const own = wire.packets(
            ({ text }) => text.includes(`vrid ${vrid},`) && text.includes('prio 150'),
          );
          return own.length > 1 && own;
        },
        { withinMs: WITHIN_MS },
      );
    const macs = async (vrid: number) => [
      ...new Set((await adverts(vrid)).value.map(({ from }) => from)),
    ];
    expect(await macs(51)).toEqual([MAC4]);
    expect(await macs(61)).toEqual([MAC6]);
    expect(await macs(53)).toEqual([tandem.node.mac('eth0')]);
    const announced = (vip: string) =>
      wire.packets(({ text }) => text.includes(`who-has ${vip}`) && text.includes(`tell ${vip}`));
    expect(new Set(announced(VIP4).map(({ from }) => from))).toEqual(new Set([MAC4]));
    expect(new Set(announced('10.0.0.45').map(({ from }) => from))).toEqual(
      new Set(['00:00:5e:00:01:35']),
    );
  });

  it('answers for its addresses with the virtual hardware address only, and asks with its own (VR-AD-08, -12, -13)', async () => {
    for (const vip of [VIP4, VIP6]) await reaches(vip);
    expect(await neighbour(VIP4)).toBe(MAC4);
    expect(await neighbour(VIP6)).toBe(MAC6);
    const replies = wire.packets(({ text }) => text.includes(`Reply ${VIP4} is-at`));
    expect(replies.length).toBeGreaterThan(0);
    expect(replies.filter(({ text }) => !text.includes(`is-at ${MAC4}`))).toEqual([]);
    // A question "tell VIP" from the interface would teach the client the wrong address.
    const questions = wire.packets(
      ({ text, from }) => text.includes(`tell ${VIP4}`) && from !== MAC4,
    );
    expect(questions).toEqual([]);
  });

  it.runIf(hasKeepalived())(
    'a failover to keepalived and back changes no neighbour, in both roles (VR-IO-08)',
    async () => {
      const before = wire.packets().length;
      await tandem.stop();
      await holds(keepalived, VIP4);
      await holds(keepalived, VIP6);
      for (const vip of [VIP4, VIP6]) await reaches(vip);
      await tandem.start(pair(150));
      await holds(tandem, VIP4);
      await holds(tandem, VIP6);
      await expectWithin('keepalived gives way', async () => !(await keepalived.node.holds(VIP4)), {
        withinMs: WITHIN_MS,
      });
      for (const vip of [VIP4, VIP6]) await reaches(vip);
      expect(await neighbour(VIP4)).toBe(MAC4);
      expect(await neighbour(VIP6)).toBe(MAC6);
      // Tandem was Backup from its start until it took over: nothing of it came from a virtual hardware address.
      const moved = wire.packets().slice(before);
      const memberships = moved.filter(
        ({ text, from }) => from === MAC4 && /igmp|multicast listener/.test(text),
      );
      expect(memberships).toEqual([]);
      expect((await tandem.instance('V4')).reason).toBe('preempted');
      await keepalived.stop();
    },
  );

  it('a stop removes them, and puts the settings of the base interface back', async () => {
    await tandem.stop();
    expect(await links(tandem.node)).toEqual([]);
    const left = (await settings(tandem.node, ['eth0'])).filter((line) => !line.endsWith(' 0'));
    expect(left.filter((line) => line.includes('arp_'))).toEqual([]);
  });
});

describe('somebody else, and this program', () => {
  /** On a pair of interfaces of its own, which a test can delete and make again. */
  const alone = (lines: readonly string[], vip = '10.7.0.44/24'): string =>
    instance('D', ['interface d0', 'virtual_router_id 70', ...lines], [vip]);
  const makeBase = () =>
    tandem.node.ip(
      'link add d0 type veth peer name d1',
      'address add 10.7.0.5/24 dev d0',
      'link set d1 up',
      'link set d0 up',
    );

  beforeAll(async () => {
    if (process.getuid?.() !== 0) return;
    await makeBase();
    await tandem.start(alone([]));
    await holds(tandem, '10.7.0.44');
  }, 60_000);

  it('a reload that adds use_vmac keeps mastership, and moves the addresses', async () => {
    expect(await tandem.reload(alone(['use_vmac']))).toMatchObject({ isAccepted: true });
    await expectWithin(
      'the address stands on the VMAC',
      async () =>
        (await tandem.node.addresses()).some(
          (one) => one.address === '10.7.0.44' && one.device === 'vrrp.70',
        ),
      { withinMs: WITHIN_MS },
    );
    const { state: now, ownInterfaces } = await tandem.instance('D');
    expect(now).toBe('MASTER');
    expect(ownInterfaces).toMatchObject([{ name: 'vrrp.70', parent: 'd0', present: true }]);
    expect(log().match(/D: MASTER ->/)).toBeNull();
  });

  it('a VMAC that is deleted, or set down, is back with its addresses, with a line', async () => {
    const first = await link(tandem.node, 'vrrp.70');
    await tandem.node.ip('link del vrrp.70');
    await says(/somebody else removed the interface vrrp\.70/);
    await holds(tandem, '10.7.0.44');
    const second = await link(tandem.node, 'vrrp.70');
    expect(second?.ifindex).not.toBe(first?.ifindex);
    await tandem.node.ip('link set vrrp.70 down');
    await says(/somebody else set down the interface vrrp\.70/);
    await expectWithin(
      'it is up',
      async () => (await link(tandem.node, 'vrrp.70'))?.flags.includes('LOWER_UP'),
      { withinMs: WITHIN_MS },
    );
    await state('D', 'MASTER');
  });

  it('a base interface that vanishes and returns with another index gets its VMAC again', async () => {
    await tandem.node.ip('link del d0');
    await state('D', 'FAULT');
    expect((await tandem.instance('D')).reason).toBe('interface-missing');
    await makeBase();
    await state('D', 'MASTER');
    expect((await link(tandem.node, 'vrrp.70'))?.flags).toContain('LOWER_UP');
    await holds(tandem, '10.7.0.44');
  });

  it('after kill -9 a new start adopts the interface, and its stop leaves nothing', async () => {
    const before = await link(tandem.node, 'vrrp.70');
    await tandem.kill();
    expect(await tandem.node.holds('10.7.0.44')).toBe(true);
    await tandem.start(alone(['use_vmac']));
    await holds(tandem, '10.7.0.44');
    expect((await link(tandem.node, 'vrrp.70'))?.ifindex).toBe(before?.ifindex);
    await says(/vrrp\.70 on d0 with \S+ was there already and is taken over/);
    await tandem.stop();
    expect(await links(tandem.node)).toEqual([]);
    expect(
      (await settings(tandem.node, ['d0'])).filter(
        (line) => / [^0]$/.test(line) && line.includes('arp_'),
      ),
    ).toEqual([]);
  });

  it('an interface of somebody else is left alone, and the reason is said', async () => {
    await tandem.node.ip('link add vrrp.70 type veth peer name other');
    await tandem.start(alone(['use_vmac']));
    await state('D', 'FAULT');
    const { reason, cause } = await tandem.instance('D');
    expect(reason).toBe('own-interface');
    expect(cause).toMatch(/vrrp\.70 is an interface that Tandem has not made \(veth\)/);
    await tandem.node.ip('link del vrrp.70');
    await state('D', 'MASTER');
    await tandem.stop();
    expect(await links(tandem.node)).toEqual([]);
  });
});
