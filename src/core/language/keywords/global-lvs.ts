/** The LVS and checker settings of `global_defs`. */
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
import type { Keyword, OptionSpec } from '../schema/keyword-table.ts';

/** The kernel's limit for IPVS timeouts and persistence: 31 days. */
export const IPVS_TIMEOUT_MAX = 2_678_400;

const TIMEOUT = [arg('SECONDS', integer(0, IPVS_TIMEOUT_MAX))];
const TIMEOUTS: readonly OptionSpec[] = [
  { name: 'tcp', args: TIMEOUT, summary: 'established TCP connections' },
  { name: 'tcpfin', args: TIMEOUT, summary: 'TCP connections after a FIN' },
  { name: 'udp', args: TIMEOUT, summary: 'UDP' },
];

/** Rows for the LVS side of `global_defs`. */
export const GLOBAL_LVS: readonly Keyword[] = [
  row(
    'lvs_timeouts',
    'Kernel-wide IPVS timeouts; 0 leaves one alone',
    [arg('tcp|tcpfin|udp N ...', { kind: 'options', options: TIMEOUTS, unknown: 'skip' })],
    {
      ...WORKS,
      missing: 'complaint',
      repeat: 'all',
      default: "the kernel's",
      since: '1.2.24',
    },
  ),
  flag('lvs_flush', 'Empty the whole IPVS table at the start, foreign entries included', {
    since: '1.2.23',
  }),
  row(
    'lvs_flush_on_stop',
    'Empty the whole IPVS table at the stop; VS: only our services',
    [optional('VS', { kind: 'enum', words: ['VS'] })],
    {
      aliases: [{ name: 'lvs_flush_onstop' }],
      since: '2.2.0',
    },
  ),
  row(
    'nftables_ipvs',
    'Gather the addresses of a server group under one mark with nftables',
    [optional('TABLE', WORD)],
    {
      ...WORKS,
      repeat: 'first-complaint',
      default: 'off; table keepalived_ipvs',
      since: '2.2.0',
    },
  ),
  row(
    'nftables_ipvs_priority',
    'Priority of the chain of nftables_ipvs',
    [arg('N', integer(-2_147_483_648, 2_147_483_647))],
    { ...WORKS, default: '-1', since: '2.2.0' },
  ),
  row(
    'nftables_ipvs_start_fwmark',
    'First mark of nftables_ipvs',
    [arg('N', integer(1, UINT32_MAX))],
    { ...WORKS, default: '1000', since: '2.2.0' },
  ),
  bool('checker_log_all_failures', 'Log every failed attempt of every checker', {
    effect: 'supported',
    since: '2.0.11',
  }),
  bool('rs_init_notifies', 'Notify real servers that are up from the start', { since: '2.0.0' }),
  bool('no_checker_emails', 'Mail only when a real server changes, not for each checker', {
    since: '2.0.0',
  }),
];
