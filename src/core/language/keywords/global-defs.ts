/** `global_defs`: identity, mail, scripts, processes, and the defaults of everything else. */
import {
  arg,
  block,
  bool,
  defineBlock,
  defineWords,
  flag,
  integer,
  optional,
  row,
  time,
  UINT32_MAX,
  WORD,
  WORKS,
} from '../schema/define.ts';
import type { ArgSpec, BlockTable, Keyword } from '../schema/keyword-table.ts';
import { withDefaultEffects, withEffects } from '../settings/effects.ts';
import { GLOBAL_SETTINGS } from '../settings/global.ts';
import { INSTANCE_SETTINGS } from '../settings/vrrp-instance.ts';
import { GLOBAL_LVS } from './global-lvs.ts';
import { GLOBAL_PROCESS } from './global-process.ts';
import { GLOBAL_VRRP } from './global-vrrp.ts';
import { COMMAND, FIFO, NEEDED_COMMAND } from './scripts.ts';
import { TANDEM_GLOBAL } from './tandem.ts';

const COMPLAIN = { missing: 'complaint' } as const;
const ONCE = { missing: 'complaint', repeat: 'first-complaint' } as const;
const DUMP_FILE: readonly ArgSpec[] = [arg('PATH', WORD)];

const MAIL: readonly Keyword[] = [
  row(
    'router_id',
    'Name of this director in the subjects of mails and in status output',
    [arg('NAME', WORD)],
    {
      ...COMPLAIN,
      ...WORKS,
      default: 'the host name',
      since: '1.1.8',
      example: 'router_id lb01',
    },
  ),
  block(
    'notification_email',
    'Addresses that alerts are mailed to',
    [],
    defineWords('global_defs.notification_email', 'One mail address per word', WORD),
    {
      since: '1.0.3',
    },
  ),
  row('notification_email_from', 'Sender of alert mails', [arg('ADDRESS', WORD)], {
    ...COMPLAIN,
    extra: 'complaint',
    default: 'user@host',
    since: '1.0.3',
  }),
  row(
    'smtp_server',
    'Relay for alert mails: an address or a host name',
    [arg('HOST', WORD), optional('PORT', { kind: 'port' }, 25)],
    {
      default: 'none; no mail is sent',
      since: '1.0.3',
    },
  ),
  row('smtp_helo_name', 'Name given to the mail relay', [arg('NAME', WORD)], {
    missing: 'ignored',
    default: 'the host name',
    since: '1.2.20',
  }),
  row(
    'smtp_connect_timeout',
    'Limit for connecting to and talking with the mail relay',
    [arg('SECONDS', integer(1, 4294, { below: { use: 1 } }))],
    {
      default: '30',
      since: '1.0.3',
    },
  ),
  bool('smtp_alert', 'Send alert mails of every kind unless a block says otherwise', {
    default: 'unset',
    since: '2.0.0',
  }),
  bool('smtp_alert_vrrp', 'Send alert mails for instances and sync groups', {
    default: 'smtp_alert',
    since: '2.0.0',
  }),
  bool('smtp_alert_checker', 'Send alert mails for virtual and real servers', {
    default: 'smtp_alert',
    since: '2.0.0',
  }),
  flag('no_email_faults', 'No mail when an instance enters FAULT', { since: '2.0.0' }),
];

const SCRIPTS: readonly Keyword[] = [
  flag('enable_script_security', 'Run no script as root that others than root may change', {
    since: '1.3.0',
    ...WORKS,
  }),
  row(
    'script_user',
    'User and group of scripts that name none',
    [arg('USER', WORD), optional('GROUP', WORD)],
    {
      ...COMPLAIN,
      default: 'keepalived_script if it exists, else root',
      since: '1.3.0',
      ...WORKS,
    },
  ),
  bool('set_supplementary_groups', 'Give scripts the supplementary groups of their user', {
    since: 'after 2.4.3',
  }),
  bool('use_symlink_paths', 'Keep symbolic links in script paths instead of resolving them', {
    since: '2.3.0',
  }),
  row('startup_script', 'Command run once before anything else starts', [NEEDED_COMMAND], {
    ...ONCE,
    since: '2.1.0',
  }),
  row('shutdown_script', 'Command run once after everything else has stopped', [NEEDED_COMMAND], {
    ...ONCE,
    since: '2.1.0',
  }),
  row(
    'startup_script_timeout',
    'Limit for the startup script',
    [arg('SECONDS', integer(1, 1000))],
    { ...COMPLAIN, default: '10', since: '2.1.0' },
  ),
  row(
    'shutdown_script_timeout',
    'Limit for the shutdown script',
    [arg('SECONDS', integer(1, 1000))],
    { ...COMPLAIN, default: '10', since: '2.1.0' },
  ),
  row('notify_fifo', 'FIFO that all state changes are written to', FIFO, {
    ...ONCE,
    since: '1.3.6',
  }),
  row('notify_fifo_script', 'Program started to read the FIFO', [COMMAND], {
    ...ONCE,
    since: '1.3.6',
  }),
  row('vrrp_notify_fifo', 'FIFO that VRRP state changes are written to', FIFO, {
    ...ONCE,
    since: '1.3.6',
  }),
  row('vrrp_notify_fifo_script', 'Program started to read the VRRP FIFO', [COMMAND], {
    ...ONCE,
    since: '1.3.6',
  }),
  row('lvs_notify_fifo', 'FIFO that virtual and real server changes are written to', FIFO, {
    ...ONCE,
    since: '1.3.6',
  }),
  row('lvs_notify_fifo_script', 'Program started to read the LVS FIFO', [COMMAND], {
    ...ONCE,
    since: '1.3.6',
  }),
  bool('vrrp_notify_priority_changes', 'Report changes of priority on the FIFOs', {
    since: '2.0.16',
  }),
  flag('fifo_write_vrrp_states_on_reload', 'Repeat all states on the FIFOs after a reload', {
    since: '2.2.5',
  }),
];

