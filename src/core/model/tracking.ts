/**
 * What instances and checkers can track besides interfaces, and who tracks what.
 */
import type { IpAddress } from '../base/address.ts';
import type { Duration } from '../base/time.ts';
import type { CommandConfig } from './command.ts';

/** Everything that is defined to be tracked, each name once in its list. */
export interface TrackedConfig {
  readonly scripts: readonly TrackScriptConfig[];
  readonly processes: readonly TrackProcessConfig[];
  readonly files: readonly TrackFileConfig[];
  readonly bfd: readonly BfdConfig[];
}

/** `vrrp_script NAME`: a command whose exit status 0 is success. */
export interface TrackScriptConfig {
  readonly name: string;
  readonly command: CommandConfig;
  /** From one start to the next. */
  readonly interval: Duration;
  /** Limit for one run; longer is a failure. */
  readonly timeout: Duration;
  /** Successes needed to count as good. */
  readonly rise: number;
  /** Failures needed to count as bad. */
  readonly fall: number;
  /** It counts as failed before the first result. */
  readonly failsAtStart: boolean;
}

/** `vrrp_track_process NAME`: processes whose number counts. */
export interface TrackProcessConfig {
  readonly name: string;
  readonly program: string;
  /** Parameters to match. */
  readonly parameters: readonly string[];
  /** How parameters are compared: not at all, all of them, the first ones, or (`initial`) those with the last one as the beginning of one. */
  readonly match: 'any' | 'exact' | 'initial' | 'partial';
  readonly wholeCommand: boolean;
  /** Least number of processes. */
  readonly quorum: number;
  /** Greatest number; absent = unlimited, 0 = none may run. */
  readonly quorumMax?: number;
  /** After the quorum is reached, before it counts. */
  readonly forkDelay: Duration;
  /** After the quorum is lost. */
  readonly terminateDelay: Duration;
}

/** `track_file NAME`: a file with a number in it. */
export interface TrackFileConfig {
  readonly name: string;
  readonly path: string;
  /** The file is made at the start with this number; absent = it is not made. */
  readonly initial?: number;
  /** Also where there is one already. */
  readonly overwrite: boolean;
}

/** `bfd_instance NAME`: a session with a neighbour (RFC 5880, 5881, 5883). */
export interface BfdConfig {
  readonly name: string;
  readonly neighbour: IpAddress;
  /** Absent: the kernel's choice. */
  readonly source?: IpAddress;
  /** Required Min RX Interval. */
  readonly minReceive: Duration;
  /** Desired Min TX Interval while the session is up. */
  readonly minTransmit: Duration;
  /** The same while it is not up. */
  readonly idleTransmit: Duration;
  /** Packets to miss before the session is down. */
  readonly multiplier: number;
  readonly passive: boolean;
  /** TTL or hop limit of packets sent; absent: 255, for IPv6 64. */
  readonly ttl?: number;
  /** Hops a received packet may have made; -1 = any. */
  readonly maxHops: number;
  readonly multihop: boolean;
  /** Who hears of it. */
  readonly forVrrp: boolean;
  readonly forCheckers: boolean;
}

/** An entry of a `track_*` block that does not count, because there is nothing usable under its name: keepalived goes on without it. */
export interface LeftOutTracker {
  readonly kind: TrackerConfig['kind'];
  readonly name: string;
  /** Why, in the words of the finding about it. */
  readonly why: string;
}

/** An entry of a `track_*` block that names a definition of `TrackedConfig`. */
export interface TrackerConfig {
  readonly kind: 'script' | 'process' | 'file' | 'bfd';
  /** Name of the definition, which exists. */
  readonly name: string;
  /** Added to the priority; 0 = a fault when down. For a file the multiplier of its number. */
  readonly weight: number;
  /** What it adds is taken away instead, and the other way round; with weight 0 it is a fault when up. */
  readonly reverse?: boolean;
}
