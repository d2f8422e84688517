/** Settings of the whole program, a table for each subject. */
import type {
  AgentsConfig,
  BuffersConfig,
  FilesConfig,
  FirewallConfig,
  GlobalOptionsConfig,
  IpvsOptionsConfig,
  LifecycleConfig,
  PlaceConfig,
  ProcessConfig,
  ProcessesConfig,
  ProgramsConfig,
  SyncDaemonConfig,
  VrrpOptionsConfig,
} from '../../model/global-options.ts';
import type { Value } from '../typed/values.ts';
import { laterSwitch, laterTime, laterWord } from './optional-row.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import {
  command,
  group,
  maybeNumbers,
  maybeOnOff,
  maybeSeconds,
  maybeTime,
  maybeWhole,
  NO_EFFECT,
  type Settings,
  word,
  wordOr,
  work,
} from './row.ts';

const RESTART = { note: 'refused: takes a restart' } as const;
const NOTHING = { note: NO_EFFECT } as const;
const AT_START = { note: 'at the next start' } as const;

const LIFECYCLE: Settings<LifecycleConfig, keyof LifecycleConfig> = {
  startup: command('startup_script', AT_START),
  shutdown: command('shutdown_script'),
  startupTimeout: maybeSeconds('startup_script_timeout', AT_START),
  shutdownTimeout: maybeSeconds('shutdown_script_timeout'),
};

const VRRP: Settings<VrrpOptionsConfig, keyof VrrpOptionsConfig> = {
  bootDelay: maybeTime('vrrp_delay_after_boot', AT_START),
  joinsNoLocalGroups: maybeOnOff('disable_local_igmp'),
  vmacPrefix: word('vmac_prefix'),
  vmacAddressPrefix: word('vmac_addr_prefix'),
};

type FirewallRead = Exclude<keyof FirewallConfig, 'iptables'>;

const FIREWALL: Settings<FirewallConfig, FirewallRead> = {
  nftablesTable: {
    kind: 'read',
    keyword: 'nftables',
    // keepalived's name is that of the keyword alone.
    meaning: (found) => (typeof found === 'string' ? found : 'keepalived'),
    fallback: undefined,
  },
  nftablesPriority: maybeWhole('nftables_priority'),
  matchesIndex: maybeOnOff('nftables_ifindex'),
  countsPackets: maybeOnOff('nftables_counters'),
  iptables: work('vrrp_iptables', chainsText),
  ipsets: {
    kind: 'read',
    keyword: 'vrrp_ipsets',
    meaning: setNames,
    fallback: undefined,
  },
};

type IpvsRead = Exclude<
  keyof IpvsOptionsConfig,
  'flushesAtStop' | 'syncDaemon' | 'marksPriority' | 'firstMark'
>;

const IPVS: Settings<IpvsOptionsConfig, IpvsRead> = {
  flushesAtStart: maybeOnOff('lvs_flush', AT_START),
  flushesAtStop: work('lvs_flush_on_stop'),
  syncDaemon: work('lvs_sync_daemon', syncDaemonText),
  marksTable: wordOr('nftables_ipvs', 'keepalived_ipvs'),
  marksPriority: work('nftables_ipvs_priority'),
  firstMark: work('nftables_ipvs_start_fwmark'),
};

type OwnProcess = 'vrrp' | 'checkers' | 'bfd';
const PREFIXES = { vrrp: 'vrrp', checkers: 'checker', bfd: 'bfd' } as const;

function processRows(own: OwnProcess): Settings<ProcessConfig, keyof ProcessConfig> {
  const prefix = PREFIXES[own];
  return {
    name: word(`${prefix}_process_name`),
    nice: maybeWhole(`${prefix}_priority`),
    // That of the vrrp process is in effect and has a row of its own.
    realTimePriority: maybeWhole(own === 'vrrp' ? '' : `${prefix}_rt_priority`),
    locksMemory: maybeOnOff(`${prefix}_no_swap`),
    realTimeUsMax: maybeWhole(`${prefix}_rlimit_rttime`),
    cpus: maybeNumbers(`${prefix}_cpu_affinity`),
  };
}

