/** `tandem ipvs` on a table in memory, with what it prints. */

import { ipvs } from '../../src/cli/ipvs.ts';
import type { IpvsParts, TableKernel } from '../../src/cli/ipvs-parts.ts';
import { parseIp } from '../../src/core/base/address.ts';
import { ok } from '../../src/core/base/result.ts';
import type { TandemShare } from '../../src/core/ipvsadm/ownership.ts';
import { NO_PORT_NAMES, type PortNames } from '../../src/core/ipvsadm/service-names.ts';

/** What there is around it. */
export interface IpvsSurroundings {
  /** Addresses of hosts by their names; an alias is known in this direction only. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly aliases?: Readonly<Record<string, string>>;
  readonly ports?: PortNames;
  /** What a running Tandem keeps. */
  readonly share?: TandemShare;
  /** Lines of the kernel's table of connections. */
  readonly connections?: readonly string[];
  /** Of `-R`; it comes in pieces that end anywhere. */
  readonly input?: string;
  readonly isIpvsadm?: boolean;
}

/** What it printed, and its exit status. */
export interface IpvsRun {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

/** Carries out one command line. */
export async function runIpvs(
  kernel: TableKernel,
  words: readonly string[],
  around: IpvsSurroundings = {},
): Promise<IpvsRun> {
  let out = '';
  let err = '';
  const { hosts = {}, aliases = {}, input = '', isIpvsadm = true } = around;
  const parts: IpvsParts = {
    open: async () => ok(kernel),
    addressOf: async (host) => parseIp({ ...hosts, ...aliases }[host] ?? ''),
    hostOf: async (address) => Object.entries(hosts).find(([, one]) => one === address)?.[0],
    portNames: () => around.ports ?? NO_PORT_NAMES,
    connections: async function* () {
      yield around.connections ?? [];
    },
    input: async function* () {
      for (let at = 0; at < input.length; at += 7) yield input.slice(at, at + 7);
    },
    share: async () => around.share,
    print: async (text) => {
      out += text;
    },
    complain: async (text) => {
      err += text;
    },
  };
  const status = await ipvs(words, { isIpvsadm }, parts);
  return { out, err, status };
}