const FILES: readonly Keyword[] = [
  row(
    'umask',
    'File creation mask, as a number or as names joined by |',
    [arg('MASK', { kind: 'list', of: WORD })],
    { default: '0177', since: '2.0.9' },
  ),
  row('random_seed', 'Seed of the predefined name _RANDOM', [arg('N', integer(0, UINT32_MAX))], {
    default: 'the time',
    since: '2.0.15',
  }),
  row(
    'reload_check_config',
    'Test the file before a reload and refuse the reload when it has errors',
    [optional('FILE', WORD)],
    {
      since: '2.2.0',
      ...WORKS,
    },
  ),
  row('reload_time_file', 'File with the date and time of the next reload', [arg('PATH', WORD)], {
    ...COMPLAIN,
    extra: 'drop',
    since: '2.1.0',
  }),
  flag('reload_repeat', 'The reload time repeats every day', { since: '2.1.0' }),
  row('reload_file', 'File that exists while a reload is in progress', [optional('PATH', WORD)], {
    since: '2.2.0',
  }),
  row(
    'include_check',
    'How strict plain includes are from here on',
    [optional('CHECKS', { kind: 'list', of: WORD })],
    {
      ...WORKS,
      repeat: 'all',
      default: 'none',
      since: '2.2.0',
    },
  ),
  row(
    'config_save_dir',
    'Directory that keeps a copy of each configuration read',
    [arg('DIRECTORY', WORD)],
    { since: '2.2.3' },
  ),
  row(
    'tmp_config_directory',
    'Directory for the consolidated copy of the configuration',
    [arg('DIRECTORY', WORD)],
    { ...ONCE, effect: 'obsolete', since: '2.2.0' },
  ),
  bool('data_use_instance', 'Add namespace and instance name to the names of dump files', {
    since: '2.2.3',
  }),
  row('state_dump_file', 'File that state is written to on USR1', DUMP_FILE, {
    ...COMPLAIN,
    extra: 'drop',
    since: '2.3.3',
  }),
  row('stats_dump_file', 'File that statistics are written to on USR2', DUMP_FILE, {
    ...COMPLAIN,
    extra: 'drop',
    since: '2.3.3',
  }),
  row('json_dump_file', 'File that the JSON dump is written to', DUMP_FILE, {
    ...COMPLAIN,
    extra: 'drop',
    since: '2.3.3',
  }),
  row('json_version', 'Shape of the JSON dump', [arg('1|2', integer(1, 2))], {
    default: '1',
    since: '2.2.8',
  }),
  row('iproute_usr_dir', 'Directory of the vendor tables of iproute2', [arg('DIRECTORY', WORD)], {
    ...COMPLAIN,
    extra: 'drop',
    since: '2.3.2',
  }),
  row('iproute_etc_dir', 'Directory of the local tables of iproute2', [arg('DIRECTORY', WORD)], {
    ...COMPLAIN,
    extra: 'drop',
    since: '2.3.2',
  }),
];

const SNMP: readonly Keyword[] = [
  row('snmp_socket', 'Socket of the AgentX master', [arg('PATH', WORD)], {
    ...ONCE,
    extra: 'drop',
    since: '1.2.20',
  }),
  flag('enable_snmp_vrrp', 'Serve the VRRP MIB', {
    aliases: [{ name: 'enable_snmp_keepalived' }],
    since: '2.0.0',
  }),
  flag('enable_snmp_checker', 'Serve the MIB of virtual servers', { since: '1.2.20' }),
  flag('enable_snmp_rfc', 'Serve the MIBs of RFC 2787 and RFC 6527', { since: '1.2.20' }),
  flag('enable_snmp_rfcv2', 'Serve the MIB of RFC 2787', { since: '1.2.20' }),
  flag('enable_snmp_rfcv3', 'Serve the MIB of RFC 6527', { since: '1.2.20' }),
  flag('enable_traps', 'Send SNMP traps', { since: '1.2.5' }),
  row(
    'snmp_vs_stats_update_interval',
    'Age after which SNMP reads virtual server counters again',
    [arg('SECONDS', time(0.001, 30))],
    { default: '5', since: '2.3.0' },
  ),
  row(
    'snmp_rs_stats_update_interval',
    'Age after which SNMP reads real server counters again',
    [arg('SECONDS', time(0.001, 30))],
    {
      default: 'as for virtual servers',
      since: '2.3.0',
    },
  ),
  flag('enable_dbus', 'Offer the D-Bus interface', { since: '1.3.0' }),
  row('dbus_service_name', 'Name on the D-Bus', [arg('NAME', WORD)], {
    ...COMPLAIN,
    default: 'org.keepalived.Vrrp1',
    since: '1.3.7',
  }),
  row(
    'dbus_no_interface_name',
    'D-Bus path element of instances without interface',
    [arg('NAME', WORD)],
    { ...COMPLAIN, default: 'none', since: '2.3.0' },
  ),
];

/** The table of `global_defs`. */
export const GLOBAL_DEFS: BlockTable = defineBlock(
  'global_defs',
  'Settings of the whole program and defaults for all blocks',
  withEffects(GLOBAL_SETTINGS, [
    ...MAIL,
    ...SCRIPTS,
    ...withDefaultEffects(INSTANCE_SETTINGS, GLOBAL_VRRP),
    ...GLOBAL_LVS,
    ...GLOBAL_PROCESS,
    ...FILES,
    ...SNMP,
    ...TANDEM_GLOBAL,
  ]),
);
