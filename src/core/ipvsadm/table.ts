/** `-L`: services and their servers as ipvsadm 1.31 lists them, and `-S`: the command lines that make them again. */
import { type IpAddress, ipFromBytes } from '../base/address.ts';
import { writeU32 } from '../base/bytes.ts';
import type { ListedDestination } from '../lvs/destination-codec.ts';
import {
  IP_VS_SVC_F_ONEPACKET,
  IP_VS_SVC_F_PERSISTENT,
  IP_VS_SVC_F_SCHED1,
  IP_VS_SVC_F_SCHED2,
  IP_VS_SVC_F_SCHED3,
  type IpvsDestination,
  type IpvsForwarding,
  type IpvsService,
  type IpvsStats,
} from '../lvs/ipvs-table.ts';
import { ipv4Mask } from '../lvs/netmask.ts';
import type { ListedService } from '../lvs/service-codec.ts';
import type { TableView } from './request.ts';
import {
  counterText,
  endpointText,
  listedEndpoint,
  markText,
  PROTOCOL_OPTIONS,
  protocolName,
  type ShownNames,
} from './text.ts';

/** A service with its servers, as the kernel reports them. */
export interface ListedEntry extends ListedService {
  readonly destinations: readonly ListedDestination[];
}

/** How a table is written. */
export interface TableStyle {
  readonly view: TableView;
  readonly exact: boolean;
  readonly names: ShownNames;
}

const SERVER_TITLE = '  -> RemoteAddress:Port';

/** The two lines above the columns. */
const TITLES: Readonly<Record<TableView, readonly [string, string]>> = {
  default: [
    'Prot LocalAddress:Port Scheduler Flags',
    `${SERVER_TITLE}           Forward Weight ActiveConn InActConn`,
  ],
  'tun-info': [
    'Prot LocalAddress:Port Scheduler Flags',
    `${SERVER_TITLE}           Forward TunnelInfo    Weight ActiveConn InActConn`,
  ],
  thresholds: [
    columnTitles(['Uthreshold', 'Lthreshold', 'ActiveConn', 'InActConn'], [10, 10, 10, 10]),
    SERVER_TITLE,
  ],
  'persistent-conn': [
    columnTitles(['Weight', 'PersistConn', 'ActiveConn', 'InActConn'], [9, 11, 10, 10]),
    SERVER_TITLE,
  ],
  stats: [counterTitles(['Conns', 'InPkts', 'OutPkts', 'InBytes', 'OutBytes']), SERVER_TITLE],
  rate: [counterTitles(['CPS', 'InPPS', 'OutPPS', 'InBPS', 'OutBPS']), SERVER_TITLE],
};

function columnTitles(titles: readonly string[], widths: readonly number[]): string {
  const columns = titles.map((title, index) => title.padEnd(widths[index] ?? 0));
  return `${'Prot LocalAddress:Port'.padEnd(33)} ${columns.join(' ')}`;
}

function counterTitles(titles: readonly string[]): string {
  const columns = titles.map((title) => ` ${title.padStart(8)}`);
  return `${'Prot LocalAddress:Port'.padEnd(33)}${columns.join('')}`;
}

/** The line above a list of the whole table. */
export function versionLine(version: string, connectionTableSize: number): string {
  return `IP Virtual Server version ${version} (size=${connectionTableSize})\n`;
}

/** The columns with their titles, in the order given. */
export function renderTable(entries: readonly ListedEntry[], style: TableStyle): string {
  const lines: string[] = [...TITLES[style.view]];
  for (const entry of entries) {
    lines.push(serviceLine(entry, style));
    const protocol = protocolName(entry.service.identity);
    for (const destination of entry.destinations) {
      lines.push(destinationLine(destination, protocol, style));
    }
  }
  return `${lines.join('\n')}\n`;
}

function serviceLine({ service, stats, rates }: ListedEntry, style: TableStyle): string {
  const title = serviceTitle(service, style.names);
  if (style.view === 'stats') return title.padEnd(33) + counters(stats, style.exact);
  if (style.view === 'rate') return title.padEnd(33) + counters(rates, style.exact);
  const { scheduler, flags, timeoutSeconds, persistenceEngine: engine } = service;
  let line = `${title} ${scheduler}`;
  const names = schedulerFlags(service);
  if (names !== undefined) line += ` (${names})`;
  if ((flags & IP_VS_SVC_F_PERSISTENT) !== 0) {
    line += ` persistent ${timeoutSeconds}`;
    const mask = maskText(service);
    if (mask !== undefined) line += ` mask ${mask}`;
    if (engine !== undefined) line += ` pe ${engine}`;
  }
  return (flags & IP_VS_SVC_F_ONEPACKET) === 0 ? line : `${line} ops`;
}

function serviceTitle({ identity }: IpvsService, names: ShownNames): string {
  if (identity.kind === 'fwmark') {
    return `FWM  ${markText(identity.mark)}${identity.family === 'ipv6' ? ' IPv6' : ''}`;
  }
  const { protocol, address, port } = identity;
  return `${protocol.padEnd(4)} ${listedEndpoint(address, port, protocolName(identity), names)}`;
}

