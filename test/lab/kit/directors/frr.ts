/**
 * A protocol daemon of FRR (with the zebra it needs) as a peer: vrrpd, or bfdd for BFD sessions.
 * The configuration is FRR's language. vrrpd finds its virtual routers on macvlan devices that
 * carry the virtual MAC address and the virtual addresses: `frrConfiguration` and `prepareFrr` make both.
 */

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectWithin } from '../expect.ts';
import type { LabNode } from '../node.ts';
import type { LabProcess } from '../process.ts';
import type { Director, ReloadOutcome } from './director.ts';

const FRR_DIRECTORY = '/usr/lib/frr';
const START_MS_MAX = 20_000;
const STOP_MS_MAX = 10_000;

/** True when FRR is installed. */
export function hasFrr(): boolean {
  return existsSync(`${FRR_DIRECTORY}/vrrpd`);
}

/** One virtual router of FRR. */
export interface FrrVirtualRouter {
  readonly vrid: number;
  readonly version: 2 | 3;
  readonly priority: number;
  /** Milliseconds, a multiple of 10 (of 1000 in version 2). */
  readonly advertMs: number;
  /** IPv4 or IPv6. A router of IPv6 also advertises a link-local address, which is made from this one. */
  readonly vip: string;
}

/** The virtual MAC address of a virtual router (RFC 9568 section 7.3). */
export function virtualMac(vrid: number, family: 4 | 6 = 4): string {
  const kind = family === 4 ? '01' : '02';
  return `00:00:5e:00:${kind}:${vrid.toString(16).padStart(2, '0')}`;
}

/** The addresses of a virtual router, as `ip address add` takes them: an IPv6 router has a link-local one first (RFC 9568 section 5.2.9). */
export function frrAddresses({ vrid, vip }: FrrVirtualRouter): readonly string[] {
  return vip.includes(':') ? [`fe80::${vrid}/64`, `${vip}/64`] : [`${vip}/24`];
}

/** FRR's configuration for a virtual router on `eth0`. */
export function frrConfiguration(router: FrrVirtualRouter): string {
  const { vrid, version, priority, advertMs, vip } = router;
  const word = vip.includes(':') ? 'ipv6' : 'ip';
  const lines = frrAddresses(router).map((one) => ` vrrp ${vrid} ${word} ${one.split('/')[0]}\n`);
  return `interface eth0
 vrrp ${vrid} version ${version}
 vrrp ${vrid} priority ${priority}
 vrrp ${vrid} advertisement-interval ${advertMs}
${lines.join('')}`;
}

/** Makes the macvlan device of a virtual router. */
export async function prepareFrr(node: LabNode, router: FrrVirtualRouter): Promise<void> {
  const family = router.vip.includes(':') ? 6 : 4;
  const device = `vrrp${family}-${router.vrid}`;
  // Else the real interface answers and asks in the name of the virtual address too, and neighbours believe whom they heard first or last.
  await node.sysctl({ 'net.ipv4.conf.eth0.arp_ignore': 1, 'net.ipv4.conf.eth0.arp_announce': 2 });
  await node.ip(
    `link add ${device} link eth0 address ${virtualMac(router.vrid, family)} type macvlan mode bridge`,
    ...frrAddresses(router).map((one) => `address add ${one} dev ${device} nodad`),
    `link set ${device} up`,
  );
}

/** zebra and a protocol daemon on a node. */
export class FrrRouter implements Director {
  readonly kind = 'frr';
  readonly node: LabNode;
  readonly #daemon: 'vrrpd' | 'bfdd';
  #zebra: LabProcess | undefined;
  #protocol: LabProcess | undefined;

  constructor(node: LabNode, daemon: 'vrrpd' | 'bfdd' = 'vrrpd') {
    this.node = node;
    this.#daemon = daemon;
  }

  get process(): LabProcess | undefined {
    return this.#protocol;
  }

  async start(configuration: string): Promise<void> {
    const directory = this.node.runtimeDirectory;
    const file = join(directory, 'frr.conf');
    writeFileSync(file, configuration);
    await this.node.exec(['chown', '-R', 'frr:frr', directory]);
    const socket = join(directory, 'zserv.sock');
    // One of an earlier, killed zebra would look like a running one.
    rmSync(socket, { force: true });
    this.#zebra = await this.#startDaemon('zebra', [...this.#common('zebra'), '-z', socket]);
    await expectWithin('zebra listens', () => existsSync(socket), { withinMs: START_MS_MAX });
    const own = this.#daemon === 'bfdd' ? ['--bfdctl', join(directory, 'bfdd.sock')] : [];
    const arguments_ = [...this.#common(this.#daemon), '-z', socket, '-f', file, ...own];
    this.#protocol = await this.#startDaemon(this.#daemon, arguments_);
  }

  /** What its shell answers to a command. */
  async ask(command: string): Promise<string> {
    const shell = ['vtysh', '--vty_socket', this.node.runtimeDirectory, '-c', command];
    return (await this.node.exec(shell)).stdout;
  }

  reload(): Promise<ReloadOutcome> {
    return Promise.reject(new Error('FRR is configured at its start only'));
  }

  async stop(): Promise<{ readonly clean: boolean }> {
    const stopped = await this.#protocol?.stop({ withinMs: STOP_MS_MAX });
    await this.#zebra?.stop({ withinMs: STOP_MS_MAX });
    return stopped ?? { clean: true };
  }

  async kill(): Promise<void> {
    await Promise.all([this.#protocol?.kill(), this.#zebra?.kill()]);
  }

  #startDaemon(name: string, args: readonly string[]): Promise<LabProcess> {
    return this.node.start(name, [`${FRR_DIRECTORY}/${name}`, ...args]);
  }

  #common(name: string): readonly string[] {
    const directory = this.node.runtimeDirectory;
    // Port 0: no telnet.
    return [
      '-P',
      '0',
      '--log',
      'stdout',
      '-i',
      `${directory}/${name}.pid`,
      '--vty_socket',
      directory,
    ];
  }
}
