/**
 * A route of the configuration as the body of RTM_NEWROUTE (rtnetlink(7), linux/rtnetlink.h): struct rtmsg and its attributes.
 * What the configuration leaves open is left to the kernel, but for the scope: a local or broadcast route has the one that the
 * kernel insists on, as `ip route` does; every other has scope global unless it says otherwise (measured on keepalived 2.2.7).
 */
import { ipBytes, ipFamily } from '../base/address.ts';
import { writeU32 } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';
import type {
  EncapsulationConfig,
  NamedNumber,
  RealmsConfig,
  RouteConfig,
  RouteHopConfig,
  RouteMetricConfig,
} from '../model/routing.ts';
import { AttributeWriter, HOST_IS_LITTLE_ENDIAN } from '../netlink/attributes.ts';
import {
  AF_NUMBER,
  ENCAP_TYPE_NUMBER,
  HEADER_LENGTH,
  HOP_ON_LINK,
  ROUTE_TYPE_NUMBER,
  RTA,
  RTAX,
  RTAX_LOCK,
  TABLE_MAIN,
  TUNNEL,
} from './routing-abi.ts';
import type { RoutingLinks, RoutingObstacle } from './routing-entry.ts';
import { prefixBytes, RoutingResolver } from './routing-resolver.ts';

/** RT_SCOPE_LINK and RT_SCOPE_HOST. */
const SCOPE_LINK = 253;
const SCOPE_HOST = 254;
/** Offset of the flags in struct rtmsg. */
const FLAGS_OFFSET = 8;
/** The last label of a stack bears this bit (RFC 3032). */
const BOTTOM_OF_STACK = 0x100;
const LABEL_SHIFT = 12;

/** The body of the message, or what the host lacks for it. */
export function encodeRoute(
  route: RouteConfig,
  links: RoutingLinks,
): Result<Uint8Array, RoutingObstacle> {
  const names = new RoutingResolver(links);
  const { family, destination, from, preferredSource, metric, preference, hops } = route;
  const [first] = hops;
  const single = hops.length === 1 ? first : undefined;
  const table = tableOf(route, names);
  const header = new Uint8Array(HEADER_LENGTH);
  header.set([
    AF_NUMBER[family],
    destination.prefixLength,
    from?.prefixLength ?? 0,
    route.tos === undefined ? 0 : names.number(route.tos),
    table < 256 ? table : 0,
    names.number(route.protocol),
    route.scope === undefined ? defaultScope(route) : names.number(route.scope),
    ROUTE_TYPE_NUMBER[route.type],
  ]);
  setHostU32(header, FLAGS_OFFSET, single?.onLink === true ? HOP_ON_LINK : 0);
  const out = new AttributeWriter().raw(header);
  if (destination.prefixLength > 0) {
    out.bytes(RTA.DST, prefixBytes(destination, ipBytes(destination.address)));
  }
  if (from !== undefined) out.bytes(RTA.SRC, prefixBytes(from, ipBytes(from.address)));
  if (table >= 256) out.u32(RTA.TABLE, table);
  if (metric !== undefined) out.u32(RTA.PRIORITY, metric);
  if (preferredSource !== undefined) out.bytes(RTA.PREFSRC, ipBytes(preferredSource));
  if (preference !== undefined) out.u8(RTA.PREF, names.number(preference));
  if (route.expiresSeconds !== undefined) out.u32(RTA.EXPIRES, route.expiresSeconds);
  if (route.propagatesTtl !== undefined) out.u8(RTA.TTL_PROPAGATE, route.propagatesTtl ? 1 : 0);
  if (route.metrics.length > 0) out.nest(RTA.METRICS, (nest) => writeMetrics(nest, route.metrics));
  if (single !== undefined) {
    if (single.interface !== undefined) out.u32(RTA.OIF, names.device(single.interface));
    writeHop(out, single, family, names);
  } else if (hops.length > 1) {
    out.nest(RTA.MULTIPATH, (nest) => {
      for (const hop of hops) writeNextHop(nest, hop, family, names);
    });
  }
  return names.obstacle === undefined ? ok(out.finish()) : err(names.obstacle);
}

function tableOf({ vrf, table }: RouteConfig, names: RoutingResolver): number {
  if (vrf !== undefined) return names.vrf(vrf);
  return table === undefined ? TABLE_MAIN : names.number(table);
}

function defaultScope({ family, type }: RouteConfig): number {
  if (family === 'ipv6') return 0;
  if (type === 'local' || type === 'nat') return SCOPE_HOST;
  return type === 'broadcast' || type === 'anycast' ? SCOPE_LINK : 0;
}

function writeMetrics(out: AttributeWriter, metrics: readonly RouteMetricConfig[]): void {
  let locked = 0;
  for (const { name, value, isLocked } of metrics) {
    const type = RTAX[name];
    if (type === undefined) continue;
    if (isLocked) locked |= 1 << type;
    if (typeof value === 'string') out.string(type, value);
    else out.u32(type, value);
  }
  if (locked !== 0) out.u32(RTAX_LOCK, locked >>> 0);
}

