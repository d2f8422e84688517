/** HTTP_GET and SSL_GET: the urls of the check one after another, up to the first that fails. */
import type { HttpCheckConfig } from '../../core/model/config.ts';
import { exchangePlain } from './http-exchange.ts';
import type { ProbeJob } from './probe-job.ts';
import { probeResult } from './probe-outcome.ts';
import { searchLater } from './search-queue.ts';
import { exchangeTls } from './tls-exchange.ts';
import type { Finding } from './url-judge.ts';

/** Starts the probe. */
export function startHttpProbe(job: ProbeJob, check: HttpCheckConfig): void {
  const startedMs = performance.now();
  const exchange = check.type === 'SSL_GET' ? exchangeTls : exchangePlain;
  const end = ({ outcome, detail }: Finding): void => {
    job.end(probeResult(outcome, detail, (performance.now() - startedMs) * 1_000));
  };
  const ask = (index: number): void => {
    const url = check.urls[index];
    if (url === undefined) {
      queueMicrotask(() => end({ outcome: 'local-error', detail: 'the check has no url' }));
      return;
    }
    const take = (finding: Finding): void => {
      job.stop = undefined;
      const { search } = finding;
      if (search !== undefined) job.stop = searchLater(() => take(search()));
      else if (finding.outcome === 'ok' && index + 1 < check.urls.length) ask(index + 1);
      else end(finding);
    };
    exchange(job, check, url, take);
  };
  ask(0);
}
