/**
 * A route or rule as the kernel has it, or as a message asks for it: both are the same bytes, and are compared here. Pure.
 *
 * The kernel tells routes of one place apart by what they do (type and hops), and IPv4 has several of one place (fib_table_insert).
 * What is of one place and does the same is the same route; the rest are its attributes.
 */
import { equalBytes, toHex } from '../base/bytes.ts';
import { type Attributes, hostU16, hostU32, readAttributes } from '../netlink/attributes.ts';
import {
  AF_NUMBER,
  FRA,
  HEADER_LENGTH,
  HOP_ON_LINK,
  IPV6_METRIC_DEFAULT,
  ROUTE_CLONED,
  ROUTE_TYPE_NUMBER,
  RTA,
  RULE_INVERT,
} from './routing-abi.ts';

/** A hop as the kernel tells it. */
interface HopForm {
  /** 0 where a message leaves it to the kernel. */
  readonly ifindex: number;
  readonly isOnLink: boolean;
  readonly weight: number;
  readonly attributes: Attributes;
}

/** A route or rule. */
export interface RoutingForm {
  readonly kind: 'route' | 'rule';
  /** Its place: family, table, destination and metric of a route, family and preference of a rule. */
  readonly place: string;
  /** RTPROT_* of who set it. */
  readonly protocol: number;
  /** The body of its message. */
  readonly payload: Uint8Array;
  readonly attributes: Attributes;
  readonly hops: readonly HopForm[];
}

/** Offsets in struct rtmsg and struct fib_rule_hdr. */
const TABLE_AT = 4;
const PROTOCOL_AT = 5;
const SCOPE_AT = 6;
const TYPE_AT = 7;
const FLAGS_AT = 8;

const NO_LIMIT = 0xffff_ffff;
const NO_BYTES = new Uint8Array(0);
const NO_ATTRIBUTES: Attributes = new Map();

/** What hops are told apart by. */
const HOP_TYPES = [RTA.GATEWAY, RTA.VIA] as const;
/** What a hop has besides. */
const HOP_EXTRAS = [RTA.FLOW, RTA.ENCAP_TYPE] as const;
/** Attributes of a route that are compared; the kernel does not give back every other. */
const ROUTE_EXTRAS = [RTA.PREFSRC, RTA.PREF] as const;
/** What a rule selects, in every kernel. */
const RULE_SELECTORS = [FRA.DST, FRA.SRC, FRA.IIFNAME, FRA.OIFNAME, FRA.FWMARK] as const;
/** The rest of a rule. */
const RULE_EXTRAS = [
  FRA.GOTO,
  FRA.FLOW,
  FRA.TUN_ID,
  FRA.L3MDEV,
  FRA.UID_RANGE,
  FRA.IP_PROTO,
  FRA.SPORT_RANGE,
  FRA.DPORT_RANGE,
] as const;
/** Attributes of a rule that are limits: without one the kernel tells NO_LIMIT, or nothing. */
const RULE_LIMITS = [FRA.SUPPRESS_PREFIXLEN, FRA.SUPPRESS_IFGROUP] as const;

/** Reads the body of RTM_NEWROUTE; undefined for what is no route of its own or cannot be read. */
export function readRoute(payload: Uint8Array): RoutingForm | undefined {
  if (payload.length < HEADER_LENGTH) return undefined;
  const read = readAttributes(payload.subarray(HEADER_LENGTH));
  if (!read.ok || (hostU32(payload, FLAGS_AT) & ROUTE_CLONED) !== 0) return undefined;
  const attributes = read.value;
  const [family = 0, destinationLength = 0, sourceLength = 0, tos = 0] = payload;
  const given = numberIn(attributes, RTA.PRIORITY);
  const metric = family === AF_NUMBER.ipv6 && given === 0 ? IPV6_METRIC_DEFAULT : given;
  const destination = `${hexOf(attributes, RTA.DST)}/${destinationLength}`;
  const source = `${hexOf(attributes, RTA.SRC)}/${sourceLength}`;
  return {
    kind: 'route',
    place: `route ${family} ${tableOf(payload, attributes, RTA.TABLE)} ${destination} ${source} ${tos} ${metric}`,
    protocol: payload[PROTOCOL_AT] ?? 0,
    payload,
    attributes,
    hops: hopsOf(payload, attributes),
  };
}

/** Reads the body of RTM_NEWRULE; undefined for what cannot be read. */
export function readRule(payload: Uint8Array): RoutingForm | undefined {
  if (payload.length < HEADER_LENGTH) return undefined;
  const read = readAttributes(payload.subarray(HEADER_LENGTH));
  if (!read.ok) return undefined;
  const attributes = read.value;
  return {
    kind: 'rule',
    place: `rule ${payload[0]} ${numberIn(attributes, FRA.PRIORITY)}`,
    protocol: attributes.get(FRA.PROTOCOL)?.[0] ?? 0,
    payload,
    attributes,
    hops: [],
  };
}

/** The kernel's form is the wished one, or one that does the same with other attributes. Both are of one place. */
export function isSameRouting(wish: RoutingForm, form: RoutingForm): boolean {
  const at = (index: number): boolean => wish.payload[index] === form.payload[index];
  if (!at(TYPE_AT)) return false;
  if (wish.kind === 'rule') {
    return (
      [1, 2, 3].every(at) &&
      tableOf(wish.payload, wish.attributes, FRA.TABLE) ===
        tableOf(form.payload, form.attributes, FRA.TABLE) &&
      inversionOf(wish) === inversionOf(form) &&
      RULE_SELECTORS.every((type) => isEqualIn(wish.attributes, form.attributes, type))
    );
  }
  // The kernel puts a device to a route that leads nowhere.
  if (wish.hops.length === 0) return wish.payload[TYPE_AT] !== ROUTE_TYPE_NUMBER.unicast;
  return (
    wish.hops.length === form.hops.length &&
    wish.hops.every((hop) => form.hops.some((other) => isSameHop(hop, other)))
  );
}

