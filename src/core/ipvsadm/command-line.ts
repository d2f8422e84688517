/**
 * A command line of ipvsadm (without the name of the program) -> what it asks for, or why it is refused, as ipvsadm 1.31 does. All of its
 * rules are measured; where they surprise, the comment says so.
 */
import { type IpAddress, ipFamily } from '../base/address.ts';
import type { IpvsTimeouts } from '../lvs/config-codec.ts';
import type { SyncDaemon, SyncDaemonRole } from '../lvs/daemon-codec.ts';
import {
  IP_VS_SVC_F_ONEPACKET,
  IP_VS_SVC_F_PERSISTENT,
  type IpvsDestination,
  type IpvsService,
} from '../lvs/ipvs-table.ts';
import { netmaskOf } from '../lvs/netmask.ts';
import type { ServiceIdentity } from '../model/config.ts';
import {
  checkListing,
  checkOptions,
  checkTunnel,
  ILLEGAL,
  NO_COMMAND,
  notUnderstood,
  wrong,
} from './complaints.ts';
import type { CommandId, OptionId } from './options.ts';
import {
  defaultValues,
  type Endpoint,
  invalidTimeout,
  type LineContext,
  type OptionProblem,
  type OptionValues,
  SCHEDULER_FLAGS,
  TIMEOUT_MAX,
  takeIpv6,
  takeOption,
} from './read-options.ts';
import type { IpvsadmRequest, Refusal, TableListing, TableView } from './request.ts';
import { readNumber } from './values.ts';
import { WordReader } from './words.ts';

/** What a command line is. */
export type CommandLine =
  | { readonly kind: 'request'; readonly request: IpvsadmRequest }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The IPv4 address of this host has to be found out, and the line read again. */
  | { readonly kind: 'unresolved'; readonly host: string };

/** Reads a command line; one without any word lists the table. */
export function readCommandLine(words: readonly string[], context: LineContext): CommandLine {
  if (words.length === 0) return readCommandLine(['--list'], context);
  const reader = new WordReader(words);
  const first = reader.next();
  if (first.kind !== 'given' || first.meaning.kind !== 'command') return refused(NO_COMMAND);
  const { command } = first.meaning;
  if (command === 'help' || command === 'version') return { kind: 'request', request: { command } };
  const role = readRole(command, first.value);
  if (typeof role === 'string') return refused(wrong(role));
  const values = defaultValues();
  for (let next = reader.next(); next.kind !== 'end'; next = reader.next()) {
    if (next.kind === 'bad') return refused(notUnderstood(next.word, next.problem));
    const { meaning, value, word } = next;
    if (meaning.kind === 'command') return refused(wrong(`invalid option \`${word}'`));
    const problem = takeMeaning(values, meaning, value, context);
    if (problem === undefined) continue;
    return 'host' in problem ? { kind: 'unresolved', ...problem } : refused(problem);
  }
  const request = finish(command, role?.role, values, reader.arguments);
  if (typeof request === 'string') return refused(wrong(request));
  return { kind: 'request', request };
}

function takeMeaning(
  values: OptionValues,
  meaning: Exclude<GivenMeaning, { readonly kind: 'command' }>,
  value: string | undefined,
  context: LineContext,
): OptionProblem | undefined {
  if (meaning.kind !== 'option') return meaning.kind === 'ipv6' ? takeIpv6(values) : undefined;
  const { option: id, variant } = meaning;
  return takeOption(values, { id, variant, value }, context);
}

type GivenMeaning = Extract<ReturnType<WordReader['next']>, { readonly kind: 'given' }>['meaning'];

function refused(refusal: Refusal): CommandLine {
  return { kind: 'refused', refusal };
}

function readRole(
  command: CommandId,
  value: string | undefined,
): { readonly role: SyncDaemonRole } | string | undefined {
  if (command !== 'start-daemon' && command !== 'stop-daemon') return undefined;
  if (value === 'master' || value === 'backup') return { role: value };
  return command === 'start-daemon' ? ILLEGAL.start : ILLEGAL.stop;
}

/** What the options mean together; a complaint is text. */
function finish(
  command: CommandId,
  role: SyncDaemonRole | undefined,
  values: OptionValues,
  given: readonly string[],
): IpvsadmRequest | string {
  const timeouts = command === 'set' ? readTimeouts(given) : undefined;
  if (typeof timeouts === 'string') return timeouts;
  const left = timeouts === undefined ? given : given.slice(3);
  if (left[0] !== undefined) return `unexpected argument ${left[0]}`;
  const problem = checkFlags(values) ?? checkOptions(command, values.given);
  if (problem !== undefined) return problem;
  switch (command) {
    case 'add-service':
    case 'edit-service': {
      const complaint = checkService(values);
      return complaint ?? { command, service: serviceOf(values, identityOf(values)) };
    }
    case 'delete-service':
      return { command, identity: identityOf(values) };
    case 'add-server':
    case 'edit-server':
    case 'delete-server':
      return finishServer(command, values);
    case 'list':
      return finishListing(values);
    case 'save':
      return { command, numeric: values.given.has('numeric') };
    case 'zero':
      return values.given.has('service-address')
        ? { command, identity: identityOf(values) }
        : { command };
    case 'set':
      return { command, timeouts: timeouts ?? { tcp: 0, tcpFin: 0, udp: 0 } };
    case 'start-daemon':
      return { command, daemon: daemonOf(values, role ?? 'master') };
    case 'stop-daemon':
      return { command, role: role ?? 'master' };
    default:
      return { command };
  }
}

