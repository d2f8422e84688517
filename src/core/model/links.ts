/** What is said about interfaces apart from instances. */
import type { Duration } from '../base/time.ts';

/** All of it. */
export interface LinksConfig {
  readonly announceGroups: readonly AnnounceGroupConfig[];
  /** Interfaces whose link is polled, each once. */
  readonly polled: readonly PolledLinkConfig[];
  /** The links of all interfaces that instances use are polled. */
  readonly pollsAll: boolean;
  /** Each interface once. */
  readonly delays: readonly LinkDelayConfig[];
}

/** Nothing is said. */
export const NO_LINKS: LinksConfig = {
  announceGroups: [],
  polled: [],
  pollsAll: false,
  delays: [],
};

/** `garp_group`: interfaces that share the spacing of announcements. */
export interface AnnounceGroupConfig {
  readonly interfaces: readonly string[];
  /** Least time between two gratuitous ARPs; absent = as of interfaces without a group. */
  readonly arpGap?: Duration;
  /** The same for neighbour advertisements. */
  readonly naGap?: Duration;
}

/** How a link is polled. */
export type LinkPollMethod = 'MII' | 'ETHTOOL' | 'IOCTL';

/** A line of `linkbeat_interfaces`. */
export interface PolledLinkConfig {
  readonly interface: string;
  /** Absent: the best that works. */
  readonly method?: LinkPollMethod;
}

/** A line of `interface_up_down_delays`: how long an interface is down or up before it counts. */
export interface LinkDelayConfig {
  readonly interface: string;
  readonly down: Duration;
  readonly up: Duration;
}
