/** Looking at this host for `tandem director check`: it reads, and changes nothing. */
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { release } from 'node:os';
import { gunzipSync } from 'node:zlib';
import type { IpFamily } from '../core/base/address.ts';
import type { DirectorHost, Looked, ManagedLink, NetworkdFacts } from '../core/director/host.ts';
import type { NftEntry } from '../core/director/packet-filter.ts';
import {
  isYes,
  readKernelOption,
  readLinkNumbers,
  readModuleNames,
  readRouteDevices,
  readRuleset,
  readSystemdWord,
} from '../core/director/read.ts';
import { lookAtLinks } from './realserver-host.ts';
import { runCommand } from './run-command.ts';

/** What was seen, or why nothing could be. */
export async function lookAtDirector(): Promise<Looked<DirectorHost>> {
  const links = await lookAtLinks();
  if (!links.ok) return links;
  const numbers = readLinkNumbers(links.output, 'ifindex');
  const mtus = readLinkNumbers(links.output, 'mtu');
  const [ipv4, ipv6] = [await defaultDevices('-4'), await defaultDevices('-6')];
  const options = kernelOptions();
  return {
    ok: true,
    value: {
      ...links.seen,
      defaultDevices: { ipv4, ipv6 } satisfies Record<IpFamily, readonly string[]>,
      setting: (path) => textOf(`/proc/sys/${path}`)?.trim(),
      // /sys may show another network namespace.
      mtu: (device) => mtus.get(device),
      kernelRelease: release(),
      modules: modules(),
      hasIpvs: existsSync('/proc/net/ip_vs'),
      kernelOption: (name) => (options === undefined ? undefined : readKernelOption(options, name)),
      networkd: await networkd(numbers),
      networkManager: await networkManager(numbers),
      ruleset: await ruleset(),
      legacyTables: legacyTables(),
      isClockSynchronised: await clock(),
    },
  };
}

async function defaultDevices(family: '-4' | '-6'): Promise<readonly string[]> {
  const ran = await runCommand(['ip', family, '-json', 'route', 'show', 'default']);
  return ran.ok ? readRouteDevices(ran.output) : [];
}

function modules(): DirectorHost['modules'] {
  const directory = `/lib/modules/${release()}`;
  const found = ['modules.dep', 'modules.builtin'].flatMap(
    (name) => textOf(`${directory}/${name}`) ?? [],
  );
  if (found.length === 0) return { ok: false, why: `${directory} has no list of modules` };
  const loaded = textOf('/proc/modules') ?? '';
  return { ok: true, value: new Set([...found, loaded].flatMap(readModuleNames)) };
}

/** The options that the kernel was built with. */
function kernelOptions(): string | undefined {
  const text = textOf(`/boot/config-${release()}`);
  if (text !== undefined) return text;
  try {
    return gunzipSync(readFileSync('/proc/config.gz')).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Whether a service runs, and manages the links of this network namespace. */
async function manages(service: string): Promise<boolean> {
  const ran = await runCommand(['systemctl', 'show', '--property=MainPID', '--value', service]);
  const pid = ran.ok ? Number(ran.output.trim()) : 0;
  if (!(pid > 0)) return false;
  try {
    return readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net');
  } catch {
    // Not to be seen without rights: services manage the namespace that people log in to.
    return true;
  }
}

async function networkd(numbers: ReadonlyMap<string, number>): Promise<NetworkdFacts | undefined> {
  if (!(await manages('systemd-networkd.service'))) return undefined;
  const ran = await runCommand(['systemd-analyze', 'cat-config', 'systemd/networkd.conf']);
  const text = ran.ok ? ran.output : '';
  const says = (word: string): boolean => isYes(readSystemdWord(text, word) ?? 'yes');
  return {
    links: [...numbers].flatMap(([device, number]) => networkdLink(device, number)),
    managesForeignRoutes: says('ManageForeignRoutes'),
    managesForeignRules: says('ManageForeignRoutingPolicyRules'),
  };
}

function networkdLink(device: string, number: number): readonly ManagedLink[] {
  const state = textOf(`/run/systemd/netif/links/${number}`) ?? '';
  const networkFile = readSystemdWord(state, 'NETWORK_FILE') ?? '';
  if (networkFile === '') return [];
  const dropIns = (readSystemdWord(state, 'NETWORK_FILE_DROPINS') ?? '').replaceAll('"', '');
  const files = [networkFile, ...dropIns.split(' ')].filter((one) => one !== '');
  const text = files.map((one) => textOf(one) ?? '').join('\n');
  const keeps = readSystemdWord(text, 'KeepConfiguration') ?? 'no';
  return [{ device, networkFile, keepsForeign: isYes(keeps) || keeps === 'static' }];
}

async function networkManager(
  numbers: ReadonlyMap<string, number>,
): Promise<readonly ManagedLink[]> {
  if (!(await manages('NetworkManager.service'))) return [];
  return [...numbers].flatMap(([device, number]) => {
    const state = textOf(`/run/NetworkManager/devices/${number}`) ?? '';
    return isYes(readSystemdWord(state, 'managed') ?? 'no') ? [{ device }] : [];
  });
}

async function ruleset(): Promise<Looked<readonly NftEntry[]>> {
  const ran = await runCommand(['nft', '--json', 'list', 'ruleset']);
  if (!ran.ok) return ran;
  const value = readRuleset(ran.output);
  if (value === undefined) return { ok: false, why: 'nft lists nothing that is understood' };
  return { ok: true, value };
}

/** The older iptables names its tables here once one of them was used. */
function legacyTables(): readonly string[] {
  return [
    ['iptables', '/proc/net/ip_tables_names'] as const,
    ['ip6tables', '/proc/net/ip6_tables_names'] as const,
  ].flatMap(([program, file]) => {
    const names = (textOf(file) ?? '').split('\n');
    return names.includes('filter') ? [`${program}-legacy`] : [];
  });
}

async function clock(): Promise<boolean | undefined> {
  const told = await runCommand(['timedatectl', 'show', '--property=NTPSynchronized', '--value']);
  if (told.ok && told.output.trim() !== '') return told.output.trim() === 'yes';
  const tracked = await runCommand(['chronyc', '-n', 'tracking']);
  if (!tracked.ok) return undefined;
  return /^Leap status\s*:\s*(?!Not synchronised)/m.test(tracked.output);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
