/**
 * Heartbeats and witnesses on the kernel of this machine: a pair with a network for the virtual address and one for the heartbeat, and a
 * host that witnesses. VRRP is dropped on its way, a process and a host die, the witness goes and comes.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StatusReport } from '../../src/core/control/status.ts';
import { advertisements } from './kit/advertisements.ts';
import { type Capture, startCapture } from './kit/capture.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import type { LabNode } from './kit/node.ts';
import { labDirectory } from './kit/paths.ts';
import { SAID, skipWithoutNamespaces } from './support.ts';

const WITHIN = { withinMs: 15_000 };
/** Of the heartbeat: interval times multiplier. */
const SILENCE_MS = 1_000;
const SLACK_MS = 1_500;
const KEY = 'a key for the lab of at least 32 bytes';

let lab: Lab;
let r1: TandemDirector;
let r2: TandemDirector;
let wire: Capture;

beforeEach(async (context) => {
  skipWithoutNamespaces(context);
  const links = (host: number) => ({
    eth0: { segment: 'lan', addresses: [`10.1.0.${host}/24`] },
    eth1: { segment: 'beat', addresses: [`10.2.0.${host}/24`, `fd00:2::${host}/64`] },
  });
  lab = await Lab.open({
    name: 'beat',
    topology: {
      nodes: {
        r1: { links: links(1) },
        r2: { links: links(2) },
        gw: { links: { eth0: { segment: 'lan', addresses: ['10.1.0.251/24'] } } },
      },
    },
    directory: labDirectory('heartbeat'),
  });
  r1 = new TandemDirector(lab.node('r1'));
  r2 = new TandemDirector(lab.node('r2'));
  wire = await startCapture(lab.node('gw'), { device: 'eth0', filter: 'ip proto 112' });
});

afterEach(async () => {
  await lab?.close();
});

function configuration(
  priority: number,
  { peer, mode = 'veto' }: { readonly peer: string; readonly mode?: string },
): string {
  return `
heartbeat peer {
    neighbor_ip ${peer}
    key "${KEY}"
}
witness gateway {
    address 10.1.0.251
    interval 500
    timeout 300
}
vrrp_instance VI {
    interface eth0
    virtual_router_id 7
    version 3
    advert_int 0.2
    priority ${priority}
    takeover_heartbeat peer ${mode}
    takeover_witness gateway
    virtual_ipaddress {
        10.1.0.100/24
    }
}
`;
}

async function until(
  director: TandemDirector,
  what: string,
  isSo: (status: StatusReport) => boolean | undefined,
): Promise<StatusReport> {
  const title = `${director.node.name}: ${what}`;
  const look = async () => {
    const status = await director.status();
    return isSo(status) ? status : false;
  };
  return (await expectWithin(title, look, WITHIN)).value;
}

const one = (status: StatusReport) => status.vrrp.instances[0];
const isMaster = (status: StatusReport) => one(status)?.state === 'MASTER';
const hears = (state: string) => (status: StatusReport) =>
  status.heartbeats[0]?.state === 'heard' && status.heartbeats[0].routers[0]?.state === state;
const enough = (is: boolean) => (status: StatusReport) => status.witnesses[0]?.enough === is;

/** Drops VRRP on its way in; the way out stays open. */
async function deafen(node: LabNode): Promise<void> {
  const rules = `table ip deaf {
  chain in {
    type filter hook input priority 0;
    iifname "eth0" ip protocol 112 drop
  }
}
`;
  await node.exec(['nft', '-f', '-'], { input: rules });
}

