/**
 * Builds one `virtual_server`: which packets it takes, how it spreads them, and its real servers, with the
 * repairs keepalived makes (defaults that are assumed, ports that cannot be translated, a quorum that
 * cannot be reached), each reported.
 */
import { type IpFamily, ipFamily } from '../../base/address.ts';
import {
  type GatheredAddresses,
  type RealServerConfig,
  type ServiceIdentity,
  type ServiceProtocol,
  serviceKey,
  type TlsClientConfig,
  type VirtualServerConfig,
} from '../../model/config.ts';
import { CONFIG_LIMITS } from '../limits.ts';
import { RHYTHM_READER } from '../settings/checks.ts';
import { SERVICE_NOTIFY_READER } from '../settings/notify.ts';
import { SERVER_READER, SERVICE_READER } from '../settings/virtual-server.ts';
import { didYouMean } from '../spelling.ts';
import { lastLineOf, wordAt } from '../tree.ts';
import { last, text } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { settingsOf } from './checks.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { Methods } from './forwarding.ts';
import { fullNatSourceOf } from './full-nat-source.ts';
import { GroupMarks, gatheredOf, gatheredServices, marksInUse } from './gathered-group.ts';
import { mergedGlobals } from './global.ts';
import { readIpvs } from './global-options.ts';
import { notifyOf } from './notify-commands.ts';
import { optional } from './optional.ts';
import { persistenceOf } from './persistence.ts';
import { quorumOf } from './quorum.ts';
import { buildRealServer } from './real-server.ts';
import { schedulerOf } from './scheduler.ts';
import type { Inheritance, ServerDefaults } from './server-defaults.ts';
import { groupServices, groupSize, marksAlone, type ServerGroup } from './server-groups.ts';
import { sorryServerOf } from './sorry-server.ts';
import { tlsClientOf } from './tls-client.ts';
import { familyOf, isMixed } from './virtual-server-family.ts';
import { type Header, readHeader } from './virtual-server-header.ts';

/** Builds all virtual servers. Several blocks for one service are all run, under keys of their own. */
export function buildVirtualServers(
  groups: ReadonlyMap<string, ServerGroup>,
  context: BuildContext,
): VirtualServerConfig[] {
  const servers: VirtualServerConfig[] = [];
  const uses = new Map<string, number>();
  const room = { services: CONFIG_LIMITS.groupServices };
  const above = new Map<string, TypedStatement>();
  const tlsClient = tlsClientOf(context);
  const globals = mergedGlobals(context.root);
  const scriptUser = last(globals, 'script_user');
  const rhythm = RHYTHM_READER.given(globals, 'global_defs');
  const service = SERVICE_READER.given(globals, 'global_defs');
  const ipvs = readIpvs(globals);
  const marks =
    ipvs.marksTable === undefined
      ? undefined
      : new GroupMarks(ipvs, marksInUse(context.root, groups));
  for (const typed of context.root.statements) {
    const { name } = typed.keyword;
    if (name === 'track_file' || name === 'bfd_instance')
      above.set(`${name} ${String(typed.values[0])}`, typed);
    if (name !== 'virtual_server') continue;
    const server = buildVirtualServer(
      typed,
      { groups, above, room, tlsClient, scriptUser, rhythm, service, marks },
      context,
    );
    if (server === undefined) continue;
    const count = (uses.get(server.key) ?? 0) + 1;
    uses.set(server.key, count);
    const unique = count === 1 ? server : { ...server, key: `${server.key} #${count}` };
    context.origins.set(unique, typed);
    servers.push(unique);
  }
  return servers;
}

/** What a virtual server may refer to. */
interface Surroundings {
  readonly groups: ReadonlyMap<string, ServerGroup>;
  /** Tracked files and BFD sessions defined above it, by keyword and name. */
  readonly above: ReadonlyMap<string, TypedStatement>;
  readonly tlsClient: TlsClientConfig | undefined;
  readonly scriptUser: TypedStatement | undefined;
  /** What `global_defs` say about checks. */
  readonly rhythm: Inheritance['rhythm'];
  /** What they say about virtual servers. */
  readonly service: ReturnType<typeof SERVICE_READER.given>;
  /** Absent: each address of a group is a service. */
  readonly marks: GroupMarks | undefined;
  /** How many services groups may still make. */
  readonly room: { services: number };
}

