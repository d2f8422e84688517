/**
 * Builds one `virtual_server`: which packets it takes, how it spreads them, and its real servers, with the
 * repairs keepalived makes (defaults that are assumed, ports that cannot be translated, a quorum that
 * cannot be reached), each reported.
 */
import { type IpAddress, type IpFamily, ipFamily, parseIp } from '../../base/address.ts';
import {
  type ForwardingConfig,
  type RealServerConfig,
  type ServiceIdentity,
  type ServiceProtocol,
  serviceKey,
  type SorryServerConfig,
  type VirtualServerConfig,
} from '../model.ts';
import { lastLineOf, wordAt } from '../tree.ts';
import { flag, last, number, text } from '../typed/access.ts';
import { readAddress } from '../typed/addresses.ts';
import type { ReadPlace } from '../typed/context.ts';
import { readInteger, readPort } from '../typed/numbers.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { readForwarding } from './forwarding.ts';
import { persistenceOf } from './persistence.ts';
import { buildRealServer, type ServerDefaults } from './real-server.ts';
import { schedulerOf } from './scheduler.ts';
import { groupServices, type ServerGroup } from './server-groups.ts';

/** What the header of a block says. */
export type Header =
  | { readonly kind: 'address'; readonly address: IpAddress; readonly port: number }
  | { readonly kind: 'fwmark'; readonly mark: number }
  | { readonly kind: 'group'; readonly name: string };

/** Builds a virtual server; undefined when nothing remains of it (reported). */
export function buildVirtualServer(
  typed: TypedStatement,
  groups: ReadonlyMap<string, ServerGroup>,
  context: BuildContext,
): VirtualServerConfig | undefined {
  const { block } = typed;
  const header = readHeader(typed, context);
  if (header === undefined || block === undefined) return undefined;
  const group = header.kind === 'group' ? groups.get(header.name) : undefined;
  if (header.kind === 'group' && group === undefined) {
    atWord(context, 'unknown-reference-ignored', wordAt(typed.statement, 2), `there is no virtual_server_group "${header.name}"; this virtual server is ignored`);
    return undefined;
  }
  const family = familyOf(header, group, block, context);
  const onlyMarks = header.kind === 'fwmark' || group?.entries.every((entry) => entry.kind === 'fwmark') === true;
  const forwarding = forwardingOf(block, context);
  const realServers = buildRealServers(typed, header, family, forwarding, context);
  if (realServers.length === 0) {
    atStatement(context, 'block-dropped', typed.statement, 'this virtual server has no usable real server and is ignored', {
      endLine: lastLineOf(typed.statement),
      expected: 'real_server ADDRESS PORT { ... }',
    });
    return undefined;
  }
  if (forwarding === undefined && !realServers.every((server) => hasOwnMethod(server, context))) {
    assumed(typed, 'lvs_method', 'NAT', context);
  }
  const protocol = protocolOf(typed, block, onlyMarks, context);
  const services = servicesOf(header, group, protocol, family);
  const portless = services.some((service) => service.kind === 'address' && service.port === 0);
  const sum = realServers.reduce((total, server) => total + server.weight, 0);
  const sorry = sorryServerOf(block, header, family, forwarding ?? { method: 'NAT' }, context);
  const persistence = persistenceOf(typed, block, family, portless, context);
  const scheduler = schedulerOf(block, context);
  if (scheduler.name === undefined) assumed(typed, 'lvs_sched', 'wlc', context);
  const config: VirtualServerConfig = {
    key: header.kind === 'group' ? `group ${header.name} ${protocol}` : services.map(serviceKey).join(' '),
    title: titleOf(typed),
    services,
    scheduler: scheduler.name ?? 'wlc',
    schedulerFlags: scheduler.flags,
    ...(persistence === undefined ? {} : { persistence }),
    onePacket: onePacketOf(block, protocol, onlyMarks, context),
    alpha: flag(block, 'alpha'),
    omega: flag(block, 'omega'),
    ...quorumOf(block, sum, context),
    ...(sorry === undefined ? {} : { sorryServer: sorry }),
    realServers,
  };
  context.origins.set(config, typed);
  return config;
}

