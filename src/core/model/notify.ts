/** Commands that are run, and mails that are sent, when something changes. Understood and kept; nothing acts on it yet. */
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
