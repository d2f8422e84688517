/**
 * What to do about one interface that an instance wants: what it should be against what the kernel has under its
 * name. Level-triggered: start, adoption after a crash, reload and repair are the same computation. Pure.
 *
 * The settings are those of keepalived (measured on keepalived 2.2.7 and 2.4.3), with three differences. The parent
 * gets `arp_announce` 2: otherwise its ARP requests teach hosts that a virtual address has the hardware address of
 * the interface (RFC 9568 section 8.1.2). Where `all.rp_filter` is 1, the macvlan gets the loose filter of its own,
 * which prevails, and nothing is changed for other interfaces. A macvlan has no link-local address: it sends nothing
 * by itself while its instance is Backup.
 */
import type { IpAddress } from '../base/address.ts';
import type { AddressFact, LinkFact, LinkSettings } from '../base/host.ts';
import type { VirtualLinkConfig } from '../model/vmac.ts';

/** What of an interface is changed. */
export interface LinkChanges {
  readonly name?: string;
  readonly isUp?: boolean;
  readonly alias?: string;
  readonly group?: number;
  /** It is not to give itself a link-local address. */
  readonly noLinkLocal?: true;
  readonly settings?: LinkSettings;
}

/** One change to the kernel's interfaces. */
export type LinkOperation =
  | {
      readonly type: 'create';
      readonly name: string;
      readonly link: VirtualLinkConfig;
      readonly parent: number;
    }
  | { readonly type: 'remove'; readonly name: string; readonly ifindex: number }
  | {
      readonly type: 'change';
      readonly name: string;
      readonly ifindex: number;
      readonly changes: LinkChanges;
    }
  /** Advertisements of IPv6 routers are not heeded on it; rtnetlink has no word for this setting, `accept_ra`. */
  | { readonly type: 'refuse-routers'; readonly name: string; readonly ifindex: number }
  /** An address that the interface keeps all the time. */
  | {
      readonly type: 'address';
      readonly name: string;
      readonly ifindex: number;
      readonly address: IpAddress;
      readonly prefixLength: number;
    };

/** The operations that rtnetlink carries out. */
export type NetlinkLinkOperation = Exclude<LinkOperation, { readonly type: 'refuse-routers' }>;

/** What the parent of an IPv4 macvlan needs, so that it does not answer for the virtual addresses. */
export const PARENT_SETTINGS: LinkSettings = { arpIgnore: 1, arpFilter: 1, arpAnnounce: 2 };

/** Beginning of the text on interfaces of ours. */
const MARK = 'tandem';

/** The text on an interface of ours: what its parent had before, so that even a crash does not lose it. */
export function markOf(before: LinkSettings): string {
  const values = Object.entries(before).map(([name, value]) => `${name}=${value}`);
  return [MARK, ...values].join(' ');
}

/** True for an interface that a process of ours has made, this one or an earlier. */
export function isMarked({ alias }: LinkFact): boolean {
  return alias === MARK || alias?.startsWith(`${MARK} `) === true;
}

/** What the mark says that the parent had before. */
export function settingsOfMark(fact: LinkFact): LinkSettings {
  if (!isMarked(fact)) return {};
  const out: Record<string, number> = {};
  for (const [, name = '', value] of (fact.alias ?? '').matchAll(/ ([A-Za-z]+)=([0-9]{1,3})/g)) {
    if (name in PARENT_SETTINGS) out[name] = Number(value);
  }
  return out;
}

/** True when the kernel's interface is the one that is wanted, whoever has made it. */
export function fitsLink(link: VirtualLinkConfig, fact: LinkFact, parent: number): boolean {
  return (
    fact.kind === link.kind &&
    fact.parent === parent &&
    fact.mode === link.mode &&
    (link.mac === undefined || fact.mac === link.mac)
  );
}

/**
 * The settings of the interface itself; `isStrict`: `all.rp_filter` is 1. `forwarding` is that of IPv4, which a Backup
 * does not do for frames to the virtual hardware address (RFC 9568 section 6.4.2); IPv6 has it for the whole host only.
 */
export function ownSettings(
  { kind, family }: VirtualLinkConfig,
  { isStrict, forwarding }: { readonly isStrict: boolean; readonly forwarding: number | undefined },
): LinkSettings {
  if (kind === 'ipvlan') return {};
  if (family === 'ipv6') return { arpIgnore: 1 };
  return {
    ...(forwarding !== undefined && { forwarding }),
    acceptLocal: 1,
    arpIgnore: 1,
    arpFilter: 0,
    rpFilter: isStrict ? 2 : 0,
    promoteSecondaries: 1,
  };
}

/** Settings that differ from what is wanted; undefined when none does. */
export function settingsToChange(wanted: LinkSettings, fact: LinkFact): LinkSettings | undefined {
  const wrong = Object.entries(wanted).filter(
    ([name, value]) => fact.settings[name as keyof LinkSettings] !== value,
  );
  return wrong.length === 0 ? undefined : Object.fromEntries(wrong);
}

/**
 * What makes an interface that fits complete, in order: it must not be up before its settings are right. Empty when
 * it is.
 */
export function completion(
  link: VirtualLinkConfig,
  fact: LinkFact,
  about: {
    readonly mark: string;
    readonly isStrict: boolean;
    /** That of IPv4, as it is to be now. */
    readonly forwarding: number | undefined;
    /** `accept_ra` can be written. */
    readonly refusesRouters: boolean;
    readonly addresses: readonly AddressFact[];
    /** The kernel renames only what is down (before Linux 6.2). */
    readonly stopsFirst: boolean;
  },
): LinkOperation[] {
  const { ifindex } = fact;
  const { name, kind, group } = link;
  const settings = settingsToChange(ownSettings(link, about), fact);
  const noLinkLocal = kind === 'macvlan' && fact.makesLinkLocal === true;
  const first: LinkChanges = {
    ...(fact.name !== name && { name }),
    ...(!isMarked(fact) && { alias: about.mark }),
    ...(group !== undefined && fact.group !== group && { group }),
    ...(noLinkLocal && { noLinkLocal: true as const }),
    ...(settings && { settings }),
  };
  const operations: LinkOperation[] = [];
  const change = (changes: LinkChanges): void => {
    operations.push({ type: 'change', name, ifindex, changes });
  };
  const stops = first.name !== undefined && about.stopsFirst && fact.isUp;
  if (stops) change({ isUp: false });
  if (Object.keys(first).length > 0) change(first);
  // Both routers would make the same address from the virtual hardware address, and ask for it on the wire.
  if (kind === 'macvlan' && fact.takesRouters && about.refusesRouters) {
    operations.push({ type: 'refuse-routers', name, ifindex });
  }
  if (!fact.isUp || stops) change({ isUp: true });
  const own = link.address;
  const isOwn = (one: AddressFact): boolean =>
    one.ifindex === ifindex && one.address === own?.address;
  if (own !== undefined && !about.addresses.some(isOwn)) {
    operations.push({ type: 'address', name, ifindex, ...own });
  }
  // The kernel tells everybody of a change of the text, also where it stays the same.
  if (link.isAnnounced && operations.length > 0) change({ alias: fact.alias ?? about.mark });
  return operations;
}
