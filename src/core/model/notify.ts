/** Commands that are run, lines that are written and mails that are sent when something changes. */
import type { Duration } from '../base/time.ts';
import type { CommandConfig } from './command.ts';

/** What a sync group tells, and an instance too. Absent commands are not run. */
export interface VrrpNotifyConfig {
  readonly master?: CommandConfig;
  readonly backup?: CommandConfig;
  readonly fault?: CommandConfig;
  readonly stop?: CommandConfig;
  /** On every change; type, name, state and priority are put behind its arguments. */
  readonly any?: CommandConfig;
  /** Changes of priority are reported on FIFOs. */
  readonly priorityChanges?: boolean;
  /** Alert mails; absent = as `global_defs` say. */
  readonly mail?: boolean;
}

/** What an instance tells. */
export interface InstanceNotifyConfig extends VrrpNotifyConfig {
  /** A master has heard an advertisement of lower priority. */
  readonly lowerPriority?: CommandConfig;
  /** A reload that removes the instance reports DELETED; absent = it reports FAULT. */
  readonly deleted?: { readonly command?: CommandConfig };
}

/** What a virtual server tells. */
export interface ServiceNotifyConfig {
  readonly quorumUp?: CommandConfig;
  readonly quorumDown?: CommandConfig;
  /** Alert mails; absent = as `global_defs` say. */
  readonly mail?: boolean;
}

/** What a real server tells. */
export interface ServerNotifyConfig {
  readonly up?: CommandConfig;
  readonly down?: CommandConfig;
  /** Alert mails; absent = as `global_defs` say, which have them on for real servers. */
  readonly mail?: boolean;
}

/** What `global_defs` say about notifications. */
export interface GlobalNotifyConfig {
  /** Absent = no mail is configured. */
  readonly mail?: MailConfig;
  /** Absent = there are none. */
  readonly fifos?: FifosConfig;
  /** Changes of priority are reported on FIFOs, where instance and group do not say it themselves. */
  readonly priorityChanges?: boolean;
  /** After a reload the FIFOs get all states again. Default: false. */
  readonly statesOnReload: boolean;
  /** Real servers that count as up from the start are told. Default: false. */
  readonly serversAtStart: boolean;
}

/** Alert mails. */
export interface MailConfig {
  /** `ADDRESS` or `Name <ADDRESS>`, as written. Without any, no mail is sent. */
  readonly recipients: readonly string[];
  /** Absent: the user of the daemon at this host. */
  readonly from?: string;
  /** Relay, an address or a name; absent = no mail is sent. */
  readonly server?: string;
  /** Of the relay. */
  readonly port: number;
  /** Name given to the relay; absent = the host name. */
  readonly heloName?: string;
  /** Limit for connecting, and for each answer of the relay. */
  readonly timeout: Duration;
  /** Whether mails of all kinds are sent, where nothing nearer says it. */
  readonly alerts?: boolean;
  /** The same for instances and sync groups. */
  readonly vrrpAlerts?: boolean;
  /** The same for virtual and real servers. */
  readonly checkerAlerts?: boolean;
  /** Faults of instances and groups are mailed too. */
  readonly faults: boolean;
  /** A check that fails while its server is down already is mailed too. */
  readonly everyCheck: boolean;
}

/** Named pipes that get a line for each change, and the programs that read them. */
export interface FifosConfig {
  /** Everything. */
  readonly all?: FifoConfig;
  readonly allScript?: CommandConfig;
  /** Instances and sync groups. */
  readonly vrrp?: FifoConfig;
  readonly vrrpScript?: CommandConfig;
  /** Virtual and real servers. */
  readonly lvs?: FifoConfig;
  readonly lvsScript?: CommandConfig;
}

/** A named pipe. */
export interface FifoConfig {
  readonly path: string;
  /** Owner of one that is made; absent: as `CommandConfig`. */
  readonly user?: string;
  /** Absent: the user's. */
  readonly group?: string;
}
