/** A BFD session as configured. */
import { milliseconds, seconds } from '../../../src/core/base/time.ts';
import type { BfdConfig } from '../../../src/core/model/tracking.ts';
import { ip } from './addresses.ts';

/** A configuration of a session with 192.0.2.2, with settings of one's own. */
export function bfdConfig(changes: Partial<BfdConfig> = {}): BfdConfig {
  return {
    name: 'X',
    neighbour: ip('192.0.2.2'),
    minReceive: milliseconds(100),
    minTransmit: milliseconds(100),
    idleTransmit: seconds(1),
    multiplier: 3,
    passive: false,
    maxHops: 0,
    multihop: false,
    forVrrp: true,
    forCheckers: true,
    ...changes,
  };
}
