/**
 * The options of one command line, read in their order: each value is checked as it comes, by the rules of ipvsadm 1.31. What they mean
 * together is decided behind them (`command-line.ts`).
 */
import { type IpAddress, type IpFamily, ipFamily, isMulticast, parseIp } from '../base/address.ts';
import type { IpvsDestination, IpvsForwarding } from '../lvs/ipvs-table.ts';
import { IP_VS_SVC_F_SCHED1, IP_VS_SVC_F_SCHED2, IP_VS_SVC_F_SCHED3 } from '../lvs/ipvs-table.ts';
import type { ServiceProtocol } from '../model/config.ts';
import { ILLEGAL, wrong } from './complaints.ts';
import { readEndpoint } from './endpoints.ts';
import type { OptionId } from './options.ts';
import type { Refusal } from './request.ts';
import type { PortNames } from './service-names.ts';
import { ipv4Number, leadingNumber, readInetAton, readNumber } from './values.ts';

/** Longest time-out of persistence and of connections, in seconds: 31 days. */
export const TIMEOUT_MAX: number = 31 * 24 * 60 * 60;
/** Without a value behind `-p`. */
const PERSISTENCE_DEFAULT = 360;
const INT_MAX = 0x7fff_ffff;
const MARK_MAX = 0xffff_ffff;
/** UDP payload behind headers of IPv4 and UDP. */
const SYNC_LENGTH_MAX = 65_535 - 20 - 8;
/** IP_VS_SCHEDNAME_MAXLEN, IP_VS_PENAME_MAXLEN and IFNAMSIZ without their NUL; what is longer is cut. */
const NAME_LENGTH_MAX = 15;

/** Outside knowledge. */
export interface LineContext {
  /** IPv4 addresses of the host names that were looked up; undefined = it has none. */
  readonly hosts: ReadonlyMap<string, IpAddress | undefined>;
  readonly ports: PortNames;
}

/** An address with the port that was given, if any. */
export interface Endpoint {
  readonly address: IpAddress;
  readonly port: number | undefined;
}

/** A scheduler flag by name; `sh-` and `mh-` belong to the scheduler of that name. */
export type SchedulerFlag =
  | 'flag-1'
  | 'flag-2'
  | 'flag-3'
  | 'sh-fallback'
  | 'sh-port'
  | 'mh-fallback'
  | 'mh-port';

/** Bits of the flags by name. */
export const SCHEDULER_FLAGS: Readonly<Record<SchedulerFlag, number>> = {
  'flag-1': IP_VS_SVC_F_SCHED1,
  'flag-2': IP_VS_SVC_F_SCHED2,
  'flag-3': IP_VS_SVC_F_SCHED3,
  'sh-fallback': IP_VS_SVC_F_SCHED1,
  'sh-port': IP_VS_SVC_F_SCHED2,
  'mh-fallback': IP_VS_SVC_F_SCHED1,
  'mh-port': IP_VS_SVC_F_SCHED2,
};

/** What the options of a command line say so far. */
export interface OptionValues {
  readonly given: Set<OptionId>;
  /** Of the service: that of its address, or what `-6` says of a mark. */
  family: IpFamily;
  protocol: ServiceProtocol | undefined;
  service: Endpoint | undefined;
  mark: number | undefined;
  scheduler: string;
  persistence: number;
  /** IPv4 mask as a number. */
  mask: number;
  /** IPv6 prefix length. */
  prefix: number;
  engine: string | undefined;
  flags: readonly SchedulerFlag[];
  server: Endpoint | undefined;
  forwarding: IpvsForwarding;
  weight: number;
  upper: number;
  lower: number;
  tunnelType: NonNullable<IpvsDestination['tunnel']>['type'];
  tunnelPort: number;
  interface: string;
  syncId: number;
  group: IpAddress | undefined;
  port: number | undefined;
  ttl: number | undefined;
  maxLength: number | undefined;
}

/** What holds without any option. */
export function defaultValues(): OptionValues {
  return {
    given: new Set(),
    family: 'ipv4',
    protocol: undefined,
    service: undefined,
    mark: undefined,
    scheduler: 'wlc',
    persistence: 0,
    mask: 0xffff_ffff,
    prefix: 128,
    engine: undefined,
    flags: [],
    server: undefined,
    forwarding: 'direct',
    weight: 1,
    upper: 0,
    lower: 0,
    tunnelType: 'ipip',
    tunnelPort: 0,
    interface: 'eth0',
    syncId: 0,
    group: undefined,
    port: undefined,
    ttl: undefined,
    maxLength: undefined,
  };
}

/** An option that cannot be taken: a complaint, or a host whose address has to be found out first. */
export type OptionProblem = Refusal | { readonly host: string };