it('VRRP alone is cut: the backup stays it, over a restart of the peer; with allow there is a named conflict; a host that dies is followed', async () => {
  await r1.start(configuration(200, { peer: '10.2.0.2' }));
  await until(r1, 'MASTER', isMaster);
  await r2.start(configuration(100, { peer: '10.2.0.1' }));
  await until(r2, 'hears of the MASTER', hears('MASTER'));
  await until(r1, 'hears of the BACKUP', hears('BACKUP'));

  await deafen(r2.node);
  const held = await until(r2, 'holds the takeover', (now) => one(now)?.takeoverHeld !== null);
  expect(one(held)).toMatchObject({ state: 'BACKUP', takeoverHeld: { by: 'heartbeat' } });
  const why =
    /peer \(10\.2\.0\.1\) lives and is MASTER by its heartbeat; its advertisements do not arrive since/;
  expect(one(held)?.takeoverHeld?.text).toMatch(why);
  expect((await r2.run('status')).stdout.replace(/\s+/g, ' ')).toMatch(why);
  await expect.poll(() => r2.process?.text(), SAID).toMatch(/VI: stays BACKUP: peer \(10/);
  expect(await r2.metrics()).toMatch(/^tandem_vrrp_takeover_held\{[^}]*by="heartbeat"\} 1$/m);

  const { components } = await r1.status();
  const pid = components.find(({ name }) => name === 'vrrp')?.pid;
  await r1.node.exec(['kill', '-9', String(pid)]);
  await until(r1, 'is another process and MASTER', (now) => {
    const vrrp = now.components.find(({ name }) => name === 'vrrp');
    return vrrp?.up === true && vrrp.pid !== pid && isMaster(now) && hears('BACKUP')(now);
  });
  await until(r2, 'hears of the MASTER again', hears('MASTER'));
  expect(one(await r2.status())?.state).toBe('BACKUP');
  expect(advertisements(wire).filter(({ priority }) => priority === 100)).toEqual([]);

  const allow = configuration(100, { peer: '10.2.0.1', mode: 'allow' });
  expect(await r2.reload(allow)).toMatchObject({ isAccepted: true });
  const both = await until(r2, 'a conflict', (now) => one(now)?.conflicts.length === 1);
  expect(one(both)).toMatchObject({
    state: 'MASTER',
    reason: 'master-unheard',
    conflicts: [{ name: 'unheard-peer', address: '10.1.0.1', priority: 200 }],
  });
  await r2.node.exec(['nft', 'delete', 'table', 'ip', 'deaf']);
  await until(r2, 'steps down', (now) => one(now)?.state === 'BACKUP');
  expect(await r2.reload(configuration(100, { peer: '10.2.0.1' }))).toMatchObject({
    isAccepted: true,
  });

  // Only the wire of the virtual address goes: the heartbeat says so before the down timer has run out.
  await deafen(r2.node);
  await until(r2, 'holds the takeover', (now) => one(now)?.takeoverHeld !== null);
  await lab.node('r1').exec(['ip', 'link', 'set', 'eth0', 'down']);
  await until(r2, 'MASTER when the peer says FAULT', isMaster);
  await lab.node('r1').exec(['ip', 'link', 'set', 'eth0', 'up']);
  await until(r2, 'two masters', (now) => one(now)?.conflicts.length === 1);
  await r2.node.exec(['nft', 'delete', 'table', 'ip', 'deaf']);
  await until(r2, 'steps down', (now) => one(now)?.state === 'BACKUP');

  await deafen(r2.node);
  await until(r2, 'holds the takeover', (now) => one(now)?.takeoverHeld !== null);
  const diedMs = Date.now();
  await lab.node('r1').exec(['sh', '-c', 'ip link set eth1 down; ip link set eth0 down']);
  const seen = await expectWithin(
    'r2 advertises',
    () => advertisements(wire).find(({ atMs, priority }) => atMs > diedMs && priority === 100),
    { ...WITHIN, everyMs: 20 },
  );
  expect(seen.value.atMs - diedMs).toBeLessThan(SILENCE_MS + SLACK_MS);
  await until(r2, 'MASTER', isMaster);
  await expect
    .poll(() => r2.process?.text(), SAID)
    .toMatch(/heartbeat peer: 10\.2\.0\.1 is silent/);
}, 120_000);

it('without its witness nobody is promoted, with it at once; a MASTER stays it; the heartbeat runs over IPv6', async () => {
  await r1.start(configuration(200, { peer: 'fd00:2::2' }));
  await until(r1, 'MASTER', isMaster);
  await r2.start(configuration(100, { peer: 'fd00:2::1' }));
  await until(r2, 'hears of the MASTER', hears('MASTER'));
  await until(r2, 'its witness answers', enough(true));

  await lab.node('gw').exec(['sysctl', '-qw', 'net.ipv4.icmp_echo_ignore_all=1']);
  await until(r2, 'its witness does not answer', enough(false));
  await until(r1, 'its witness does not answer', enough(false));
  expect(one(await r1.status())?.state).toBe('MASTER');
  expect(await r1.stop()).toEqual({ clean: true });
  const held = await until(r2, 'holds the takeover', (now) => one(now)?.takeoverHeld !== null);
  expect(one(held)).toMatchObject({
    state: 'BACKUP',
    takeoverHeld: { by: 'witness', text: '0 of 1 host of witness gateway answer, 1 must' },
  });
  expect(held.heartbeats).toMatchObject([{ state: 'left' }]);
  expect(advertisements(wire).filter(({ priority }) => priority === 100)).toEqual([]);

  await lab.node('gw').exec(['sysctl', '-qw', 'net.ipv4.icmp_echo_ignore_all=0']);
  await until(r2, 'MASTER', isMaster);
  await lab.node('gw').exec(['sysctl', '-qw', 'net.ipv4.icmp_echo_ignore_all=1']);
  const after = await until(r2, 'its witness does not answer', enough(false));
  expect(one(after)?.state).toBe('MASTER');
  expect(await r2.metrics()).toMatch(/^tandem_witness_answering\{witness="gateway"\} 0$/m);
}, 60_000);
