/**
 * Virtual servers that left the configuration while servers of theirs were in service: the kernel keeps their services, without new connections, for as
 * long as one of these servers leaves.
 */
import { ZERO_DURATION } from '../base/time.ts';
import type { VirtualServerConfig } from '../model/config.ts';

/** What is left of a virtual server: what the kernel has to know of its services. */
export type LeavingService = Pick<
  VirtualServerConfig,
  'key' | 'title' | 'services' | 'scheduler' | 'schedulerFlags' | 'persistence' | 'onePacket'
>;

/** What is left of it. */
export function leavingServiceOf(virtualServer: LeavingService): LeavingService {
  const { key, title, services, scheduler, schedulerFlags, persistence, onePacket } = virtualServer;
  return {
    key,
    title,
    services,
    scheduler,
    schedulerFlags,
    ...(persistence !== undefined && { persistence }),
    onePacket,
  };
}

/** A virtual server without servers: nothing is checked, and nobody is told anything of it. */
export function configOfLeaving(service: LeavingService): VirtualServerConfig {
  return {
    ...leavingServiceOf(service),
    alpha: false,
    omega: false,
    haSuspend: false,
    quorum: 0,
    hysteresis: 0,
    drainTime: ZERO_DURATION,
    realServers: [],
  };
}