/** The words behind `virtual_server`. */
function readHeader(typed: TypedStatement, context: BuildContext): Header | undefined {
  const { words } = typed.statement;
  const [, first, second] = words;
  const place: ReadPlace = { context: context.typing, name: 'virtual_server', secret: false };
  if (first === undefined) return undefined;
  const skipped = { endLine: lastLineOf(typed.statement) };
  if (first.text === 'fwmark' || first.text === 'group') {
    if (second === undefined) {
      atWord(context, 'missing-word', first, `"${first.text}" needs ${first.text === 'group' ? 'a name' : 'a number'}`, skipped);
      return undefined;
    }
    if (first.text === 'group') return { kind: 'group', name: second.text };
    const mark = readInteger({ kind: 'integer', min: 0, max: 4_294_967_295 }, second, place);
    if (mark !== 0) return mark === undefined ? undefined : { kind: 'fwmark', mark };
    atWord(context, 'number-range', second, 'mark 0 means "no mark"; this virtual server is ignored', skipped);
    return undefined;
  }
  const address = readAddress({ kind: 'address', cutSuffix: true }, first, place);
  const port = second === undefined ? 0 : readPort({ kind: 'port', zeroIsAbsent: true }, second, place);
  const canonical = address === undefined ? undefined : parseIp(address);
  if (canonical === undefined || port === undefined) return undefined;
  return { kind: 'address', address: canonical, port };
}

function titleOf(typed: TypedStatement): string {
  return typed.statement.words
    .slice(1, 3)
    .map((word) => word.text)
    .join(' ');
}

/** The family: of the address, the group, `ip_family`, the granularity, or the first server that decides. */
function familyOf(
  header: Header,
  group: ServerGroup | undefined,
  block: TypedBlock,
  context: BuildContext,
): IpFamily {
  const fixed = header.kind === 'address' ? ipFamily(header.address) : groupFamily(group);
  let family = fixed;
  for (const typed of block.statements) {
    if (!typed.usable) continue;
    const { name } = typed.keyword;
    if (name === 'ip_family') {
      const wanted: IpFamily = typed.values[0] === 'inet6' ? 'ipv6' : 'ipv4';
      if (family !== undefined && family !== wanted) {
        atStatement(context, 'family-conflict', typed.statement, 'ip_family contradicts the family that is already settled and is ignored');
      } else family = wanted;
    } else if (name === 'persistence_granularity') {
      const word = typed.values[0];
      if (typeof word === 'string') family ??= word.includes('.') ? 'ipv4' : 'ipv6';
    } else if (name === 'real_server' || name === 'sorry_server') {
      const address = typed.values[0];
      const method = last(typed.block, 'lvs_method') ?? last(block, 'lvs_method');
      if (typeof address === 'string' && method?.values[0] !== 'TUN') family ??= address.includes(':') ? 'ipv6' : 'ipv4';
    }
  }
  return family ?? familyOfFirst(block) ?? 'ipv4';
}

function groupFamily(group: ServerGroup | undefined): IpFamily | undefined {
  for (const entry of group?.entries ?? []) {
    const family = entry.kind === 'range' ? entry.range.family : entry.family;
    if (family !== undefined) return family;
  }
  return undefined;
}

function familyOfFirst(block: TypedBlock): IpFamily | undefined {
  const address = last(block, 'real_server')?.values[0];
  return typeof address === 'string' ? (address.includes(':') ? 'ipv6' : 'ipv4') : undefined;
}

function forwardingOf(block: TypedBlock, context: BuildContext): ForwardingConfig | undefined {
  const typed = last(block, 'lvs_method');
  return typed === undefined ? undefined : readForwarding(typed, context);
}

function hasOwnMethod(server: RealServerConfig, context: BuildContext): boolean {
  return last(context.origins.get(server)?.block, 'lvs_method') !== undefined;
}

function buildRealServers(
  typed: TypedStatement,
  header: Header,
  family: IpFamily,
  forwarding: ForwardingConfig | undefined,
  context: BuildContext,
): RealServerConfig[] {
  const servers: RealServerConfig[] = [];
  const seen = new Map<string, TypedStatement>();
  const defaults: ServerDefaults = {
    family,
    header,
    forwarding: forwarding ?? { method: 'NAT' },
    block: typed.block,
  };
  for (const one of typed.block?.statements ?? []) {
    if (one.keyword.name !== 'real_server' || !one.usable) continue;
    const server = buildRealServer(one, defaults, seen, context);
    if (server !== undefined) servers.push(server);
  }
  return servers;
}

function servicesOf(
  header: Header,
  group: ServerGroup | undefined,
  protocol: ServiceProtocol,
  family: IpFamily,
): ServiceIdentity[] {
  if (group !== undefined) return groupServices(group, protocol, family);
  if (header.kind === 'fwmark') return [{ kind: 'fwmark', family, mark: header.mark }];
  if (header.kind === 'group') return [];
  return [{ kind: 'address', family, protocol, address: header.address, port: header.port }];
}

