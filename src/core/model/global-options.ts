/**
 * Settings of the whole program by subject: a field is absent where its keyword is not written. Whether one is in effect says its row in
 * `../language/settings`.
 */
import type { IpAddress } from '../base/address.ts';
import type { Duration } from '../base/time.ts';
import type { CommandConfig } from './command.ts';

/** All subjects; each is absent where nothing of it is written. */
export interface GlobalOptionsConfig {
  readonly lifecycle?: LifecycleConfig;
  readonly vrrp?: VrrpOptionsConfig;
  readonly firewall?: FirewallConfig;
  readonly ipvs?: IpvsOptionsConfig;
  readonly processes?: ProcessesConfig;
  readonly programs?: ProgramsConfig;
  readonly buffers?: BuffersConfig;
  readonly files?: FilesConfig;
  readonly agents?: AgentsConfig;
}

/** Programs that are run once. */
export interface LifecycleConfig {
  /** Before anything else starts. */
  readonly startup?: CommandConfig;
  /** After everything else has stopped. */
  readonly shutdown?: CommandConfig;
  /** Limit of the first; absent: 10 s. */
  readonly startupTimeout?: Duration;
  /** Limit of the second; absent: 10 s. */
  readonly shutdownTimeout?: Duration;
}

/** VRRP beyond the defaults of instances. */
export interface VrrpOptionsConfig {
  /** Uptime of the system before which no instance may become master. */
  readonly bootDelay?: Duration;
  /** Link-local groups are not joined. */
  readonly joinsNoLocalGroups?: boolean;
  /** Beginning of the names of VMACs; absent: vrrp. */
  readonly vmacPrefix?: string;
  /** The same for `use_vmac_addr`; absent: as `vmacPrefix`. */
  readonly vmacAddressPrefix?: string;
}

/** How packets are filtered. */
export interface FirewallConfig {
  /** Name of the table of nftables. */
  readonly nftablesTable?: string;
  /** Priority of its chains; absent: -1. */
  readonly nftablesPriority?: number;
  /** Interfaces are matched by index. */
  readonly matchesIndex?: boolean;
  readonly countsPackets?: boolean;
  /** Chains of iptables; a chain that is absent gets no rules. */
  readonly iptables?: { readonly input: string; readonly output?: string };
  /** Names of ipsets as written. */
  readonly ipsets?: readonly string[] | 'none';
}

/** IPVS beyond its time-outs. */
export interface IpvsOptionsConfig {
  /** The whole table is emptied at the start, entries of others too. */
  readonly flushesAtStart?: boolean;
  /** The table is emptied at the stop: all of it, or only our services. */
  readonly flushesAtStop?: 'all' | 'own';
  readonly syncDaemon?: SyncDaemonConfig;
  /** Table of nftables that gathers the addresses of a group under one mark. */
  readonly marksTable?: string;
  /** Priority of its chain; absent: -1. */
  readonly marksPriority?: number;
  /** Absent: 1000. */
  readonly firstMark?: number;
}

/** Connection synchronisation of IPVS. */
export interface SyncDaemonConfig {
  readonly interface: string;
  /** The instance whose state it follows. */
  readonly instance?: string;
  /** 0..255; absent: the router id of the instance. */
  readonly id?: number;
  /** Of a message, bytes. */
  readonly maxLength?: number;
  readonly port?: number;
  readonly ttl?: number;
  readonly group?: IpAddress;
}

/** How programs of the configuration are found and started. */
export interface ProgramsConfig {
  /** One that runs as another user has the supplementary groups of that user. */
  readonly haveGroups?: boolean;
  /** Paths are used as written, through symbolic links. */
  readonly keepLinks?: boolean;
}

/** How the processes run. */
export interface ProcessesConfig {
  readonly vrrp?: ProcessConfig;
  readonly checkers?: ProcessConfig;
  readonly bfd?: ProcessConfig;
  /** Of the parent. */
  readonly name?: string;
  /** Each process has a name of its own. */
  readonly areNamed?: boolean;
  /** Highest real-time priority to rise to when scheduling falls behind; -1 = never. */
  readonly maxAutoPriority?: number;
  /** Lateness that makes the priority rise, microseconds. */
  readonly autoPriorityDelayUs?: number;
  /** File creation mask. */
  readonly umask?: number;
}

