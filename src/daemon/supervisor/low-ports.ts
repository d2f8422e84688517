/** Whether checks need a right that the health process has only then. Apart from `capabilities.ts`, which a start loads first and without the checkers. */
import { checkerOf } from '../../core/checkers/table.ts';
import type { VirtualServerConfig } from '../../core/model/config.ts';

/** Ports below this need CAP_NET_BIND_SERVICE (net.ipv4.ip_unprivileged_port_start has this default). */
const PRIVILEGED_PORTS = 1_024;

/** Whether a check of these servers comes from a port that needs a right. */
export function bindsLowPorts(virtualServers: readonly VirtualServerConfig[]): boolean {
  return virtualServers.some((virtual) =>
    virtual.realServers.some((real) =>
      real.checks.some((check) =>
        checkerOf(check)
          .endpoints(check)
          .some(({ sourcePort = 0 }) => sourcePort > 0 && sourcePort < PRIVILEGED_PORTS),
      ),
    ),
  );
}
