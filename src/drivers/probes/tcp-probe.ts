/** TCP_CHECK: the handshake completes within the connection timeout; nothing is sent or read. */
import type { TcpCheckConfig } from '../../core/model/config.ts';
import type { ProbeJob } from './probe-job.ts';
import { connectionFailure, probeResult } from './probe-outcome.ts';
import { endpointOf } from './probe-target.ts';

/** Starts the probe. */
export function startTcpProbe(job: ProbeJob, check: TcpCheckConfig): void {
  job.connect(endpointOf(check.target), {}, ({ errno, phase, elapsedUs }) => {
    job.end(
      errno < 0
        ? connectionFailure(errno, { phase, elapsedUs, timeout: check.target.connectTimeout })
        : probeResult('ok', 'connected', elapsedUs),
    );
  });
}