type ProcessesRead = Exclude<keyof ProcessesConfig, OwnProcess | 'umask'>;

const VRRP_PROCESS = processRows('vrrp');
const CHECKER_PROCESS = processRows('checkers');
const BFD_PROCESS = processRows('bfd');

const PROCESSES: Settings<ProcessesConfig, ProcessesRead> = {
  vrrp: group<ProcessConfig>(VRRP_PROCESS),
  checkers: group<ProcessConfig>(CHECKER_PROCESS),
  bfd: group<ProcessConfig>(BFD_PROCESS),
  name: word('process_name'),
  areNamed: maybeOnOff('process_names'),
  maxAutoPriority: maybeWhole('max_auto_priority'),
  autoPriorityDelayUs: maybeWhole('min_auto_priority_delay'),
  umask: work('umask', (mask: number) => `0${mask.toString(8)}`),
};

type BuffersRead = Exclude<keyof BuffersConfig, 'vrrpPackets'>;

const BUFFERS: Settings<BuffersConfig, BuffersRead> = {
  vrrpCommands: maybeWhole('vrrp_netlink_cmd_rcv_bufs'),
  vrrpCommandsForced: maybeOnOff('vrrp_netlink_cmd_rcv_bufs_force'),
  vrrpMonitor: maybeWhole('vrrp_netlink_monitor_rcv_bufs'),
  vrrpMonitorForced: maybeOnOff('vrrp_netlink_monitor_rcv_bufs_force'),
  lvsCommands: maybeWhole('lvs_netlink_cmd_rcv_bufs'),
  lvsCommandsForced: maybeOnOff('lvs_netlink_cmd_rcv_bufs_force'),
  lvsMonitor: maybeWhole('lvs_netlink_monitor_rcv_bufs', NOTHING),
  lvsMonitorForced: maybeOnOff('lvs_netlink_monitor_rcv_bufs_force', NOTHING),
  processMonitor: maybeWhole('process_monitor_rcv_bufs'),
  processMonitorForced: maybeOnOff('process_monitor_rcv_bufs_force'),
  vrrpPackets: work('vrrp_rx_bufs_policy'),
  vrrpPacketsHeld: maybeWhole('vrrp_rx_bufs_multiplier'),
};

const FILES: Settings<FilesConfig, keyof FilesConfig> = {
  reloadTime: word('reload_time_file'),
  reloadRepeats: maybeOnOff('reload_repeat'),
  reloadMark: wordOr('reload_file', ''),
  savedConfigs: word('config_save_dir'),
  stateDump: word('state_dump_file'),
  statisticsDump: word('stats_dump_file'),
  jsonDump: word('json_dump_file'),
  jsonVersion: maybeWhole('json_version'),
  dumpsBearInstance: maybeOnOff('data_use_instance'),
  iprouteVendor: word('iproute_usr_dir'),
  iprouteLocal: word('iproute_etc_dir'),
  randomSeed: maybeWhole('random_seed'),
};

const PROGRAMS: Settings<ProgramsConfig, keyof ProgramsConfig> = {
  haveGroups: maybeOnOff('set_supplementary_groups'),
  // Paths are always used as written.
  keepLinks: maybeOnOff('use_symlink_paths'),
};

const AGENTS: Settings<AgentsConfig, keyof AgentsConfig> = {
  snmpSocket: laterWord('snmp_socket'),
  snmpVrrp: laterSwitch('enable_snmp_vrrp'),
  snmpCheckers: laterSwitch('enable_snmp_checker'),
  snmpRfc: laterSwitch('enable_snmp_rfc'),
  snmpRfcV2: laterSwitch('enable_snmp_rfcv2'),
  snmpRfcV3: laterSwitch('enable_snmp_rfcv3'),
  snmpTraps: laterSwitch('enable_traps'),
  snmpServiceStatsAge: laterTime('snmp_vs_stats_update_interval'),
  snmpServerStatsAge: laterTime('snmp_rs_stats_update_interval'),
  dbus: laterSwitch('enable_dbus'),
  dbusName: laterWord('dbus_service_name'),
  dbusNoInterface: laterWord('dbus_no_interface_name'),
};

