/**
 * What advertisements are on the wire and their sockets in the kernel: TTL and class of both families, group memberships, neighbours that ask,
 * trailers of `auth_hmac`, receive buffers, a link that is polled.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InstanceStatus } from '../../src/core/control/status.ts';
import { type Capture, startCapture } from './kit/capture.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import type { LabNode } from './kit/node.ts';
import { labDirectory } from './kit/paths.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN = { withinMs: 15_000 };
const KEY = '0123456789abcdef0123456789ABCDEF';

let lab: Lab;
let r1: TandemDirector;
let r2: TandemDirector;
let watcher: LabNode;

beforeEach(async (context) => {
  skipWithoutNamespaces(context);
  const links = (host: number) => ({
    eth0: { segment: 'lan0', addresses: [`10.1.0.${host}/24`, `2001:db8:1::${host}/64`] },
  });
  lab = await Lab.open({
    name: 'wire',
    topology: {
      nodes: { r1: { links: links(1) }, r2: { links: links(2) }, watcher: { links: links(9) } },
    },
    directory: labDirectory('wire'),
  });
  r1 = new TandemDirector(lab.node('r1'));
  r2 = new TandemDirector(lab.node('r2'));
  watcher = lab.node('watcher');
});

afterEach(async () => {
  await lab?.close();
});

function instance(name: string, priority: number, vip: string, ...lines: string[]): string {
  return `
vrrp_instance ${name} {
    interface eth0
    virtual_router_id ${name === 'FOUR' ? 4 : 6}
    version 3
    advert_int 0.2
    priority ${priority}
    ${lines.join('\n    ')}
    virtual_ipaddress {
        ${vip}
    }
}
`;
}

const both = (priority: number, ...lines: string[]): string =>
  instance('FOUR', priority, '10.1.0.104/24', ...lines) +
  instance('SIX', priority, 'fe80::6', ...lines).replace(
    'fe80::6',
    'fe80::6\n        2001:db8:1::6/64',
  );

async function viewsOf(director: TandemDirector) {
  const { vrrp } = await director.status();
  return vrrp.instances;
}

/** Whether both instances are there and this holds of each. */
async function bothAre(
  director: TandemDirector,
  holds: (one: InstanceStatus) => boolean,
): Promise<boolean> {
  const views = await viewsOf(director);
  return views.length === 2 && views.every(holds);
}

const becomes = (director: TandemDirector, state: string) =>
  expectWithin(
    `${director.node.name} is ${state}`,
    () => bothAre(director, (one) => one.state === state),
    WITHIN,
  );

const seen = (capture: Capture, pattern: RegExp) =>
  expectWithin(
    `on the wire: ${pattern}`,
    () => capture.packets().some(({ text }) => pattern.test(text)),
    WITHIN,
  );

const outputOf = async (node: LabNode, ...command: string[]): Promise<string> =>
  (await node.exec(command)).stdout;

/** Takes the sockets of a process and its children over (pidfd_getfd(2)), and asks each for its receive buffer: `vrrp 60000`. */
const RECEIVE_BUFFERS = `
import ctypes, os, socket, sys
syscall = ctypes.CDLL(None, use_errno=True).syscall
def children(pid):
    yield pid
    for child in open(f'/proc/{pid}/task/{pid}/children').read().split():
        yield from children(int(child))
for pid in children(int(sys.argv[1])):
    pidfd = os.pidfd_open(pid)
    for fd in os.listdir(f'/proc/{pid}/fd'):
        try:
            if not os.readlink(f'/proc/{pid}/fd/{fd}').startswith('socket:'): continue
            one = socket.socket(fileno=syscall(438, pidfd, int(fd), 0))
        except OSError:
            continue
        kind = 'netlink' if one.family == socket.AF_NETLINK else 'vrrp' if one.proto == 112 else ''
        if kind: print(kind, one.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))
`;

async function receiveBuffers(): Promise<readonly string[]> {
  const pid = String(r1.process?.pid);
  return (await outputOf(r1.node, 'python3', '-c', RECEIVE_BUFFERS, pid)).split('\n');
}

