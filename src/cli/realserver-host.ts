/** Looking at this host for `tandem realserver`, with `ip` and the files of the kernel. */
import { readFileSync } from 'node:fs';
import type { IpFamily } from '../core/base/address.ts';
import type { HostFacts } from '../core/realserver/host.ts';
import type { Need } from '../core/realserver/needs.ts';
import {
  type LinksAndAddresses,
  readAddresses,
  readGateways,
  readListeners,
  readUnpackingPorts,
} from '../core/realserver/read.ts';
import { runCommand } from './run-command.ts';

/** Links and addresses, and the output of `ip` that tells of them; or why nothing could be seen. */
export type LookedAtLinks =
  | { readonly ok: true; readonly seen: LinksAndAddresses; readonly output: string }
  | { readonly ok: false; readonly why: string };

/** Asks `ip` for the links and addresses of this network namespace. */
export async function lookAtLinks(): Promise<LookedAtLinks> {
  const ran = await runCommand(['ip', '-json', 'address', 'show']);
  if (!ran.ok) return ran;
  const seen = readAddresses(ran.output);
  if (seen !== undefined) return { ok: true, seen, output: ran.output };
  return { ok: false, why: 'ip has no -json: the package iproute2 of 2018 or later is needed' };
}

/** What was seen, or why nothing could be. */
export type Looked =
  | { readonly ok: true; readonly host: HostFacts }
  | { readonly ok: false; readonly why: string };

/**
 * Looks at the host: at links and addresses, and at what the needs are about besides, because each look is a program or a long table. Settings are
 * read when they are asked for.
 */
export async function lookAtHost(needs: readonly Need[] = []): Promise<Looked> {
  const links = await lookAtLinks();
  if (!links.ok) return links;
  const gateways = { ipv4: await gatewaysOf('ipv4', needs), ipv6: await gatewaysOf('ipv6', needs) };
  const unpackingPorts = await unpackingPortsOf(needs);
  const isAsked = needs.some(({ kind }) => kind === 'listener');
  const waiting = isAsked ? listeners() : undefined;
  const { seen } = links;
  const host = { ...seen, gateways, setting: readSetting, unpackingPorts, listeners: waiting };
  return { ok: true, host };
}

const FAMILY_OPTION: Readonly<Record<IpFamily, string>> = { ipv4: '-4', ipv6: '-6' };

async function gatewaysOf(family: IpFamily, needs: readonly Need[]) {
  if (!needs.some((need) => need.kind === 'gateway' && need.family === family)) return [];
  const ran = await runCommand(['ip', FAMILY_OPTION[family], '-json', 'route', 'show', 'default']);
  return ran.ok ? readGateways(ran.output) : [];
}

async function unpackingPortsOf(needs: readonly Need[]): Promise<readonly number[]> {
  const ports = needs.flatMap((need) => (need.kind === 'unpacking' ? [need.family] : []));
  const lists = await Promise.all(
    [...new Set(ports)].map(async (family) => {
      const ran = await runCommand(['ip', FAMILY_OPTION[family], 'fou', 'show']);
      // It fails where the module was never loaded: there are no such ports then.
      return ran.ok ? readUnpackingPorts(ran.output) : [];
    }),
  );
  return lists.flat();
}

function readSetting(path: string): number | undefined {
  try {
    const value = Number(readFileSync(`/proc/sys/${path}`, 'utf8'));
    return Number.isInteger(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function listeners(): HostFacts['listeners'] {
  const tables = [
    ['TCP', 'tcp'],
    ['TCP', 'tcp6'],
    ['UDP', 'udp'],
    ['UDP', 'udp6'],
  ] as const;
  try {
    return tables.flatMap(([protocol, name]) =>
      readListeners(protocol, readIfThere(`/proc/net/${name}`)),
    );
  } catch {
    return undefined;
  }
}

/** A kernel without IPv6 has no table of it. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