/** Builds a virtual server; undefined when nothing remains of it (reported). */
function buildVirtualServer(
  typed: TypedStatement,
  around: Surroundings,
  context: BuildContext,
): VirtualServerConfig | undefined {
  const { groups, above, room, tlsClient, scriptUser, rhythm, marks } = around;
  const { block } = typed;
  const header = readHeader(typed, context);
  if (header === undefined || block === undefined) return undefined;
  const group = header.kind === 'group' ? groups.get(header.name) : undefined;
  if (header.kind === 'group' && group === undefined) {
    atWord(
      context,
      'unknown-reference-ignored',
      wordAt(typed.statement, 2),
      `there is no virtual_server_group "${header.name}"; this virtual server is ignored`,
      {
        suggestion: didYouMean(header.name, groups.keys()),
        isConsequence: context.typing.tried.hasName(header.name),
      },
    );
  }
  const family = familyOf(header, group, block, context);
  const onlyMarks =
    header.kind === 'fwmark' || group?.entries.every((entry) => entry.kind === 'fwmark') === true;
  const methods = new Methods(block, context);
  const own = settingsOf(block);
  const defaults: ServerDefaults = {
    family,
    header,
    group,
    methods,
    settings: { ...own, rhythm: { ...rhythm, ...own.rhythm } },
    server: SERVER_READER.given(block),
    above,
    tlsClient,
    scriptUser,
  };
  const realServers = buildRealServers(typed, defaults, context);
  if (realServers.length === 0) {
    atStatement(
      context,
      'block-dropped',
      typed.statement,
      'this virtual server has no usable real server and is ignored',
      {
        endLine: lastLineOf(typed.statement),
        expected: 'real_server ADDRESS PORT { ... }',
        isConsequence:
          last(block, 'real_server') !== undefined ||
          context.typing.tried.has(block, 'real_server'),
      },
    );
    return undefined;
  }
  if (header.kind === 'group' && !isUsable(group, typed, realServers, room, context))
    return undefined;
  if (!methods.isGiven && !realServers.every((server) => hasOwnMethod(server, context))) {
    assumed(typed, 'lvs_method', 'NAT', context);
  }
  const protocol = protocolOf(typed, block, onlyMarks, context);
  const gathered = group && marks && gatheredOf(group, protocol, marks);
  const services = servicesOf(header, group, gathered, protocol, family);
  const portless = services.some((service) => service.kind === 'address' && service.port === 0);
  const sum = realServers.reduce((total, server) => total + server.weight, 0);
  const sorry = sorryServerOf(typed, block, { header, family, methods, realServers }, context);
  const persistence = persistenceOf(typed, block, family, portless, context);
  const scheduler = schedulerOf(block, context);
  if (scheduler.name === undefined) assumed(typed, 'lvs_sched', 'wlc', context);
  return {
    key:
      header.kind === 'group'
        ? `group ${header.name} ${protocol}`
        : services.map(serviceKey).join(' '),
    title: titleOf(typed),
    services,
    ...optional('gathered', gathered),
    ...SERVICE_READER.read(block, around.service),
    scheduler: scheduler.name ?? 'wlc',
    schedulerFlags: scheduler.flags,
    ...(persistence === undefined ? {} : { persistence }),
    ...optional(
      'fullNatSource',
      fullNatSourceOf(
        block,
        family,
        sorry === undefined ? realServers : [...realServers, sorry],
        context,
      ),
    ),
    onePacket: onePacketOf(block, protocol, onlyMarks, context),
    haSuspend: mayBeSuspended(block, onlyMarks, context),
    ...quorumOf(typed, block, sum, context),
    ...notifyOf(SERVICE_NOTIFY_READER, block, context),
    ...(sorry === undefined ? {} : { sorryServer: sorry }),
    realServers,
  };
}