/** The kernel's form is as wished in all that it tells. */
export function fitsRouting(wish: RoutingForm, form: RoutingForm): boolean {
  if (wish.protocol !== form.protocol || !isSameRouting(wish, form)) return false;
  const { attributes: wanted } = wish;
  const { attributes: found } = form;
  if (wish.kind === 'rule') {
    return (
      RULE_EXTRAS.every((type) => isEqualIn(wanted, found, type)) &&
      RULE_LIMITS.every((type) => isSameLimit(wanted, found, type)) &&
      // Without a mask the kernel takes the whole mark.
      (!wanted.has(FRA.FWMASK) || isEqualIn(wanted, found, FRA.FWMASK))
    );
  }
  // An IPv6 route has no scope.
  const isScoped = wish.payload[0] === AF_NUMBER.ipv4;
  if (isScoped && wish.payload[SCOPE_AT] !== form.payload[SCOPE_AT]) return false;
  return (
    ROUTE_EXTRAS.every((type) => isEqualIn(wanted, found, type)) &&
    isEqualNest(wanted.get(RTA.METRICS), found.get(RTA.METRICS)) &&
    wish.hops.every((hop) => form.hops.some((other) => fitsHop(hop, other)))
  );
}

/** The interfaces that a route leaves by. */
export function devicesOf({ hops }: RoutingForm): readonly number[] {
  return hops.flatMap(({ ifindex }) => (ifindex === 0 ? [] : [ifindex]));
}

function isSameHop(wish: HopForm, form: HopForm): boolean {
  return (
    (wish.ifindex === 0 || wish.ifindex === form.ifindex) &&
    wish.weight === form.weight &&
    HOP_TYPES.every((type) => isEqualIn(wish.attributes, form.attributes, type))
  );
}

function fitsHop(wish: HopForm, form: HopForm): boolean {
  return (
    isSameHop(wish, form) &&
    wish.isOnLink === form.isOnLink &&
    HOP_EXTRAS.every((type) => isEqualIn(wish.attributes, form.attributes, type)) &&
    isPartOf(wish.attributes.get(RTA.ENCAP), form.attributes.get(RTA.ENCAP))
  );
}

function hopsOf(payload: Uint8Array, attributes: Attributes): readonly HopForm[] {
  const several = attributes.get(RTA.MULTIPATH);
  if (several === undefined) {
    const ifindex = numberIn(attributes, RTA.OIF);
    const isHop = ifindex !== 0 || HOP_TYPES.some((type) => attributes.has(type));
    const isOnLink = (hostU32(payload, FLAGS_AT) & HOP_ON_LINK) !== 0;
    return isHop ? [{ ifindex, isOnLink, weight: 1, attributes }] : [];
  }
  const hops: HopForm[] = [];
  // struct rtnexthop: length, flags, weight - 1, interface; its attributes behind it.
  for (let offset = 0; offset + 8 <= several.length; ) {
    const length = hostU16(several, offset);
    if (length < 8 || offset + length > several.length) break;
    const read = readAttributes(several.subarray(offset + 8, offset + length));
    hops.push({
      ifindex: hostU32(several, offset + 4),
      isOnLink: ((several[offset + 2] ?? 0) & HOP_ON_LINK) !== 0,
      weight: 1 + (several[offset + 3] ?? 0),
      attributes: read.ok ? read.value : NO_ATTRIBUTES,
    });
    offset += (length + 3) & ~3;
  }
  return hops;
}

function tableOf(payload: Uint8Array, attributes: Attributes, type: number): number {
  const table = attributes.get(type);
  return table === undefined ? (payload[TABLE_AT] ?? 0) : hostU32(table);
}

function inversionOf({ payload }: RoutingForm): number {
  return hostU32(payload, FLAGS_AT) & RULE_INVERT;
}

function numberIn(attributes: Attributes, type: number): number {
  const bytes = attributes.get(type);
  return bytes === undefined ? 0 : hostU32(bytes);
}

function hexOf(attributes: Attributes, type: number): string {
  return toHex(attributes.get(type) ?? NO_BYTES);
}

/** The same bytes; nothing but zeros is as good as none. */
function isEqualIn(a: Attributes, b: Attributes, type: number): boolean {
  return equalBytes(significant(a.get(type)), significant(b.get(type)));
}

function isSameLimit(a: Attributes, b: Attributes, type: number): boolean {
  const limitOf = (bytes: Uint8Array | undefined): number =>
    bytes === undefined ? NO_LIMIT : hostU32(bytes);
  return limitOf(a.get(type)) === limitOf(b.get(type));
}

function significant(bytes: Uint8Array | undefined): Uint8Array {
  return bytes?.some((byte) => byte !== 0) === true ? bytes : NO_BYTES;
}

function isEqualNest(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return isPartOf(a, b) && isPartOf(b, a);
}

/** All nested attributes of one are in the other. */
function isPartOf(part: Uint8Array | undefined, whole: Uint8Array | undefined): boolean {
  const wanted = readAttributes(part ?? NO_BYTES);
  const found = readAttributes(whole ?? NO_BYTES);
  if (!wanted.ok || !found.ok) return false;
  return [...wanted.value.keys()].every((type) => isEqualIn(wanted.value, found.value, type));
}