/** Takes one option; undefined when all is well. */
export function takeOption(
  values: OptionValues,
  option: { readonly id: OptionId; readonly variant: string; readonly value: string | undefined },
  context: LineContext,
): OptionProblem | undefined {
  const { id, variant } = option;
  if (values.given.has(id)) return wrong(`multiple '${id}' options specified`);
  values.given.add(id);
  const text = option.value ?? '';
  const number = (
    min: number,
    max: number,
    complaint: string,
    take: (value: number) => void,
  ): Refusal | undefined => {
    const value = readNumber(text, min, max);
    if (value === undefined) return wrong(complaint);
    take(value);
    return undefined;
  };
  switch (id) {
    case 'service-address':
      return takeService(values, variant, text, context);
    case 'real-server':
      return takeServer(values, text, context);
    case 'scheduler':
      if (text !== '') values.scheduler = cut(text);
      return undefined;
    case 'pe':
      values.engine = text === '' ? undefined : cut(text);
      return undefined;
    case 'persistent':
      values.persistence = PERSISTENCE_DEFAULT;
      if (option.value === undefined) return undefined;
      return number(1, TIMEOUT_MAX, invalidTimeout(text), (value) => {
        values.persistence = value;
      });
    case 'netmask':
      return takeNetmask(values, text);
    case 'sched-flags':
      return takeFlags(values, text);
    case 'forwarding-method':
      values.forwarding = variant as IpvsForwarding;
      return undefined;
    case 'weight':
      return number(0, INT_MAX, ILLEGAL.weight, (value) => {
        values.weight = value;
      });
    case 'u-threshold':
      return number(0, INT_MAX, ILLEGAL.upper, (value) => {
        values.upper = value;
      });
    case 'l-threshold':
      return number(0, INT_MAX, ILLEGAL.lower, (value) => {
        values.lower = value;
      });
    case 'tun-type':
      if (text !== 'ipip' && text !== 'gue' && text !== 'gre') return wrong(ILLEGAL.tunnelType);
      values.tunnelType = text;
      return undefined;
    case 'tun-port':
      return number(1, 0xffff, ILLEGAL.tunnelPort, (value) => {
        values.tunnelPort = value;
      });
    case 'mcast-interface':
      if (text !== '') values.interface = cut(text);
      return undefined;
    case 'syncid':
      return number(0, 255, ILLEGAL.syncid, (value) => {
        values.syncId = value;
      });
    case 'mcast-group':
      return takeGroup(values, text);
    case 'mcast-port':
      return number(1, 0xffff, ILLEGAL.port, (value) => {
        values.port = value;
      });
    case 'mcast-ttl':
      return number(1, 255, ILLEGAL.ttl, (value) => {
        values.ttl = value;
      });
    case 'sync-maxlen':
      return number(1, SYNC_LENGTH_MAX, ILLEGAL.maxLength, (value) => {
        values.maxLength = value;
      });
    default:
      return undefined;
  }
}

/** `-6`: the mark that was named before is one of IPv6 packets. */
export function takeIpv6(values: OptionValues): Refusal | undefined {
  // ipvsadm ends this one with an empty line.
  if (values.mark === undefined) return wrong('-6 used before -f\n');
  values.family = 'ipv6';
  values.prefix = 128;
  return undefined;
}

/** What is said of a time-out that is none. */
export function invalidTimeout(text: string): string {
  return `invalid timeout value \`${text}' specified`;
}

function takeService(
  values: OptionValues,
  variant: string,
  text: string,
  context: LineContext,
): OptionProblem | undefined {
  if (variant === 'fwmark') {
    const mark = readNumber(text, 1, MARK_MAX);
    if (mark === undefined) return wrong(`invalid fwmark value \`${text}' specified`);
    values.mark = mark;
    return undefined;
  }
  values.protocol = variant as ServiceProtocol;
  const service = readAddress(text, variant.toLowerCase(), context);
  if (service === undefined) return wrong(ILLEGAL.service);
  if ('host' in service) return service;
  values.service = service;
  values.family = ipFamily(service.address);
  values.prefix = 128;
  return undefined;
}

function takeServer(
  values: OptionValues,
  text: string,
  context: LineContext,
): OptionProblem | undefined {
  // Before the service is named, no name of a port is known; behind a mark they are those of TCP.
  const usual = values.mark === undefined ? '' : 'tcp';
  const server = readAddress(text, values.protocol?.toLowerCase() ?? usual, context);
  if (server === undefined) return wrong(ILLEGAL.server);
  if ('host' in server) return server;
  values.server = server;
  return undefined;
}

function readAddress(
  text: string,
  protocol: string,
  { hosts, ports }: LineContext,
): Endpoint | { readonly host: string } | undefined {
  const portOf = (name: string): number | undefined => ports.portOf(name, protocol);
  const read = readEndpoint(text, { hosts, portOf });
  if (read.kind === 'illegal') return undefined;
  return read.kind === 'unresolved' ? { host: read.host } : read;
}

/** For an IPv6 service a prefix length, else an IPv4 mask; the service must stand before it. */
function takeNetmask(values: OptionValues, text: string): Refusal | undefined {
  if (values.family === 'ipv6') {
    const prefix = leadingNumber(text);
    if (prefix < 1 || prefix > 128) return wrong(ILLEGAL.netmask6);
    values.prefix = prefix;
    return undefined;
  }
  const mask = readInetAton(text);
  if (mask === undefined) return wrong(ILLEGAL.netmask);
  values.mask = ipv4Number(mask);
  return undefined;
}

function takeFlags(values: OptionValues, text: string): Refusal | undefined {
  const flags: SchedulerFlag[] = [];
  for (const name of text.split(',').filter((one) => one !== '')) {
    if (!Object.hasOwn(SCHEDULER_FLAGS, name)) return wrong(`invalid scheduler flag \`${name}'`);
    flags.push(name as SchedulerFlag);
  }
  values.flags = flags;
  return undefined;
}

function takeGroup(values: OptionValues, text: string): Refusal | undefined {
  const isIpv6 = text.includes(':');
  const group = parseIp(text);
  if (group === undefined || !isMulticast(group)) {
    return wrong(`invalid ${isIpv6 ? 'IPv6' : 'IPv4'} mcast-group \`${text}'`);
  }
  values.group = group;
  return undefined;
}

function cut(name: string): string {
  return name.slice(0, NAME_LENGTH_MAX);
}
