/**
 * The options of `tandem run`: keepalived's own, with its letters, and a few of ours. One table for
 * parsing and for help. What an option that has no effect means is said when it is given.
 */
import { DEFAULT_RUNTIME_DIR } from '../core/control/messages.ts';
import type { OptionSpec } from './getopt.ts';

/** What becomes of an option. */
export type FlagEffect =
  | 'works'
  /** Accepted without a word: it asks for what Tandem does anyway, or is about keepalived's insides. */
  | 'nothing-to-do'
  /** Accepted with a notice. */
  | 'not-yet'
  /** Accepted with a notice that says what holds instead, and will. */
  | 'never'
  /** Refused: going on without it could do harm. */
  | 'refused';

/** An option with its help. */
export interface RunFlag extends OptionSpec<RunFlagName> {
  /** Name of the argument in help. */
  readonly value?: string;
  readonly help: string;
  readonly effect: FlagEffect;
  /** What holds instead, of an option that has no effect. */
  readonly instead?: string;
}

/** Names of the options. */
export type RunFlagName =
  | 'use-file'
  | 'vrrp'
  | 'check'
  | 'no-bfd'
  | 'all'
  | 'log-console'
  | 'log-detail'
  | 'log-facility'
  | 'log-file'
  | 'flush-log-file'
  | 'no-syslog'
  | 'umask'
  | 'release-vips'
  | 'dont-release-vrrp'
  | 'dont-release-ipvs'
  | 'dont-respawn'
  | 'dont-fork'
  | 'dump-conf'
  | 'pid'
  | 'vrrp-pid'
  | 'checkers-pid'
  | 'bfd-pid'
  | 'address-monitoring'
  | 'snmp'
  | 'snmp-agent-socket'
  | 'namespace'
  | 'core-dump'
  | 'core-dump-pattern'
  | 'all-config'
  | 'config-id'
  | 'signum'
  | 'config-test'
  | 'ignore-sigint'
  | 'perf'
  | 'debug'
  | 'no-mem-check'
  | 'mem-check-log'
  | 'genhash'
  | 'version'
  | 'help'
  | 'runtime-dir'
  | 'log-format'
  | 'log-level'
  | 'log-to'
  | 'metrics'
  | 'no-metrics';

type Row = readonly [
  name: RunFlagName,
  short: string,
  long: string,
  argument: OptionSpec<RunFlagName>['argument'],
  value: string,
  effect: FlagEffect,
  help: string,
];

