/** All decoders that are fuzzed. */

import { CHECKER_TARGETS } from './checkers-targets.ts';
import type { FuzzTarget } from './engine.ts';
import { HEARTBEAT_TARGETS } from './heartbeat-targets.ts';
import { HMAC_TARGETS } from './hmac-targets.ts';
import { HOST_TARGETS } from './host-targets.ts';
import { NETLINK_TARGETS } from './netlink-targets.ts';
import { PACKET_TARGETS } from './packets-targets.ts';
import { PROCESS_TARGETS } from './process-targets.ts';
import { ROUTING_TARGETS } from './routing-targets.ts';
import { TEXT_TARGETS } from './texts-targets.ts';
import { TOOLS_TARGETS } from './tools-targets.ts';

/** In the order in which they run. */
export const TARGETS: readonly FuzzTarget[] = [
  ...PACKET_TARGETS,
  ...HMAC_TARGETS,
  ...HEARTBEAT_TARGETS,
  ...NETLINK_TARGETS,
  ...ROUTING_TARGETS,
  ...CHECKER_TARGETS,
  ...HOST_TARGETS,
  ...PROCESS_TARGETS,
  ...TOOLS_TARGETS,
  ...TEXT_TARGETS,
];