/** How one process runs. */
export interface ProcessConfig {
  readonly name?: string;
  readonly nice?: number;
  /** 1..99; that of the vrrp process is `vrrpRealTimePriority`. */
  readonly realTimePriority?: number;
  readonly locksMemory?: boolean;
  /** Real-time CPU without a pause, microseconds. */
  readonly realTimeUsMax?: number;
  /** Numbers of the processors it may run on. */
  readonly cpus?: readonly number[];
}

/** A receive buffer that a configuration asks for. */
export interface ReceiveBuffer {
  readonly bytes: number;
  /** Beyond the limit of the system (`net.core.rmem_max`), for those who may. */
  readonly isForced: boolean;
}

/** The buffer of one socket; undefined where no size is written. */
export function receiveBuffer(
  bytes: number | undefined,
  isForced: boolean | undefined,
): ReceiveBuffer | undefined {
  return bytes === undefined ? undefined : { bytes, isForced: isForced === true };
}

/** Receive buffers, in bytes. */
export interface BuffersConfig {
  readonly vrrpCommands?: number;
  readonly vrrpCommandsForced?: boolean;
  readonly vrrpMonitor?: number;
  readonly vrrpMonitorForced?: boolean;
  readonly lvsCommands?: number;
  readonly lvsCommandsForced?: boolean;
  readonly lvsMonitor?: number;
  readonly lvsMonitorForced?: boolean;
  readonly processMonitor?: number;
  readonly processMonitorForced?: boolean;
  /** Of VRRP sockets: bytes, or as many as advertisements of the MTU or of our own size need. */
  readonly vrrpPackets?: number | 'MTU' | 'ADVERT';
  /** Advertisements that it holds. */
  readonly vrrpPacketsHeld?: number;
}

/** Files that are read and written. */
export interface FilesConfig {
  /** Holds the time of the next reload. */
  readonly reloadTime?: string;
  /** That time comes back every day. */
  readonly reloadRepeats?: boolean;
  /** Exists while a reload is in progress; empty = beside the PID file. */
  readonly reloadMark?: string;
  /** Directory with a copy of each configuration read. */
  readonly savedConfigs?: string;
  readonly stateDump?: string;
  readonly statisticsDump?: string;
  readonly jsonDump?: string;
  /** Shape of the JSON dump; absent: 1. */
  readonly jsonVersion?: number;
  /** Names of dumps have the names of namespace and instance in them. */
  readonly dumpsBearInstance?: boolean;
  /** Directories of the tables of iproute2: those of the distribution and those of the host. */
  readonly iprouteVendor?: string;
  readonly iprouteLocal?: string;
  /** Of `_RANDOM`. */
  readonly randomSeed?: number;
}

/** Interfaces for management software. */
export interface AgentsConfig {
  readonly snmpSocket?: string;
  readonly snmpVrrp?: boolean;
  readonly snmpCheckers?: boolean;
  readonly snmpRfc?: boolean;
  readonly snmpRfcV2?: boolean;
  readonly snmpRfcV3?: boolean;
  readonly snmpTraps?: boolean;
  readonly snmpServiceStatsAge?: Duration;
  readonly snmpServerStatsAge?: Duration;
  readonly dbus?: boolean;
  readonly dbusName?: string;
  /** Path element of instances without an interface. */
  readonly dbusNoInterface?: string;
}

/** Where the program runs, and under which name: keywords outside all blocks. */
export interface PlaceConfig {
  readonly namespace?: string;
  /** Of IPVS; empty = the first one of the system. */
  readonly ipvsNamespace?: string;
  /** Name of this instance of the program. */
  readonly instance?: string;
  readonly hasPidDirectory?: boolean;
  /** Time the processes have to stop; absent: 5 s. */
  readonly stopTimeout?: Duration;
}