/** Rows of keywords outside all blocks. */
export const PLACE_SETTINGS: Settings<PlaceConfig, keyof PlaceConfig> = {
  namespace: word('net_namespace', RESTART),
  ipvsNamespace: wordOr('net_namespace_ipvs', '', RESTART),
  instance: word('instance', RESTART),
  hasPidDirectory: maybeOnOff('use_pid_dir', AT_START),
  stopTimeout: maybeSeconds('child_wait_time'),
};

/** Reads them. */
export const PLACE_READER: SettingsReader<PlaceConfig, keyof PlaceConfig> =
  settingsReader(PLACE_SETTINGS);

/** Rows of all subjects in `global_defs`. */
export const GLOBAL_OPTION_SETTINGS: Settings<GlobalOptionsConfig> = {
  lifecycle: group<LifecycleConfig>(LIFECYCLE),
  vrrp: group<VrrpOptionsConfig>(VRRP),
  firewall: group<FirewallConfig>(FIREWALL),
  ipvs: group<IpvsOptionsConfig>(IPVS),
  processes: group<ProcessesConfig>(PROCESSES),
  programs: group<ProgramsConfig>(PROGRAMS),
  buffers: group<BuffersConfig>(BUFFERS),
  files: group<FilesConfig>(FILES),
  agents: group<AgentsConfig>(AGENTS),
};

/** Reads what is read by rows alone, subject by subject. */
export const GLOBAL_OPTION_READERS: {
  readonly lifecycle: SettingsReader<LifecycleConfig, keyof LifecycleConfig>;
  readonly vrrp: SettingsReader<VrrpOptionsConfig, keyof VrrpOptionsConfig>;
  readonly firewall: SettingsReader<FirewallConfig, FirewallRead>;
  readonly ipvs: SettingsReader<IpvsOptionsConfig, IpvsRead>;
  readonly processes: SettingsReader<ProcessesConfig, ProcessesRead>;
  readonly vrrpProcess: SettingsReader<ProcessConfig, keyof ProcessConfig>;
  readonly checkerProcess: SettingsReader<ProcessConfig, keyof ProcessConfig>;
  readonly bfdProcess: SettingsReader<ProcessConfig, keyof ProcessConfig>;
  readonly programs: SettingsReader<ProgramsConfig, keyof ProgramsConfig>;
  readonly buffers: SettingsReader<BuffersConfig, BuffersRead>;
  readonly files: SettingsReader<FilesConfig, keyof FilesConfig>;
  readonly agents: SettingsReader<AgentsConfig, keyof AgentsConfig>;
} = {
  lifecycle: settingsReader(LIFECYCLE),
  vrrp: settingsReader(VRRP),
  firewall: settingsReader(FIREWALL),
  ipvs: settingsReader(IPVS),
  processes: settingsReader(PROCESSES),
  vrrpProcess: settingsReader(VRRP_PROCESS),
  checkerProcess: settingsReader(CHECKER_PROCESS),
  bfdProcess: settingsReader(BFD_PROCESS),
  programs: settingsReader(PROGRAMS),
  buffers: settingsReader(BUFFERS),
  files: settingsReader(FILES),
  agents: settingsReader(AGENTS),
};

/** The keyword alone means no sets. */
function setNames(found: Value | undefined): readonly string[] | 'none' {
  const items = typeof found === 'object' && found.kind === 'list' ? found.items : [];
  const names = items.filter((one) => typeof one === 'string');
  return names.length === 0 ? 'none' : names;
}

/** `INPUT OUTPUT`. */
function chainsText({ input, output }: NonNullable<FirewallConfig['iptables']>): string {
  return output === undefined ? input : `${input} ${output}`;
}

/** `eth1 inst VI_1 id 7`. */
function syncDaemonText({ interface: device, instance, ...options }: SyncDaemonConfig): string {
  const named = [
    ['inst', instance],
    ['id', options.id],
    ['maxlen', options.maxLength],
    ['port', options.port],
    ['ttl', options.ttl],
    ['group', options.group],
  ] as const;
  const words = named.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return [device, ...words].join(' ');
}
