/**
 * FRR's vrrpd (with the zebra it needs) as a peer. Its configuration is FRR's language, and it finds its virtual routers on macvlan devices that
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
  readonly vip: string;
}

/** The virtual MAC address of an IPv4 virtual router (RFC 9568 section 7.3). */
export function virtualMac(vrid: number): string {
  return `00:00:5e:00:01:${vrid.toString(16).padStart(2, '0')}`;
}

/** FRR's configuration for a virtual router on `eth0`. */
export function frrConfiguration(router: FrrVirtualRouter): string {
  const { vrid, version, priority, advertMs, vip } = router;
  return `interface eth0
 vrrp ${vrid} version ${version}
 vrrp ${vrid} priority ${priority}
 vrrp ${vrid} advertisement-interval ${advertMs}
 vrrp ${vrid} ip ${vip}
`;
}

/** Makes the macvlan device of a virtual router. */
export async function prepareFrr(node: LabNode, router: FrrVirtualRouter): Promise<void> {
  const device = `vrrp4-${router.vrid}`;
  await node.ip(
    `link add ${device} link eth0 address ${virtualMac(router.vrid)} type macvlan mode bridge`,
    `address add ${router.vip}/24 dev ${device}`,
    `link set ${device} up`,
  );
}

/** zebra and vrrpd on a node. */
export class FrrRouter implements Director {
  readonly kind = 'frr';
  readonly node: LabNode;
  #zebra: LabProcess | undefined;
  #vrrpd: LabProcess | undefined;

  constructor(node: LabNode) {
    this.node = node;
  }

  get process(): LabProcess | undefined {
    return this.#vrrpd;
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
    const arguments_ = [...this.#common('vrrpd'), '-z', socket, '-f', file];
    this.#vrrpd = await this.#startDaemon('vrrpd', arguments_);
  }

  reload(): Promise<ReloadOutcome> {
    return Promise.reject(new Error('FRR is configured at its start only'));
  }

  async stop(): Promise<{ readonly clean: boolean }> {
    const stopped = await this.#vrrpd?.stop({ withinMs: STOP_MS_MAX });
    await this.#zebra?.stop({ withinMs: STOP_MS_MAX });
    return stopped ?? { clean: true };
  }

  async kill(): Promise<void> {
    await Promise.all([this.#vrrpd?.kill(), this.#zebra?.kill()]);
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
