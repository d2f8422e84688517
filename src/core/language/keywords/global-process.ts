/** Processes, scheduling and buffers: settings of `global_defs` for each of the processes. */
import {
  arg,
  bool,
  flag,
  integer,
  optional,
  row,
  UINT32_MAX,
  WORD,
  WORKS,
} from '../schema/define.ts';
import type { Keyword } from '../schema/keyword-table.ts';

const PROCESS_NAME = [arg('NAME', { kind: 'word', maxLength: 15, long: 'cut' } as const)];

function scheduling(prefix: 'vrrp' | 'checker' | 'bfd'): readonly Keyword[] {
  const what = `the ${prefix === 'checker' ? 'checker' : prefix.toUpperCase()} process`;
  return [
    row(
      `${prefix}_priority`,
      `Nice value of ${what}`,
      [arg('N', integer(-20, 19, { outside: { use: 0 }, invalid: { use: 0 } }))],
      { missing: 'complaint', default: '0' },
    ),
    row(
      `${prefix}_rt_priority`,
      `Real-time priority of ${what}`,
      [arg('N', integer(1, 99, { outside: 'clamp' }))],
      {
        ...(prefix === 'vrrp' ? WORKS : {}),
        missing: 'complaint',
        default: 'off',
        since: '2.0.0',
      },
    ),
    flag(`${prefix}_no_swap`, `Lock the memory of ${what}`),
    row(
      `${prefix}_rlimit_rttime`,
      `Limit of uninterrupted real-time CPU use of ${what}, in microseconds`,
      [arg('MICROSECONDS', integer(1, UINT32_MAX, { outside: { use: 0 }, invalid: { use: 0 } }))],
      {
        aliases: [{ name: `${prefix}_rlimit_rtime`, deprecated: 'silent' }],
        default: '10000',
        since: '2.1.0',
      },
    ),
    row(
      `${prefix}_cpu_affinity`,
      `CPUs that ${what} may run on`,
      [arg('CPU ...', { kind: 'list', of: integer(0, 4095), allOrNothing: true })],
      { missing: 'complaint', default: 'all', since: '2.0.17' },
    ),
  ];
}

const NONE = { effect: 'obsolete' } as const;

/** Words for a socket that Tandem does not have are read, and mean nothing. */
function receiveBuffers(
  name: string,
  what: string,
  more: Partial<Pick<Keyword, 'effect'>> = {},
): readonly Keyword[] {
  return [
    row(name, `Receive buffer of ${what}, in bytes`, [arg('BYTES', integer(0, UINT32_MAX))], {
      ...more,
      missing: 'complaint',
      default: "the kernel's",
    }),
    bool(`${name}_force`, `Exceed the system limit for the receive buffer of ${what}`, {
      ...more,
      since: '2.0.0',
    }),
  ];
}

/** Rows for processes. */
export const GLOBAL_PROCESS: readonly Keyword[] = [
  ...scheduling('vrrp'),
  ...scheduling('checker'),
  ...scheduling('bfd'),
  row(
    'max_auto_priority',
    'Highest real-time priority to rise to when scheduling falls behind; -1 = never',
    [optional('N', integer(-1, 99), 99)],
    { default: '0', since: '2.1.0' },
  ),
  row(
    'min_auto_priority_delay',
    'Lateness that makes the priority rise, in microseconds',
    [arg('MICROSECONDS', integer(1, 10_000_000))],
    { missing: 'complaint', default: '1000000', since: '2.1.0' },
  ),
  flag('process_names', 'Give each process a name of its own', { since: '2.0.16' }),
  row('process_name', 'Name of the parent process', PROCESS_NAME, { since: '2.0.16' }),
  row('vrrp_process_name', 'Name of the VRRP process', PROCESS_NAME, { since: '2.0.16' }),
  row('checker_process_name', 'Name of the checker process', PROCESS_NAME, {
    aliases: [{ name: 'lvs_process_name', deprecated: 'silent' }],
    since: '2.2.0',
  }),
  row('bfd_process_name', 'Name of the BFD process', PROCESS_NAME, { since: '2.0.16' }),
  ...receiveBuffers('vrrp_netlink_cmd_rcv_bufs', 'the VRRP netlink command socket'),
  ...receiveBuffers('vrrp_netlink_monitor_rcv_bufs', 'the VRRP netlink monitor'),
  ...receiveBuffers('lvs_netlink_cmd_rcv_bufs', 'the LVS netlink command socket'),
  ...receiveBuffers(
    'lvs_netlink_monitor_rcv_bufs',
    'the LVS netlink monitor (there is none)',
    NONE,
  ),
  ...receiveBuffers('process_monitor_rcv_bufs', 'the process monitor'),
  row(
    'vrrp_rx_bufs_policy',
    'Receive buffer of VRRP sockets: MTU, ADVERT or bytes',
    [arg('MTU|ADVERT|BYTES', { kind: 'list', of: WORD })],
    { missing: 'complaint', default: "the kernel's", since: '2.0.3' },
  ),
  row(
    'vrrp_rx_bufs_multiplier',
    'Advertisements the receive buffer holds',
    [arg('N', integer(1, UINT32_MAX))],
    { missing: 'complaint', extra: 'drop', default: '3', since: '2.0.3' },
  ),
];
