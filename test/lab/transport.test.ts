/**
 * How advertisements travel, as tcpdump sees it: groups of their own, TTLs of unicast, virtual routers that nobody here has, and an instance
 * that must have a peer.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Capture, startCapture } from './kit/capture.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import type { LabNode } from './kit/node.ts';
import { labDirectory } from './kit/paths.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN = { withinMs: 15_000 };

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
    name: 'way',
    topology: {
      nodes: { r1: { links: links(1) }, r2: { links: links(2) }, watcher: { links: links(9) } },
    },
    directory: labDirectory('transport'),
  });
  r1 = new TandemDirector(lab.node('r1'));
  r2 = new TandemDirector(lab.node('r2'));
  watcher = lab.node('watcher');
});

afterEach(async () => {
  await lab?.close();
});

function instance(name: string, vrid: number, priority: number, ...lines: string[]): string {
  const vip = lines.some((line) => line.includes('::')) ? `fe80::${vrid}` : `10.1.0.${100 + vrid}`;
  return `
vrrp_instance ${name} {
    interface eth0
    virtual_router_id ${vrid}
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

async function expectState(director: TandemDirector, name: string, state: string): Promise<string> {
  let reason = '';
  await expectWithin(
    `${director.node.name}: ${name} is ${state}`,
    async () => {
      const { vrrp } = await director.status();
      const found = vrrp.instances.find((one) => one.name === name);
      reason = found?.reason ?? '';
      return found?.state === state;
    },
    WITHIN,
  );
  return reason;
}

const seen = (capture: Capture, pattern: RegExp) =>
  expectWithin(
    `on the wire: ${pattern}`,
    () => capture.packets().some(({ text }) => pattern.test(text)),
    WITHIN,
  );

describe('a group of its own', () => {
  it('is sent to and heard, beside that of VRRP on the same interface', async () => {
    const capture = await startCapture(watcher, { device: 'eth0', filter: 'proto 112' });
    const file = (priority: number): string =>
      `global_defs {\n    vrrp_mcast_group6 ff02::98\n}\n${instance('A', 1, priority, 'mcast_dst_ip 224.0.0.99')}${instance('B', 2, priority)}${instance('SIX', 3, priority, 'native_ipv6', '# ::')}`;
    await r1.start(file(200));
    for (const name of ['A', 'B', 'SIX']) await expectState(r1, name, 'MASTER');
    await r2.start(file(100));
    await seen(capture, /10\.1\.0\.1 > 224\.0\.0\.99: .*vrid 1, prio 200/);
    await seen(capture, /10\.1\.0\.1 > 224\.0\.0\.18: .*vrid 2, prio 200/);
    await seen(capture, /> ff02::98: .*vrid 3, prio 200/);
    for (const name of ['A', 'B', 'SIX']) await expectState(r2, name, 'BACKUP');
    expect(r2.process?.text()).not.toContain('TWO MASTERS');
    // What is not heard would be taken over.
    await expectWithin(
      'r2 hears all three',
      async () => {
        const { instances } = (await r2.status()).vrrp;
        return instances.length === 3 && instances.every((one) => one.advertisementsReceived);
      },
      WITHIN,
    );
  });
});

describe('unicast', () => {
  it('has the TTL of unicast_ttl, with IPv4 and IPv6, and is accepted as min_ttl and max_ttl say', async () => {
    const capture = await startCapture(r2.node, { device: 'eth0', filter: 'proto 112' });
    const four = (host: number, priority: number): string =>
      instance(
        'FOUR',
        4,
        priority,
        `unicast_src_ip 10.1.0.${host}`,
        `unicast_peer {\n        10.1.0.${3 - host} min_ttl 64 max_ttl 64\n    }`,
        'unicast_ttl 64',
      );
    const six = (host: number, priority: number): string =>
      instance(
        'SIX',
        6,
        priority,
        `unicast_src_ip 2001:db8:1::${host}`,
        `unicast_peer {\n        2001:db8:1::${3 - host}\n    }`,
        'unicast_ttl 63',
      );
    const file = (host: number, priority: number) => four(host, priority) + six(host, priority);
    await r1.start(file(1, 200));
    await r2.start(file(2, 100));
    await seen(capture, /ttl 64,.* 10\.1\.0\.1 > 10\.1\.0\.2: .*vrid 4, prio 200/);
    await seen(capture, /hlim 63,.* 2001:db8:1::1 > 2001:db8:1::2: .*vrid 6, prio 200/);
    for (const name of ['FOUR', 'SIX']) await expectState(r2, name, 'BACKUP');
  });

  it('without a peer is FAULT with unicast_fault_no_peer, until a reload gives one', async () => {
    const capture = await startCapture(watcher, { device: 'eth0', filter: 'proto 112' });
    await r1.start(instance('FOUR', 4, 200, 'unicast_fault_no_peer'));
    expect(await expectState(r1, 'FOUR', 'FAULT')).toBe('no-unicast-peer');
    expect(capture.packets()).toEqual([]);
    const peer = 'unicast_peer {\n        10.1.0.2\n    }';
    expect(await r1.reload(instance('FOUR', 4, 200, 'unicast_fault_no_peer', peer))).toMatchObject({
      isAccepted: true,
    });
    await expectState(r1, 'FOUR', 'MASTER');
  });
});

describe('routers that are not as we are', () => {
  it('one that nobody here has is a line with log_unknown_vrids', async () => {
    const globals = 'global_defs {\n    log_unknown_vrids\n}\n';
    await r1.start(globals + instance('A', 1, 200));
    await r2.start(instance('B', 77, 100));
    await expectWithin(
      'the line',
      () =>
        /10\.1\.0\.2 advertises virtual_router_id 77 on eth0, which no instance here has/.test(
          r1.process?.text() ?? '',
        ),
      WITHIN,
    );
  });

  it('an owner that ignores advertisements stays master beside another one, and says that there are two', async () => {
    const owner = (...more: string[]): string => instance('A', 1, 255, 'state MASTER', ...more);
    await r1.start(owner('owner_ignore_adverts'));
    await expectState(r1, 'A', 'MASTER');
    await r2.start(owner('owner_ignore_adverts'));
    await expectWithin(
      'two owners',
      () => /TWO MASTERS: 10\.1\.0\.2 \(priority 255\)/.test(r1.process?.text() ?? ''),
      WITHIN,
    );
    await expectState(r1, 'A', 'MASTER');
    await expectState(r2, 'A', 'MASTER');
  });

  it('another address list of the same master is counted once with skip_check_adv_addr', async () => {
    const counted = async (): Promise<number> =>
      Number(
        /^tandem_vrrp_peer_mismatch_total\{[^}]*reason="vips"\} (\d+)$/m.exec(
          await r2.metrics(),
        )?.[1] ?? -1,
      );
    await r1.start(instance('A', 1, 200));
    await expectState(r1, 'A', 'MASTER');
    await r2.start(instance('A', 1, 100, 'skip_check_adv_addr').replace('10.1.0.101', '10.1.0.9'));
    await expectState(r2, 'A', 'BACKUP');
    await expectWithin('it is counted', async () => (await counted()) > 0, WITHIN);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await counted()).toBe(1);
  });
});
