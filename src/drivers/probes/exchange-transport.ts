/** A request and its answer, over TCP or TLS, up to the judge's finding; a search it asks for waits its turn. */
import type { Finding } from '../../core/checkers/outcome.ts';
import type { AnswerJudge, ExchangeStep } from '../../core/checkers/types.ts';
import { exchangePlain } from './plain-exchange.ts';
import { PROBE_TOOLS } from './probe-tools.ts';
import { searchLater } from './search-queue.ts';
import { exchangeTls } from './tls-exchange.ts';
import type { Transport } from './transport.ts';

/** See `ExchangeStep`. */
export const exchangeTransport: Transport<ExchangeStep> = (job, step, onFinding) => {
  let judge: AnswerJudge | undefined;
  const release = (): void => judge?.close();
  const done = ({ outcome, detail }: Finding): void => {
    job.release = undefined;
    release();
    onFinding({ outcome, detail });
  };
  const take = (finding: Finding): void => {
    job.stop = undefined;
    const { search } = finding;
    if (search === undefined) done(finding);
    else job.stop = searchLater(step.target.address, search.steps, () => done(search.run()));
  };
  const newJudge = (): AnswerJudge => {
    release();
    judge = step.judge(PROBE_TOOLS);
    return judge;
  };
  job.release = release;
  const exchange = step.tls === undefined ? exchangePlain : exchangeTls;
  exchange({ job, step, newJudge, onFinding: take });
};
