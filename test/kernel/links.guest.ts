/** Interfaces that instances make for themselves, on a real kernel: what `ip` shows of them. Runs in a network namespace of its own, as root. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { instant } from '../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../src/core/model/config.ts';
import { withVirtualLinks } from '../../src/core/model/virtual-links.ts';
import type { IpvlanConfig, VmacConfig } from '../../src/core/model/vmac.ts';
import type { HoldingMark } from '../../src/daemon/vrrp/holdings-reconciler.ts';
import { LinkKeeper } from '../../src/daemon/vrrp/link-keeper.ts';
import { RouteKernel } from '../../src/drivers/rtnetlink.ts';
import { writeSysctl } from '../../src/drivers/sysctl.ts';
import { MAIN_PROGRAM } from '../lab/kit/paths.ts';
import { ip } from '../support/builders/addresses.ts';
import { instance } from '../support/builders/instance.ts';

const VMAC: VmacConfig = { kind: 'vmac', announcesLink: false, sendsFromBase: false };
/** Nobody holds addresses here. */
const MARK: HoldingMark = { addresses: 0, routing: 0 };
const IPVLAN: IpvlanConfig = { kind: 'ipvlan', name: 'ipv1', mode: 'bridge' };

let driver: RouteKernel;
let keeper: LinkKeeper;
const troubles: string[] = [];

function run(command: string): string {
  return execFileSync('sh', ['-c', command], { encoding: 'utf8' });
}

interface Shown {
  readonly ifindex: number;
  readonly flags: readonly string[];
  readonly address: string;
  readonly group: string;
  readonly linkinfo: { readonly info_kind: string; readonly info_data: { readonly mode: string } };
}

function shown(name: string): Shown | undefined {
  const [link] = JSON.parse(run(`ip -d -j link show ${name} 2>/dev/null || echo '[]'`)) as Shown[];
  return link;
}

async function configure(...instances: readonly VrrpInstanceConfig[]): Promise<void> {
  keeper.configure(withVirtualLinks(instances, undefined));
  await keeper.dump(() => MARK);
  await keeper.release();
}

beforeAll(() => {
  run('ip link add eth0 address 02:00:00:00:00:0a type veth peer name peer');
  run('ip link set eth0 up; ip link set peer up; ip address add 192.0.2.1/24 dev eth0');
  driver = RouteKernel.open();
  keeper = new LinkKeeper({
    kernel: driver,
    isStrict: () => false,
    refuseRouters: (name) => writeSysctl(`net/ipv6/conf/${name}/accept_ra`, '0'),
    now: () => instant(performance.now() * 1_000),
    onNotice: () => undefined,
    onTrouble: ({ about, errno, detail }) => troubles.push(`${about} ${errno} ${detail ?? ''}`),
    onDue: () => undefined,
  });
});

afterAll(() => {
  keeper.close();
  driver.close();
  // Other suites may follow in this namespace.
  run('ip link del eth0');
});

describe('interfaces of instances', () => {
  it('is a private macvlan with its address and group, and goes without a trace', async () => {
    await configure(instance({ ownLink: { ...VMAC, group: '5' } }));
    expect(shown('vrrp.51')).toMatchObject({
      address: '00:00:5e:00:01:33',
      group: '5',
      linkinfo: { info_kind: 'macvlan', info_data: { mode: 'private' } },
    });
    expect(shown('vrrp.51')?.flags).toContain('LOWER_UP');
    await configure();
    expect(shown('vrrp.51')).toBeUndefined();
    expect(run('cat /proc/sys/net/ipv4/conf/eth0/arp_announce').trim()).toBe('0');
    expect(troubles).toEqual([]);
  });

  it('is an ipvlan in layer 2, with its address, in each mode', async () => {
    for (const mode of ['bridge', 'private', 'vepa'] as const) {
      const address = ip('192.0.2.77');
      await configure(instance({ ownLink: { ...IPVLAN, mode, address, prefixLength: 24 } }));
      expect(shown('ipv1')).toMatchObject({
        address: '02:00:00:00:00:0a',
        linkinfo: { info_kind: 'ipvlan', info_data: { mode: 'l2' } },
      });
      expect(run('ip -d link show ipv1')).toMatch(new RegExp(`ipvlan +mode l2 ${mode}`));
      expect(run('ip -4 -br address show dev ipv1')).toContain('192.0.2.77/24');
      expect(keeper.view()).toMatchObject([{ isComplete: true }]);
    }
    await configure();
    expect(shown('ipv1')).toBeUndefined();
    expect(troubles).toEqual([]);
  });

  it('takes a new name with its index, also where the kernel renames only what is down', async () => {
    await configure(instance({ ownLink: VMAC }));
    const { ifindex } = shown('vrrp.51') ?? {};
    await configure(instance({ ownLink: { ...VMAC, name: 'other' } }));
    expect(shown('other')?.ifindex).toBe(ifindex);
    expect(shown('other')?.flags).toContain('LOWER_UP');
    await configure();
  });
});

describe('the program', () => {
  const directory = '/tmp/tandem-links';
  async function withTandem(
    text: string,
    act: (log: () => string) => Promise<void>,
  ): Promise<void> {
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/tandem.conf`, text);
    const argv = [MAIN_PROGRAM, 'run', '-n', '-l', '-P', '-f', `${directory}/tandem.conf`];
    const more = [`--runtime-dir=${directory}`, '--no-metrics', '-p', `${directory}/pid`];
    const child = spawn(process.execPath, [...argv, ...more]);
    let log = '';
    child.stdout.on('data', (data: Buffer) => {
      log += data.toString();
    });
    try {
      await act(() => log);
    } finally {
      child.kill('SIGTERM');
      await Promise.race([once(child, 'exit'), delay(20_000)]);
    }
  }

  const until = (act: () => void) => vi.waitFor(act, { timeout: 50_000, interval: 200 });

  it('advertises from its ipvlan with the address of that, and holds its address there', async () => {
    const text = `vrrp_instance V {
  interface eth0
  virtual_router_id 51
  use_ipvlan ipv1 192.0.2.77/24
  virtual_ipaddress {
    192.0.2.100/24
  }
}
`;
    await withTandem(text, async () => {
      await until(() => expect(run('ip -br address show dev ipv1')).toContain('192.0.2.100/24'));
      const seen = run('timeout 20 tcpdump -c 1 -nn -e -i peer proto 112 2>/dev/null');
      expect(seen).toMatch(/02:00:00:00:00:0a > 01:00:5e:00:00:12.* 192\.0\.2\.77 > 224\.0\.0\.18/);
    });
    expect(shown('ipv1')).toBeUndefined();
  });
});
