/** All decoders that are fuzzed. */
import type { FuzzTarget } from './engine.ts';
import { CHECKER_TARGETS } from './targets/checkers.ts';
import { HEARTBEAT_TARGETS } from './targets/heartbeat.ts';
import { HOST_TARGETS } from './targets/host.ts';
import { NETLINK_TARGETS } from './targets/netlink.ts';
import { PACKET_TARGETS } from './targets/packets.ts';
import { TEXT_TARGETS } from './targets/texts.ts';

/** In the order in which they run. */
export const TARGETS: readonly FuzzTarget[] = [
  ...PACKET_TARGETS,
  ...HEARTBEAT_TARGETS,
  ...NETLINK_TARGETS,
  ...CHECKER_TARGETS,
  ...HOST_TARGETS,
  ...TEXT_TARGETS,
];