/** struct rtnexthop with its attributes. */
function writeNextHop(
  out: AttributeWriter,
  hop: RouteHopConfig,
  family: RouteConfig['family'],
  names: RoutingResolver,
): void {
  const attributes = new AttributeWriter();
  writeHop(attributes, hop, family, names);
  const bytes = attributes.finish();
  const header = new Uint8Array(8);
  const length = header.length + bytes.length;
  new DataView(header.buffer).setUint16(0, length, HOST_IS_LITTLE_ENDIAN);
  header[2] = hop.onLink ? HOP_ON_LINK : 0;
  header[3] = hop.weight - 1;
  setHostU32(header, 4, hop.interface === undefined ? 0 : names.device(hop.interface));
  out.raw(header).raw(bytes);
}

function writeHop(
  out: AttributeWriter,
  { gateway, realms, encapsulation }: RouteHopConfig,
  family: RouteConfig['family'],
  names: RoutingResolver,
): void {
  if (gateway !== undefined) {
    const bytes = ipBytes(gateway);
    if (ipFamily(gateway) === family) out.bytes(RTA.GATEWAY, bytes);
    else out.bytes(RTA.VIA, viaBytes(AF_NUMBER[ipFamily(gateway)], bytes));
  }
  if (realms !== undefined)
    out.u32(
      RTA.FLOW,
      flowOf(realms, (value) => names.number(value)),
    );
  if (encapsulation !== undefined) {
    out.u16(RTA.ENCAP_TYPE, ENCAP_TYPE_NUMBER[encapsulation.type]);
    out.nest(RTA.ENCAP, (nest) => writeEncapsulation(nest, encapsulation));
  }
}

/** struct rtvia: the family in host order, then the address (RFC 5549). */
function viaBytes(family: number, address: Uint8Array): Uint8Array {
  const out = new Uint8Array(2 + address.length);
  new DataView(out.buffer).setUint16(0, family, HOST_IS_LITTLE_ENDIAN);
  out.set(address, 2);
  return out;
}

/** Both realms in one number, the source's above. */
export function flowOf(
  { from, to }: RealmsConfig,
  numberOf: (value: NamedNumber) => number,
): number {
  return (((from === undefined ? 0 : numberOf(from)) << 16) | numberOf(to)) >>> 0;
}

function writeEncapsulation(out: AttributeWriter, encapsulation: EncapsulationConfig): void {
  if (encapsulation.type === 'mpls') {
    out.bytes(TUNNEL.ID, labelStack(encapsulation.labels));
  } else if (encapsulation.type === 'ila') {
    out.bytes(TUNNEL.ID, locatorBytes(encapsulation.locator));
  } else {
    const { id, destination, source, trafficClass, hopLimit, flags } = encapsulation;
    if (id !== undefined) out.bytes(TUNNEL.ID, bigEndian(id, 8));
    if (destination !== undefined) out.bytes(TUNNEL.DST, ipBytes(destination));
    if (source !== undefined) out.bytes(TUNNEL.SRC, ipBytes(source));
    if (hopLimit !== undefined) out.u8(TUNNEL.TTL, hopLimit);
    if (trafficClass !== undefined) out.u8(TUNNEL.TOS, trafficClass);
    if (flags !== undefined) out.bytes(TUNNEL.FLAGS, bigEndian(flags, 2));
  }
}

function labelStack(labels: readonly number[]): Uint8Array {
  const out = new Uint8Array(4 * labels.length);
  for (const [index, label] of labels.entries()) {
    const bottom = index === labels.length - 1 ? BOTTOM_OF_STACK : 0;
    writeU32(out, 4 * index, (label * 2 ** LABEL_SHIFT + bottom) >>> 0);
  }
  return out;
}

function locatorBytes(locator: string): Uint8Array {
  const out = new Uint8Array(8);
  for (const [index, group] of locator.split(':').slice(0, 4).entries()) {
    const value = Number.parseInt(group, 16);
    out.set([value >> 8, value & 0xff], 2 * index);
  }
  return out;
}

/** A number as written, decimal, hexadecimal or octal, in network order; what is no number counts as 0. */
function bigEndian(text: string, length: number): Uint8Array {
  const digits = /^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text;
  let value = /^(0[xX][0-9a-fA-F]+|0o[0-7]+|[0-9]+)$/.test(digits) ? BigInt(digits) : 0n;
  const out = new Uint8Array(length);
  for (let at = length - 1; at >= 0; at--) {
    out[at] = Number(value & 0xffn);
    value >>= 8n;
  }
  return out;
}

function setHostU32(bytes: Uint8Array, offset: number, value: number): void {
  new DataView(bytes.buffer).setUint32(offset, value, HOST_IS_LITTLE_ENDIAN);
}