function readTimeouts(given: readonly string[]): IpvsTimeouts | string {
  const seconds: number[] = [];
  for (const index of [0, 1, 2]) {
    const text = given[index];
    if (text === undefined) return '--set option requires 3 timeout values';
    const value = readNumber(text, 0, TIMEOUT_MAX);
    if (value === undefined) return invalidTimeout(text);
    seconds.push(value);
  }
  const [tcp = 0, tcpFin = 0, udp = 0] = seconds;
  return { tcp, tcpFin, udp };
}

/** A flag of another scheduler: complained of whatever the command. */
function checkFlags({ flags, scheduler }: OptionValues): string | undefined {
  const flag = flags.find((name) => {
    const [owner] = name.split('-');
    return owner !== 'flag' && owner !== scheduler;
  });
  return flag === undefined ? undefined : `incompatible scheduler flag \`${flag}'`;
}

function checkService(values: OptionValues): string | undefined {
  const { service, protocol } = values;
  if (service !== undefined && (service.port ?? 0) === 0 && !values.given.has('persistent')) {
    return 'Zero port specified for non-persistent service';
  }
  if (values.given.has('ops') && values.mark === undefined && protocol !== 'UDP') {
    return 'One-Packet Scheduling is only for UDP virtual services';
  }
  return undefined;
}

function identityOf({ family, mark, protocol, service }: OptionValues): ServiceIdentity {
  if (mark !== undefined || service === undefined)
    return { kind: 'fwmark', family, mark: mark ?? 0 };
  const { address, port = 0 } = service;
  return { kind: 'address', family, protocol: protocol ?? 'TCP', address, port };
}

/** A service as a whole: what is not said is as in a new one, also when a service is edited. */
function serviceOf(values: OptionValues, identity: ServiceIdentity): IpvsService {
  let flags = values.given.has('persistent') ? IP_VS_SVC_F_PERSISTENT : 0;
  if (values.given.has('ops')) flags |= IP_VS_SVC_F_ONEPACKET;
  for (const name of values.flags) flags |= SCHEDULER_FLAGS[name];
  return {
    identity,
    scheduler: values.scheduler,
    flags,
    timeoutSeconds: values.persistence,
    ...netmaskOf(identity.family, identity.family === 'ipv4' ? values.mask : values.prefix),
    ...(values.engine === undefined ? {} : { persistenceEngine: values.engine }),
  };
}

function finishServer(
  command: 'add-server' | 'edit-server' | 'delete-server',
  values: OptionValues,
): IpvsadmRequest | string {
  const identity = identityOf(values);
  const server: Endpoint = values.server ?? { address: '0.0.0.0' as IpAddress, port: 0 };
  const isTunnel = values.forwarding === 'tunnel';
  if (command !== 'delete-server') {
    if (ipFamily(server.address) !== identity.family && !isTunnel) {
      return 'Different address family is allowed only for tunneling servers';
    }
    if (!isTunnel && TUNNEL_OPTIONS.some((option) => values.given.has(option))) {
      return 'Tunnel options conflict with forward method';
    }
    const problem = isTunnel ? checkTunnel(values.tunnelType, values.given) : undefined;
    if (problem !== undefined) return problem;
  }
  return { command, identity, destination: destinationOf(command, values, identity, server) };
}

const TUNNEL_OPTIONS: readonly OptionId[] = [
  'tun-type',
  'tun-port',
  'tun-nocsum',
  'tun-csum',
  'tun-remcsum',
];

function destinationOf(
  command: IpvsadmRequest['command'],
  values: OptionValues,
  identity: ServiceIdentity,
  server: Endpoint,
): IpvsDestination {
  const servicePort = identity.kind === 'address' ? identity.port : undefined;
  // Only masquerading translates ports: with the other methods another one is replaced silently; a deletion takes it as it is.
  const isFixed = values.forwarding !== 'masquerade' && command !== 'delete-server';
  const asked = server.port ?? servicePort ?? 0;
  return {
    family: ipFamily(server.address),
    address: server.address,
    port: isFixed ? (servicePort ?? asked) : asked,
    forwarding: values.forwarding,
    weight: values.weight,
    upperThreshold: values.upper,
    lowerThreshold: values.lower,
    ...(values.forwarding === 'tunnel' ? { tunnel: tunnelOf(values) } : {}),
  };
}

function tunnelOf({ tunnelType: type, tunnelPort: port, given }: OptionValues): {
  readonly type: OptionValues['tunnelType'];
  readonly port: number;
  readonly flags: number;
} {
  const remote = given.has('tun-remcsum') ? 2 : 0;
  return { type, port, flags: given.has('tun-csum') ? 1 : remote };
}

const VIEWS: readonly Exclude<TableView, 'default'>[] = [
  'stats',
  'rate',
  'thresholds',
  'persistent-conn',
  'tun-info',
];

function finishListing(values: OptionValues): IpvsadmRequest | string {
  const { given } = values;
  const problem = checkListing(given);
  if (problem !== undefined) return problem;
  const numeric = given.has('numeric');
  if (given.has('connection')) {
    return { command: 'list-connections', numeric, engines: given.has('persistent-conn') };
  }
  if (given.has('timeout')) return { command: 'list-timeout' };
  if (given.has('daemon')) return { command: 'list-daemon' };
  const listing: TableListing = {
    view: VIEWS.find((view) => given.has(view)) ?? 'default',
    numeric,
    exact: given.has('exact'),
    sorted: !given.has('nosort'),
    ...(given.has('service-address') ? { identity: identityOf(values) } : {}),
  };
  return { command: 'list-table', listing };
}

function daemonOf(values: OptionValues, role: SyncDaemonRole): SyncDaemon {
  const { group, port, ttl, maxLength } = values;
  return {
    role,
    interface: values.interface,
    syncId: values.syncId,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(group === undefined ? {} : { group }),
    ...(port === undefined ? {} : { port }),
    ...(ttl === undefined ? {} : { ttl }),
  };
}