function destinationLine(one: ListedDestination, protocol: string, style: TableStyle): string {
  const name = listedEndpoint(one.address, one.port, protocol, style.names).padEnd(28);
  const { weight, activeConnections: active, inactiveConnections: inactive } = one;
  const columns = (...given: readonly (readonly [number | string, number])[]): string =>
    given.map(([value, width]) => String(value).padEnd(width)).join(' ');
  const connections = [
    [active, 10],
    [inactive, 10],
  ] as const;
  switch (style.view) {
    case 'stats':
      return `  -> ${name}${counters(one.stats, style.exact)}`;
    case 'rate':
      return `  -> ${name}${counters(one.rates, style.exact)}`;
    case 'thresholds':
      return `  -> ${name} ${columns([one.upperThreshold, 10], [one.lowerThreshold, 10], ...connections)}`;
    case 'persistent-conn':
      return `  -> ${name} ${columns([weight, 9], [one.persistentConnections, 11], ...connections)}`;
    case 'tun-info':
      return `  -> ${name} ${columns([METHODS[one.forwarding], 7], [tunnelText(one), 13], [weight, 6], ...connections)}`;
    default:
      return `  -> ${name} ${columns([METHODS[one.forwarding], 7], [weight, 6], ...connections)}`;
  }
}

const METHODS: Readonly<Record<IpvsForwarding, string>> = {
  masquerade: 'Masq',
  localnode: 'Local',
  tunnel: 'Tunnel',
  direct: 'Route',
  bypass: 'Bypass',
};

/** Checksums of GUE and GRE by IP_VS_TUNNEL_ENCAP_FLAG_*. */
const CHECKSUMS: Readonly<Record<number, readonly [shown: string, option: string]>> = {
  0: ['-c', '--tun-nocsum'],
  1: ['+c', '--tun-csum'],
  2: ['r+c', '--tun-remcsum'],
};

function tunnelText({ forwarding, tunnel }: IpvsDestination): string {
  if (forwarding !== 'tunnel' || tunnel === undefined) return 'n/a';
  const [checksum = ''] = CHECKSUMS[tunnel.flags] ?? [];
  if (tunnel.type === 'gue') return `gue:${tunnel.port}:${checksum}`;
  return tunnel.type === 'gre' ? `gre:${checksum}` : 'ipip';
}

function counters(
  { connections, packetsIn, packetsOut, bytesIn, bytesOut }: IpvsStats,
  isExact: boolean,
): string {
  const numbers = [connections, packetsIn, packetsOut, bytesIn, bytesOut];
  return numbers.map((value) => counterText(value, isExact)).join('');
}

/** The command lines that make the table again, each with a line feed; thresholds and the masks of services without persistence are left out, as ipvsadm does. */
export function renderSave(entries: readonly ListedEntry[], names: ShownNames): string {
  let text = '';
  for (const { service, destinations } of entries) {
    const words = serviceWords(service, names);
    text += `-A ${words} -s ${service.scheduler}${serviceOptions(service)}\n`;
    const protocol = protocolName(service.identity);
    for (const one of destinations) {
      const server = endpointText(one.address, one.port, protocol, names);
      text += `-a ${words} -r ${server} ${methodOption(one)} -w ${one.weight}${tunnelOptions(one)}\n`;
    }
  }
  return text;
}

function serviceWords({ identity }: IpvsService, names: ShownNames): string {
  if (identity.kind === 'fwmark') {
    return `-f ${markText(identity.mark)}${identity.family === 'ipv6' ? ' -6' : ''}`;
  }
  const { protocol, address, port } = identity;
  const server = endpointText(address, port, protocolName(identity), names);
  return `${PROTOCOL_OPTIONS[protocol]} ${server}`;
}

function serviceOptions(service: IpvsService): string {
  const { flags, timeoutSeconds, persistenceEngine: engine } = service;
  let text = '';
  if ((flags & IP_VS_SVC_F_PERSISTENT) !== 0) {
    text += ` -p ${timeoutSeconds}`;
    const mask = maskText(service);
    if (mask !== undefined) text += ` -M ${mask}`;
  }
  if (engine !== undefined) text += ` --pe ${engine}`;
  if ((flags & IP_VS_SVC_F_ONEPACKET) !== 0) text += ' -o';
  const names = schedulerFlags(service);
  return names === undefined ? text : `${text} -b ${names}`;
}

function methodOption({ forwarding }: IpvsDestination): string {
  if (forwarding === 'masquerade') return '-m';
  return forwarding === 'tunnel' ? '-i' : '-g';
}

function tunnelOptions({ forwarding, tunnel }: IpvsDestination): string {
  if (forwarding !== 'tunnel' || tunnel === undefined) return '';
  const { type, port, flags } = tunnel;
  if (type === 'ipip') return ' --tun-type ipip';
  const [, checksum = ''] = CHECKSUMS[flags] ?? [];
  return ` --tun-type ${type}${type === 'gue' ? ` --tun-port ${port}` : ''} ${checksum}`;
}

/** Names of the flags of the scheduler, of `sh` and `mh` their own; undefined when there are none. */
export function schedulerFlags({ scheduler, flags }: IpvsService): string | undefined {
  const bits = [IP_VS_SVC_F_SCHED1, IP_VS_SVC_F_SCHED2, IP_VS_SVC_F_SCHED3];
  if (bits.every((bit) => (flags & bit) === 0)) return undefined;
  const names =
    scheduler === 'sh' || scheduler === 'mh'
      ? [`${scheduler}-fallback`, `${scheduler}-port`]
      : ['flag-1', 'flag-2', 'flag-3'];
  return names.filter((_, index) => (flags & (bits[index] ?? 0)) !== 0).join(',');
}

/** A mask in ipvsadm's words; undefined when each address is a client of its own. */
export function maskText(service: IpvsService): string | undefined {
  if (service.identity.family === 'ipv6') {
    return service.netmaskPrefix === 128 ? undefined : String(service.netmaskPrefix);
  }
  const mask = ipv4Mask(service);
  return mask === 0xffff_ffff ? undefined : dotted(mask);
}

function dotted(number: number): string {
  const bytes = new Uint8Array(4);
  writeU32(bytes, 0, number);
  return ipFromBytes(bytes) as IpAddress;
}