describe('an advertisement on the wire', () => {
  it('has TTL or hop limit 255 and class CS6, its groups are joined, and neighbours find the address (VR-TX-04, -05, -08; VR-AD-09..-11, -18..-20)', async () => {
    const capture = await startCapture(watcher, {
      device: 'eth0',
      filter: 'proto 112 or ip6 proto 112',
    });
    await r1.start(both(200));
    await becomes(r1, 'MASTER');
    await r2.start(both(100));
    await becomes(r2, 'BACKUP');
    await seen(capture, /tos 0xc0, ttl 255.*proto VRRP.*10\.1\.0\.1 > 224\.0\.0\.18/s);
    await seen(capture, /class 0xc0.*hlim 255.*> ff02::12/s);
    const groups = await outputOf(r1.node, 'ip', 'maddr', 'show', 'dev', 'eth0');
    for (const group of ['224.0.0.18', 'ff02::12', 'ff02::1:ff00:6'])
      expect(groups).toContain(group);
    // No detection of duplicates holds the address back.
    const addresses = await outputOf(r1.node, 'ip', '-6', 'address', 'show', 'dev', 'eth0');
    expect(addresses).toMatch(/2001:db8:1::6\/64 .*nodad|2001:db8:1::6\/64/);
    expect(addresses).not.toMatch(/2001:db8:1::6\/64 .*tentative/);
    await watcher.exec(['ip', 'neigh', 'flush', 'dev', 'eth0']);
    const asked = await startCapture(watcher, { device: 'eth0', filter: 'arp or icmp6' });
    await watcher.exec(['ping', '-c', '1', '-W', '2', '10.1.0.104']);
    await watcher.exec(['ping', '-c', '1', '-W', '2', '2001:db8:1::6']);
    await seen(asked, /Reply 10\.1\.0\.104 is-at/);
    const replies = asked.packets().filter(({ text }) => /Reply 10\.1\.0\.104 is-at/.test(text));
    expect(replies).toHaveLength(1);
    const neighbours = await outputOf(watcher, 'ip', 'neigh', 'show', 'dev', 'eth0');
    const mac = (await outputOf(r1.node, 'cat', '/sys/class/net/eth0/address')).trim();
    expect(neighbours).toMatch(new RegExp(`10\\.1\\.0\\.104 lladdr ${mac}`));
    expect(neighbours).toMatch(new RegExp(`2001:db8:1::6 lladdr ${mac}`));
    await r1.stop();
    const left = await outputOf(r1.node, 'ip', 'maddr', 'show', 'dev', 'eth0');
    for (const group of ['224.0.0.18', 'ff02::12', 'ff02::1:ff00:6'])
      expect(left).not.toContain(group);
  });
});

describe('auth_hmac', () => {
  it('signs both families with a key from a file; who has another key is no master for the others', async () => {
    const file = join(labDirectory('wire'), 'hmac.key');
    writeFileSync(file, `${KEY}\n`, { mode: 0o600 });
    const hmac = (key: string): string => `auth_hmac {\n key 1 ${key}\n active_key 1\n }`;
    const capture = await startCapture(watcher, {
      device: 'eth0',
      filter: 'proto 112 or ip6 proto 112',
    });
    await r1.start(both(200, hmac(`file:${file}`)));
    await becomes(r1, 'MASTER');
    await r2.start(both(100, hmac(KEY)));
    await becomes(r2, 'BACKUP');
    await expectWithin(
      'both families are heard',
      () => bothAre(r2, (one) => (one.advertisementsReceived ?? 0) > 5),
      WITHIN,
    );
    await seen(capture, /10\.1\.0\.1 > 224\.0\.0\.18/);
    expect(r2.process?.text()).not.toContain('TWO MASTERS');
    for (const director of [r1, r2]) expect(director.process?.text()).not.toContain(KEY);
    await r2.reload(both(100, hmac(KEY.toUpperCase())));
    await expectWithin(
      'it does not believe the other',
      () => bothAre(r2, (one) => one.state === 'MASTER'),
      WITHIN,
    );
    await expectWithin(
      'both say so',
      () =>
        /wrong HMAC/.test(r1.process?.text() ?? '') && /wrong HMAC/.test(r2.process?.text() ?? ''),
      WITHIN,
    );
    await r2.reload(both(100, hmac(KEY)));
    await becomes(r2, 'BACKUP');
  });
});

describe('sockets', () => {
  it('have the receive buffers of the configuration, also after a reload, and a polled link counts', async () => {
    const globals = (bytes: number): string =>
      `global_defs {\n vrrp_rx_bufs_policy ${bytes}\n vrrp_netlink_cmd_rcv_bufs 111000\n vrrp_netlink_monitor_rcv_bufs 3000000\n vrrp_netlink_monitor_rcv_bufs_force\n}\nlinkbeat_interfaces {\n eth0 ETHTOOL\n}\n`;
    await r1.start(globals(30_000) + both(200));
    await becomes(r1, 'MASTER');
    // The kernel doubles what is asked for (socket(7)).
    expect(await receiveBuffers()).toEqual(
      expect.arrayContaining(['vrrp 60000', 'netlink 222000', 'netlink 6000000']),
    );
    await r1.reload(globals(50_000) + both(200));
    expect(r1.process?.text()).not.toContain('poll the link');
    const isResized = async () => (await receiveBuffers()).includes('vrrp 100000');
    await expectWithin('the new size', isResized, WITHIN);
    expect(await bothAre(r1, (one) => one.state === 'MASTER')).toBe(true);
  });
});
