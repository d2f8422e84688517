/**
 * Interfaces that are held, in rtnetlink (linux/if_link.h, linux/ip.h) <-> facts and operations: macvlan, ipvlan and
 * settings. The settings of IPv4 go through netlink, not through `/proc/sys`, which a unit may have made read-only.
 */
import { type IpFamily, macBytes, macFromBytes } from '../core/base/address.ts';
import type { LinkFact, LinkSetting, LinkSettings } from '../core/base/host.ts';
import type { LinkChanges, NetlinkLinkOperation } from '../core/holdings/link-plan.ts';
import type { VirtualLinkConfig } from '../core/model/vmac.ts';
import {
  type Attributes,
  AttributeWriter,
  HOST_IS_LITTLE_ENDIAN,
  hostU16,
  hostU32,
  readAttributes,
  readNested,
} from '../core/netlink/attributes.ts';

/** `struct ifinfomsg`. */
const HEADER_LENGTH = 16;
const IFF_UP = 1;

const IFLA = {
  ADDRESS: 1,
  IFNAME: 3,
  LINK: 5,
  LINKINFO: 18,
  IFALIAS: 20,
  AF_SPEC: 26,
  GROUP: 27,
} as const;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_MACVLAN_MODE = 1;
const IFLA_IPVLAN_MODE = 1;
const IFLA_IPVLAN_FLAGS = 2;
const IFLA_INET_CONF = 1;
const IFLA_INET6_CONF = 2;
const IFLA_INET6_ADDR_GEN_MODE = 8;
/** DEVCONF_ACCEPT_RA of linux/ipv6.h: its place in the array of IFLA_INET6_CONF. */
const DEVCONF_ACCEPT_RA = 3;
const IN6_ADDR_GEN_MODE_NONE = 1;
const AF: Readonly<Record<IpFamily, number>> = { ipv4: 2, ipv6: 10 };
const MAC_LENGTH = 6;

/** MACVLAN_MODE_*. */
const MACVLAN_MODES = { private: 1, vepa: 2, bridge: 4 } as const;
/** IPVLAN_F_*; 0 is bridge. */
const IPVLAN_FLAGS = { bridge: 0, private: 1, vepa: 2 } as const;
/** IPVLAN_MODE_L2. */
const IPVLAN_L2 = 0;

/** IPV4_DEVCONF_* of linux/ip.h. */
const SETTINGS: Readonly<Record<LinkSetting, number>> = {
  forwarding: 1,
  rpFilter: 8,
  arpFilter: 13,
  arpAnnounce: 18,
  arpIgnore: 19,
  promoteSecondaries: 20,
  acceptLocal: 23,
};

/** Reads a link; undefined for what can't be read. */
export function decodeLinkFact(payload: Uint8Array): LinkFact | undefined {
  const read = readAttributes(payload.subarray(HEADER_LENGTH));
  if (!read.ok || payload.length < HEADER_LENGTH || payload[0] !== 0) return undefined;
  const attributes = read.value;
  const name = textOf(attributes.get(IFLA.IFNAME));
  if (name === undefined) return undefined;
  const address = attributes.get(IFLA.ADDRESS);
  const parent = attributes.get(IFLA.LINK);
  const alias = textOf(attributes.get(IFLA.IFALIAS));
  const group = attributes.get(IFLA.GROUP);
  return {
    ifindex: hostU32(payload, 4),
    name,
    isUp: (hostU32(payload, 8) & IFF_UP) !== 0,
    ...(address?.length === MAC_LENGTH && { mac: macFromBytes(address) }),
    ...(parent && { parent: hostU32(parent) }),
    ...kindOf(attributes),
    group: group === undefined ? 0 : hostU32(group),
    ...(alias !== undefined && { alias }),
    ...familyFacts(attributes),
  };
}

/** The payload of RTM_NEWLINK with NLM_F_CREATE and NLM_F_EXCL: the interface is made, and is down. */
export function createLinkPayload(link: VirtualLinkConfig, parent: number): Uint8Array {
  const writer = header(0, {}).string(IFLA.IFNAME, link.name).u32(IFLA.LINK, parent);
  if (link.mac !== undefined) writer.bytes(IFLA.ADDRESS, macBytes(link.mac));
  writer.nest(IFLA.LINKINFO, (info) => {
    info.string(IFLA_INFO_KIND, link.kind);
    info.nest(IFLA_INFO_DATA, (data) => {
      if (link.kind === 'macvlan') data.u32(IFLA_MACVLAN_MODE, MACVLAN_MODES[link.mode]);
      else data.u16(IFLA_IPVLAN_MODE, IPVLAN_L2).u16(IFLA_IPVLAN_FLAGS, IPVLAN_FLAGS[link.mode]);
    });
  });
  return writer.finish();
}