function titleOf(typed: TypedStatement): string {
  return typed.statement.words
    .slice(1, 3)
    .map((word) => word.text)
    .join(' ');
}

/** A group of both families works only where every server is reached through a tunnel; its size is limited. */
function isUsable(
  group: ServerGroup | undefined,
  typed: TypedStatement,
  realServers: readonly RealServerConfig[],
  room: Surroundings['room'],
  context: BuildContext,
): boolean {
  if (group === undefined) return false;
  room.services -= groupSize(group);
  if (room.services < 0) {
    atWord(
      context,
      'group-limit',
      wordAt(typed.statement, 2),
      `groups stand for more than ${CONFIG_LIMITS.groupServices} services; this virtual server is ignored`,
      {
        suggestion: 'mark the packets with a firewall rule and use a virtual server by fwmark',
      },
    );
    return false;
  }
  if (!isMixed(group) || realServers.every((server) => server.forwarding.method === 'TUN'))
    return true;
  atWord(
    context,
    'unknown-reference-ignored',
    wordAt(typed.statement, 2),
    `group "${group.name}" has addresses of both families, which only tunnels can serve; this virtual server is ignored`,
    {
      suggestion: 'make a group and a virtual server for each family',
    },
  );
  return false;
}

function hasOwnMethod(server: RealServerConfig, context: BuildContext): boolean {
  return last(context.origins.get(server)?.block, 'lvs_method') !== undefined;
}

function buildRealServers(
  typed: TypedStatement,
  defaults: ServerDefaults,
  context: BuildContext,
): RealServerConfig[] {
  const servers: RealServerConfig[] = [];
  const seen = new Map<string, TypedStatement>();
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
  gathered: GatheredAddresses | undefined,
  protocol: ServiceProtocol,
  family: IpFamily,
): ServiceIdentity[] {
  switch (header.kind) {
    case 'fwmark':
      return [{ kind: 'fwmark', family, mark: header.mark }];
    case 'group':
      if (group === undefined) return [];
      if (gathered === undefined) return groupServices(group, protocol, family);
      return [
        ...gatheredServices(group, gathered),
        ...groupServices(marksAlone(group), protocol, family),
      ];
    case 'address': {
      const { address, port } = header;
      return [{ kind: 'address', family: ipFamily(address), protocol, address, port }];
    }
  }
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
      atStatement(
        context,
        'setting-reset',
        statement.statement,
        'a firewall mark has no protocol; it is ignored',
        {
          suggestion: 'remove it: the firewall rule that sets the mark decides',
        },
      );
    }
    return 'TCP';
  }
  if (word === undefined) assumed(typed, 'protocol', 'UDP', context);
  return word === 'TCP' || word === 'SCTP' ? word : 'UDP';
}

function assumed(
  typed: TypedStatement,
  keyword: string,
  value: string,
  context: BuildContext,
): void {
  atStatement(
    context,
    'default-assumed',
    typed.statement,
    `no valid ${keyword} is given; ${value} is assumed`,
    {
      suggestion: `write ${keyword} explicitly`,
      isConsequence: context.typing.tried.has(typed.block, keyword),
    },
  );
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
  atStatement(
    context,
    'setting-reset',
    typed.statement,
    'one-packet scheduling needs protocol UDP; ops is ignored',
  );
  return false;
}

/** Whether checks follow the address of a service; a mark has none. */
function mayBeSuspended(block: TypedBlock, onlyMarks: boolean, context: BuildContext): boolean {
  const typed = last(block, 'ha_suspend');
  if (typed === undefined || !onlyMarks) return typed !== undefined;
  atStatement(
    context,
    'setting-reset',
    typed.statement,
    'a firewall mark has no address that ha_suspend could follow; it is ignored',
  );
  return false;
}
