/** The rules of iptables that are wished for, line by line as iptables-save(8) prints them. */
import type { IptablesFamily } from './iptables-chains.ts';
import type { SetNames } from './rule-writer.ts';
import type { FirewallWish } from './wish.ts';

/** Our chains. Those of the configuration lead to them. */
export const OWN_CHAINS = { input: 'tandem-in', output: 'tandem-out' } as const;

/** A way of packets: in or out. */
export type Direction = keyof typeof OWN_CHAINS;

/** ICMPv6 types of neighbour solicitation and advertisement: they go on for an address that accepts nothing else (RFC 9568 section 6.4.3). */
const DISCOVERY = [135, 136] as const;

/** The lines of our chains. */
export function wishedLines(
  family: IptablesFamily,
  directions: readonly Direction[],
  wish: FirewallWish,
  sets: SetNames | undefined,
): readonly string[] {
  const addresses = family === 'ipv4' ? wish.ipv4 : wish.ipv6;
  const linkLocal = family === 'ipv4' ? [] : wish.linkLocal;
  if (addresses.length + linkLocal.length === 0) return [];
  const length = family === 'ipv4' ? 32 : 128;
  return directions.flatMap((direction) => {
    const isIn = direction === 'input';
    const append = `-A ${OWN_CHAINS[direction]}`;
    const [end, device, side, both] = isIn
      ? ['-d', '-i', 'dst', 'dst,src']
      : ['-s', '-o', 'src', 'src,dst'];
    // RETURN, not ACCEPT: whatever else the administrator has against such a packet still counts.
    const discovery =
      family === 'ipv4'
        ? []
        : DISCOVERY.map(
            (type) => `${append} -p ipv6-icmp -m icmp6 --icmpv6-type ${type} -j RETURN`,
          );
    const plain =
      sets === undefined
        ? addresses.map((address) => `${append} ${end} ${address}/${length} -j DROP`)
        : addresses.length === 0
          ? []
          : [`${append} -m set --match-set ${sets[family]} ${side} -j DROP`];
    const local =
      sets === undefined
        ? linkLocal.map(
            (place) =>
              `${append} ${end} ${place.address}/${length} ${device} ${place.interface} -j DROP`,
          )
        : linkLocal.length === 0
          ? []
          : [`${append} -m set --match-set ${sets.linkLocal} ${both} -j DROP`];
    return [...discovery, ...local, ...plain];
  });
}

/** The addresses that lines drop packets to, as people read them. */
export function droppedAddresses(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => {
    const match = /^-A tandem-in -d (\S+?)\/\d+ (?:-i (\S+) )?-j DROP$/.exec(line);
    if (match === null) return [];
    const [, address = '', device] = match;
    return [device === undefined ? address : `${address}%${device}`];
  });
}
