/** Connects and closes again; nothing is sent or read. */
import { microseconds } from '../../core/base/time.ts';
import type { ConnectStep } from '../../core/checkers/types.ts';
import { connectionFailure } from './probe-outcome.ts';
import { endpointOf } from './probe-target.ts';
import type { Transport } from './transport.ts';

/** See `ConnectStep`. */
export const connectTransport: Transport<ConnectStep> = (job, { target, connected }, onFinding) => {
  job.connect(endpointOf(target), {}, ({ errno, phase, elapsedUs }) => {
    const timeout = target.connectTimeout;
    onFinding(
      errno < 0
        ? connectionFailure(errno, { phase, elapsedUs, timeout })
        : { ...connected, elapsed: microseconds(elapsedUs) },
    );
  });
};
