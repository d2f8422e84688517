/** All decoders that are fuzzed. */

import { CHECKER_TARGETS } from './checkers-targets.ts';
import type { FuzzTarget } from './engine.ts';
import { HEARTBEAT_TARGETS } from './heartbeat-targets.ts';
import { HOST_TARGETS } from './host-targets.ts';
import { NETLINK_TARGETS } from './netlink-targets.ts';
import { PACKET_TARGETS } from './packets-targets.ts';
import { TEXT_TARGETS } from './texts-targets.ts';

/** In the order in which they run. */
export const TARGETS: readonly FuzzTarget[] = [
  ...PACKET_TARGETS,
  ...HEARTBEAT_TARGETS,
  ...NETLINK_TARGETS,
  ...CHECKER_TARGETS,
  ...HOST_TARGETS,
  ...TEXT_TARGETS,
];