function protocolOf(
  typed: TypedStatement,
  block: TypedBlock,
  onlyMarks: boolean,
  context: BuildContext,
): ServiceProtocol {
  const statement = last(block, 'protocol');
  const word = text(block, 'protocol');
  if (onlyMarks) {
    if (statement !== undefined) {
      atStatement(context, 'setting-reset', statement.statement, 'a firewall mark has no protocol; it is ignored');
    }
    return 'TCP';
  }
  if (word === undefined) assumed(typed, 'protocol', 'UDP', context);
  return word === 'TCP' || word === 'SCTP' ? word : 'UDP';
}

function assumed(typed: TypedStatement, keyword: string, value: string, context: BuildContext): void {
  atStatement(context, 'default-assumed', typed.statement, `no ${keyword} is given; ${value} is assumed`, {
    suggestion: `write ${keyword} explicitly`,
  });
}

function onePacketOf(
  block: TypedBlock,
  protocol: ServiceProtocol,
  onlyMarks: boolean,
  context: BuildContext,
): boolean {
  const typed = last(block, 'ops');
  if (typed === undefined) return false;
  if (onlyMarks || protocol === 'UDP') return true;
  atStatement(context, 'setting-reset', typed.statement, 'one-packet scheduling needs protocol UDP; ops is ignored');
  return false;
}

function quorumOf(
  block: TypedBlock,
  sum: number,
  context: BuildContext,
): { readonly quorum: number; readonly hysteresis: number } {
  const at = last(block, 'quorum') ?? last(block, 'hysteresis');
  let quorum = number(block, 'quorum') ?? 1;
  if (quorum > sum) {
    if (at === undefined || sum > 0) {
      const place = last(block, 'quorum') ?? last(block, 'real_server');
      if (place !== undefined) {
        atStatement(context, 'quorum-reset', place.statement, `quorum ${quorum} is above the sum of all weights; ${sum} is used`, {
          suggestion: sum === 0 ? 'give at least one server a weight above 0' : undefined,
        });
      }
    }
    quorum = sum;
  }
  let hysteresis = number(block, 'hysteresis') ?? 0;
  if (hysteresis >= Math.max(1, quorum)) {
    const place = last(block, 'hysteresis');
    if (place !== undefined) {
      atStatement(context, 'quorum-reset', place.statement, `hysteresis ${hysteresis} is not below the quorum; ${Math.max(0, quorum - 1)} is used`);
    }
    hysteresis = Math.max(0, quorum - 1);
  }
  return { quorum, hysteresis };
}

function sorryServerOf(
  block: TypedBlock,
  header: Header,
  family: IpFamily,
  inherited: ForwardingConfig,
  context: BuildContext,
): SorryServerConfig | undefined {
  const typed = last(block, 'sorry_server');
  const order = (name: string): TypedStatement | undefined => {
    const own = last(block, name);
    if (own === undefined) return undefined;
    if (typed !== undefined && block.statements.indexOf(typed) < block.statements.indexOf(own)) return own;
    atStatement(context, 'setting-reset', own.statement, `${name} stands before or without sorry_server and is ignored`);
    return undefined;
  };
  const inhibit = order('sorry_server_inhibit');
  const method = order('sorry_server_lvs_method');
  const [word, port] = typed?.values ?? [];
  const address = typeof word === 'string' ? parseIp(word) : undefined;
  if (typed === undefined || address === undefined) return undefined;
  const forwarding = method === undefined ? inherited : readForwarding(method, context);
  if (ipFamily(address) !== family && forwarding.method !== 'TUN') {
    atWord(context, 'family-conflict', wordAt(typed.statement, 1), 'the sorry server is of the other address family and is ignored');
    return undefined;
  }
  const sorry: SorryServerConfig = {
    address,
    port: sorryPort(typed, typeof port === 'number' ? port : 0, header, forwarding, context),
    forwarding,
    inhibit: inhibit !== undefined,
  };
  context.origins.set(sorry, typed);
  return sorry;
}

/** Direct routing and tunnels cannot change a port: it becomes that of the service. */
function sorryPort(
  typed: TypedStatement,
  port: number,
  header: Header,
  forwarding: ForwardingConfig,
  context: BuildContext,
): number {
  const own = header.kind === 'address' ? header.port : 0;
  if (forwarding.method === 'NAT' || header.kind === 'group') return port;
  if (port !== 0 && port !== own) {
    atWord(context, 'port-reset', wordAt(typed.statement, 2), `${forwarding.method} cannot change the port; ${own} is used`);
  }
  return own;
}