/** The payload of RTM_SETLINK. */
export function changeLinkPayload(ifindex: number, changes: LinkChanges): Uint8Array {
  const { name, isUp, alias, group, noLinkLocal, settings } = changes;
  const writer = header(ifindex, { isUp });
  if (name !== undefined) writer.string(IFLA.IFNAME, name);
  if (alias !== undefined) writer.string(IFLA.IFALIAS, alias);
  if (group !== undefined) writer.u32(IFLA.GROUP, group);
  if (noLinkLocal || settings) {
    writer.nest(IFLA.AF_SPEC, (spec) => {
      if (settings) {
        spec.nest(AF.ipv4, (inet) => {
          inet.nest(IFLA_INET_CONF, (conf) => {
            for (const [key, value] of Object.entries(settings)) {
              conf.u32(SETTINGS[key as LinkSetting], value);
            }
          });
        });
      }
      if (noLinkLocal) {
        spec.nest(AF.ipv6, (inet6) => {
          inet6.u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
        });
      }
    });
  }
  return writer.finish();
}

/** The payload of RTM_DELLINK. */
export function removeLinkPayload(ifindex: number): Uint8Array {
  return header(ifindex, {}).finish();
}

/** An operation in words, for an error. */
export function linkOperationText(operation: NetlinkLinkOperation): string {
  const { type, name } = operation;
  return type === 'address' ? `add ${operation.address} to ${name}` : `${type} interface ${name}`;
}

function header(
  ifindex: number,
  { isUp }: { readonly isUp?: boolean | undefined },
): AttributeWriter {
  const bytes = new Uint8Array(HEADER_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setInt32(4, ifindex, HOST_IS_LITTLE_ENDIAN);
  if (isUp !== undefined) {
    view.setUint32(8, isUp ? IFF_UP : 0, HOST_IS_LITTLE_ENDIAN);
    view.setUint32(12, IFF_UP, HOST_IS_LITTLE_ENDIAN);
  }
  return new AttributeWriter().raw(bytes);
}

function kindOf(attributes: Attributes): Pick<LinkFact, 'kind' | 'mode'> {
  const info = readNested(attributes, IFLA.LINKINFO);
  const kind = info.ok ? textOf(info.value.get(IFLA_INFO_KIND)) : undefined;
  if (!info.ok || kind === undefined) return {};
  const mode = modeOf(kind, info.value);
  return { kind, ...(mode && { mode }) };
}

function modeOf(kind: string, info: Attributes): LinkFact['mode'] {
  const data = readNested(info, IFLA_INFO_DATA);
  if (!data.ok) return undefined;
  if (kind === 'macvlan') {
    const number = data.value.get(IFLA_MACVLAN_MODE);
    return number && keyOf(MACVLAN_MODES, hostU32(number));
  }
  const layer = data.value.get(IFLA_IPVLAN_MODE);
  if (kind !== 'ipvlan' || layer === undefined || hostU16(layer) !== IPVLAN_L2) return undefined;
  const flags = data.value.get(IFLA_IPVLAN_FLAGS);
  return keyOf(IPVLAN_FLAGS, flags === undefined ? 0 : hostU16(flags));
}

function keyOf<K extends string>(table: Readonly<Record<K, number>>, value: number): K | undefined {
  return (Object.keys(table) as K[]).find((key) => table[key] === value);
}

/** What the kernel says of an interface by family, in IFLA_AF_SPEC. */
function familyFacts(
  attributes: Attributes,
): Pick<LinkFact, 'settings' | 'makesLinkLocal' | 'takesRouters'> {
  const spec = readNested(attributes, IFLA.AF_SPEC);
  if (!spec.ok) return { settings: {} };
  const read = readNested(spec.value, AF.ipv6);
  const inet6: Attributes = read.ok ? read.value : new Map();
  const mode = inet6.get(IFLA_INET6_ADDR_GEN_MODE)?.[0];
  const conf = inet6.get(IFLA_INET6_CONF);
  return {
    settings: settingsOf(spec.value),
    ...(mode !== undefined && { makesLinkLocal: mode !== IN6_ADDR_GEN_MODE_NONE }),
    ...(conf && { takesRouters: hostU32(conf, 4 * DEVCONF_ACCEPT_RA) !== 0 }),
  };
}

/** IFLA_INET_CONF is an array of numbers that begins with IPV4_DEVCONF 1. */
function settingsOf(spec: Attributes): LinkSettings {
  const inet = readNested(spec, AF.ipv4);
  const conf = inet.ok ? inet.value.get(IFLA_INET_CONF) : undefined;
  if (conf === undefined) return {};
  const values = Object.entries(SETTINGS).filter(([, number]) => 4 * number <= conf.length);
  return Object.fromEntries(values.map(([key, number]) => [key, hostU32(conf, 4 * (number - 1))]));
}

/** Text ends at the first NUL. */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf(0);
  const text = end < 0 ? bytes : bytes.subarray(0, end);
  return String.fromCharCode(...text);
}