const ROWS: readonly Row[] = [
  ['use-file', 'f', 'use-file', 'required', 'FILE', 'works', 'configuration file'],
  ['vrrp', 'P', 'vrrp', 'none', '', 'works', 'only VRRP'],
  ['check', 'C', 'check', 'none', '', 'works', 'only health checks and IPVS; no BFD'],
  ['no-bfd', 'B', 'no_bfd', 'none', '', 'never', 'no BFD'],
  ['all', '', 'all', 'none', '', 'nothing-to-do', 'start all processes'],
  ['log-console', 'l', 'log-console', 'none', '', 'works', 'log to standard output'],
  ['log-detail', 'D', 'log-detail', 'none', '', 'works', 'detailed log; twice for debugging'],
  ['log-facility', 'S', 'log-facility', 'required', 'N', 'works', 'facility of the system log'],
  ['log-file', 'g', 'log-file', 'optional', 'FILE', 'works', 'log to a file'],
  ['flush-log-file', '', 'flush-log-file', 'none', '', 'nothing-to-do', 'write each line at once'],
  ['no-syslog', 'G', 'no-syslog', 'none', '', 'works', 'no system log'],
  ['umask', 'u', 'umask', 'required', 'MASK', 'works', 'umask for created files'],
  ['release-vips', 'X', 'release-vips', 'none', '', 'nothing-to-do', 'drop addresses on signals'],
  ['dont-release-vrrp', 'V', 'dont-release-vrrp', 'none', '', 'never', 'keep addresses at a stop'],
  [
    'dont-release-ipvs',
    'I',
    'dont-release-ipvs',
    'none',
    '',
    'works',
    'keep the IPVS table at a stop',
  ],
  ['dont-respawn', 'R', 'dont-respawn', 'none', '', 'works', 'stop when a process dies'],
  ['dont-fork', 'n', 'dont-fork', 'none', '', 'works', 'stay in the foreground'],
  ['dump-conf', 'd', 'dump-conf', 'none', '', 'not-yet', 'log the configuration'],
  ['pid', 'p', 'pid', 'required', 'FILE', 'works', 'PID file'],
  ['vrrp-pid', 'r', 'vrrp_pid', 'required', 'FILE', 'works', 'PID file of the vrrp process'],
  ['checkers-pid', 'c', 'checkers_pid', 'required', 'FILE', 'works', 'PID file of the checkers'],
  ['bfd-pid', 'b', 'bfd_pid', 'required', 'FILE', 'works', 'PID file of the BFD process'],
  ['address-monitoring', 'a', 'address-monitoring', 'none', '', 'not-yet', 'log address changes'],
  ['snmp', 'x', 'snmp', 'none', '', 'not-yet', 'SNMP'],
  ['snmp-agent-socket', 'A', 'snmp-agent-socket', 'required', 'FILE', 'not-yet', 'SNMP agent'],
  ['namespace', 's', 'namespace', 'required', 'NAME', 'works', 'network namespace'],
  ['core-dump', 'm', 'core-dump', 'none', '', 'not-yet', 'core dumps'],
  ['core-dump-pattern', 'M', 'core-dump-pattern', 'optional', 'PATTERN', 'not-yet', 'core dumps'],
  ['all-config', 'e', 'all-config', 'none', '', 'works', 'every include must succeed'],
  ['config-id', 'i', 'config-id', 'required', 'ID', 'works', 'configuration id for @ lines'],
  ['signum', '', 'signum', 'required', 'NAME', 'works', 'print the number of a signal'],
  ['config-test', 't', 'config-test', 'optional', 'LOG', 'works', 'check the configuration only'],
  ['ignore-sigint', '', 'ignore-sigint', 'none', '', 'works', 'ignore SIGINT'],
  ['perf', '', 'perf', 'optional', '', 'nothing-to-do', 'debugging of keepalived'],
  ['debug', '', 'debug', 'optional', '', 'nothing-to-do', 'debugging of keepalived'],
  ['no-mem-check', '', 'no-mem-check', 'none', '', 'nothing-to-do', 'debugging of keepalived'],
  ['mem-check-log', 'L', 'mem-check-log', 'none', '', 'nothing-to-do', 'debugging of keepalived'],
  ['genhash', 'T', 'genhash', 'none', '', 'refused', 'behave as genhash'],
  ['version', 'v', 'version', 'none', '', 'works', 'print the version'],
  ['help', 'h', 'help', 'none', '', 'works', 'this help'],
  [
    'runtime-dir',
    '',
    'runtime-dir',
    'required',
    'DIR',
    'works',
    `sockets, default ${DEFAULT_RUNTIME_DIR}`,
  ],
  ['log-format', '', 'log-format', 'required', 'FORMAT', 'works', 'text (default) or json'],
  [
    'log-level',
    '',
    'log-level',
    'required',
    'LEVEL',
    'works',
    'error, warning, notice, info, debug',
  ],
  ['log-to', '', 'log-to', 'required', 'WHERE', 'works', 'stdout, syslog or a file'],
  ['metrics', '', 'metrics', 'required', 'ADDR:PORT', 'works', 'where /metrics listens'],
  ['no-metrics', '', 'no-metrics', 'none', '', 'works', 'no /metrics'],
];

/** What holds instead of what an option of no effect asks for. */
const INSTEAD: Readonly<Partial<Record<RunFlagName, string>>> = {
  'no-bfd':
    'BFD sessions run where the configuration has a bfd_instance, and instances that track one need it',
  'dont-release-vrrp':
    'a stop removes the addresses, because two directors would answer for them when another takes over',
};

/** All options, keepalived's first. */
export const RUN_FLAGS: readonly RunFlag[] = ROWS.map(
  ([name, short, long, argument, value, effect, help]) => ({
    name,
    long,
    argument,
    effect,
    help,
    ...(short === '' ? {} : { short }),
    ...(value === '' ? {} : { value }),
    ...(INSTEAD[name] === undefined ? {} : { instead: INSTEAD[name] }),
  }),
);

/** Text of `tandem run --help`. */
export function runHelp(): string {
  const line = (flag: RunFlag): string => {
    const letter = flag.short === undefined ? '    ' : `-${flag.short}, `;
    const value = flag.value ?? '';
    const required = value === '' ? '' : `=${value}`;
    const argument = flag.argument === 'optional' && value !== '' ? `[${required}]` : required;
    return `  ${`${letter}--${flag.long ?? ''}${argument}`.padEnd(34)}${flag.help}`;
  };
  const works = RUN_FLAGS.filter((flag) => flag.effect === 'works').map(line);
  const others = RUN_FLAGS.filter((flag) => flag.effect === 'nothing-to-do').map(line);
  const notYet = RUN_FLAGS.filter((flag) => flag.effect === 'not-yet').map(line);
  const never = RUN_FLAGS.filter((flag) => flag.effect === 'never').map(line);
  return [
    'Usage: tandem run [options]',
    '',
    'Runs Tandem in the foreground. The options are those of keepalived, and some of our own.',
    '',
    'Options:',
    ...works,
    '',
    'Accepted, nothing to do:',
    ...others,
    '',
    'Accepted, no effect yet:',
    ...notYet,
    '',
    'Accepted, no effect; a notice says what holds instead:',
    ...never,
    '',
  ].join('\n');
}
