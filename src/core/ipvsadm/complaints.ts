/** What is wrong with a command line, in the words of ipvsadm 1.31, which scripts may look for. */
import type { IpvsDestination } from '../lvs/ipvs-table.ts';
import { COMMAND_OPTIONS, type CommandId, OPTION_ORDER, type OptionId } from './options.ts';
import type { Refusal } from './request.ts';

/** Values that are not as they should be: the whole complaint. */
export const ILLEGAL: Readonly<
  Record<
    | 'service'
    | 'server'
    | 'netmask'
    | 'netmask6'
    | 'weight'
    | 'upper'
    | 'lower'
    | 'syncid'
    | 'port'
    | 'ttl'
    | 'maxLength'
    | 'tunnelType'
    | 'tunnelPort'
    | 'start'
    | 'stop',
    string
  >
> = {
  service: 'illegal virtual server address[:port] specified',
  server: 'illegal real server address[:port] specified',
  netmask: 'illegal virtual server persistent mask specified',
  netmask6: 'illegal ipv6 netmask specified',
  weight: 'illegal weight specified',
  upper: 'illegal u_threshold specified',
  lower: 'illegal l_threshold specified',
  syncid: 'illegal syncid specified',
  port: 'illegal mcast-port specified',
  ttl: 'illegal mcast-ttl specified',
  maxLength: 'illegal sync-maxlen specified',
  tunnelType: 'illegal tunnel type specified',
  tunnelPort: 'illegal tunnel port specified',
  start: 'illegal start-daemon parameter specified',
  stop: 'illegal start_daemon specified',
};

/** The command line is not understood as a whole. */
export const NO_COMMAND: Refusal = {
  text: "Try `ipvsadm -h' or 'ipvsadm --help' for more information.",
  status: 255,
  endsRestore: true,
};

/** A wrong argument: it also ends a file that is restored. */
export function wrong(text: string): Refusal {
  return { text, status: 2, endsRestore: true };
}

/** `-q: unknown option`: the lines behind it are carried out. */
export function notUnderstood(word: string, problem: string): Refusal {
  return { text: `${word}: ${problem}`, status: 255, endsRestore: false };
}

/** Which option is missing, or cannot stand with this command; undefined when all is well. */
export function checkOptions(command: CommandId, given: ReadonlySet<OptionId>): string | undefined {
  const { needs, takes } = COMMAND_OPTIONS[command];
  const where = `with the '${command}' command`;
  for (const option of OPTION_ORDER) {
    if (given.has(option) && !needs.includes(option) && !takes.includes(option)) {
      return `Illegal '${option}' option ${where}`;
    }
    if (!given.has(option) && needs.includes(option)) {
      return `You need to supply the '${option}' option for the '${command}' command`;
    }
  }
  return undefined;
}

/** Pairs of what to list that exclude each other, the one that is named first in front. */
const LIST_PAIRS: readonly (readonly [OptionId, OptionId])[] = [
  ['service-address', 'connection'],
  ['timeout', 'connection'],
  ['timeout', 'service-address'],
  ['daemon', 'connection'],
  ['daemon', 'service-address'],
  ['daemon', 'timeout'],
];

/** What contradicts itself in a list command. */
export function checkListing(given: ReadonlySet<OptionId>): string | undefined {
  const pair = LIST_PAIRS.find(([one, other]) => given.has(one) && given.has(other));
  if (pair !== undefined) return `${conflict(pair)} in the 'list' command`;
  const isOther = given.has('connection') || given.has('timeout') || given.has('daemon');
  const isTable = given.has('stats') || given.has('rate') || given.has('thresholds');
  const isPersistent = given.has('persistent-conn') && !given.has('connection');
  return isOther && (isTable || isPersistent) ? 'options conflicts in the list command' : undefined;
}

type TunnelType = NonNullable<IpvsDestination['tunnel']>['type'];

/** What each kind of tunnel takes besides its type. */
const TUNNEL_OPTIONS: Readonly<Record<TunnelType, readonly OptionId[]>> = {
  ipip: [],
  gue: ['tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'],
  gre: ['tun-nocsum', 'tun-csum'],
};

const TUNNEL_DETAILS = ['tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'] as const;

const CHECKSUM_PAIRS: readonly (readonly [OptionId, OptionId])[] = [
  ['tun-csum', 'tun-nocsum'],
  ['tun-remcsum', 'tun-nocsum'],
  ['tun-remcsum', 'tun-csum'],
];

/** Which options of a tunnel are missing or do not go together. */
export function checkTunnel(type: TunnelType, given: ReadonlySet<OptionId>): string | undefined {
  const allowed = TUNNEL_OPTIONS[type];
  for (const option of TUNNEL_DETAILS) {
    if (given.has(option) && !allowed.includes(option)) {
      return `Illegal '${option}' option with the '${type}' tunnel type`;
    }
    if (option === 'tun-port' && type === 'gue' && !given.has(option)) {
      return `You need to supply the '${option}' option for the '${type}' tunnel type`;
    }
  }
  const pair = CHECKSUM_PAIRS.find(([one, other]) => given.has(one) && given.has(other));
  return pair === undefined ? undefined : `${conflict(pair)} in the '${type}' tunnel type`;
}

function conflict([one, other]: readonly [OptionId, OptionId]): string {
  return `The option '${one}' conflicts with the '${other}' option`;
}
