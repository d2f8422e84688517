/** What programs and files of a director say, read. What is not understood is left out: it is no fault of the host. */
import type { NftEntry } from './packet-filter.ts';

/** Objects of `nft -j list ruleset`; undefined when that is not its output. */
export function readRuleset(text: string): readonly NftEntry[] | undefined {
  const { nftables } = (jsonOf(text) ?? {}) as { readonly nftables?: unknown };
  return Array.isArray(nftables) ? nftables.filter(isEntry) : undefined;
}

/** Devices of `ip -json route show default`. */
export function readRouteDevices(text: string): readonly string[] {
  const routes = jsonOf(text);
  if (!Array.isArray(routes)) return [];
  return routes.filter(isEntry).flatMap(({ dev, nexthops }) => {
    const hops = Array.isArray(nexthops)
      ? nexthops.filter(isEntry).map((hop) => hop['dev'])
      : [dev];
    return hops.filter((one) => typeof one === 'string');
  });
}

/** A number of each link by its name, of `ip -json address show`: its index, or how many octets a packet may have. */
export function readLinkNumbers(
  text: string,
  which: 'ifindex' | 'mtu',
): ReadonlyMap<string, number> {
  const links = jsonOf(text);
  if (!Array.isArray(links)) return new Map();
  return new Map(
    links.filter(isEntry).flatMap(({ ifname, [which]: number }) => {
      return typeof ifname === 'string' && typeof number === 'number' ? [[ifname, number]] : [];
    }),
  );
}

/** Names of modules in `modules.dep`, `modules.builtin` or `/proc/modules`. */
export function readModuleNames(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [first = ''] = line.split(/[:\s]/, 1);
    const name = first.replace(/^.*\//, '').replace(/\.ko(\.\w+)?$/, '');
    return name === '' ? [] : [name.replaceAll('-', '_')];
  });
}

/** `CONFIG_...` as the kernel was built; what is not set says `n`. */
export function readKernelOption(text: string, name: string): 'y' | 'm' | 'n' {
  const line = text.split('\n').find((one) => one.startsWith(`CONFIG_${name}=`));
  const value = line?.slice(line.indexOf('=') + 1);
  return value === 'y' || value === 'm' ? value : 'n';
}

/** The last value of a word in files of systemd, in whatever section; undefined when it is not there. */
export function readSystemdWord(text: string, word: string): string | undefined {
  const line = text.split('\n').findLast((one) => one.trimStart().startsWith(`${word}=`));
  return line?.slice(line.indexOf('=') + 1).trim();
}

/** Whether a word of systemd says yes. */
export function isYes(value: string): boolean {
  return ['yes', 'true', 'on', '1'].includes(value.toLowerCase());
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is NftEntry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
