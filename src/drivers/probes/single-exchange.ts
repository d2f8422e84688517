/** One exchange for a command: made as those of checks are, and waited for. */

import { microseconds } from '../../core/base/time.ts';
import type { ProbeResult } from '../../core/checkers/outcome.ts';
import type { ExchangeStep } from '../../core/checkers/types.ts';
import { Connector } from './connector.ts';
import { exchangeTransport } from './exchange-transport.ts';
import { ProbeJob } from './probe-job.ts';
import type { ProgramPort } from './program-port.ts';

/** An exchange runs no program. */
const NO_PROGRAMS: ProgramPort = { run: () => () => undefined };

/** Makes it; resolves with how it ended. Throws what the native prober throws (`Connector`). */
export function exchangeOnce(step: ExchangeStep): Promise<ProbeResult> {
  const connector = new Connector(1);
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const job = new ProbeJob(connector, NO_PROGRAMS, (result) => {
      connector.close();
      resolve(result);
    });
    exchangeTransport(job, step, ({ outcome, detail }) => {
      const elapsed = microseconds(Math.round((performance.now() - startedMs) * 1_000));
      job.end({ outcome, detail, elapsed });
    });
  });
}
