/**
 * Runs the probes that the health core orders and reports how each ended. It decides nothing: when to
 * probe, what a result means and what follows are the core's. It never throws for anything a target or
 * this host does.
 */
import { unreachable } from '../../core/base/assert.ts';
import { RUNNING_PROBES_MAX } from '../../core/health/schedule.ts';
import type { ProbeResult } from '../../core/health/types.ts';
import type { CheckConfig } from '../../core/model/config.ts';
import { Connector } from './connector.ts';
import { startHttpProbe } from './http-probe.ts';
import { ProbeJob } from './probe-job.ts';
import { startTcpProbe } from './tcp-probe.ts';

/** What a runner is built with. */
export interface ProbeRunnerOptions {
  /**
   * Called once for each started probe that is not cancelled, never from inside `start`. It may start and
   * cancel probes.
   */
  readonly onEnd: (checkId: number, generation: number, result: ProbeResult) => void;
  /** Most connections at once; as many as the core allows when absent. More end with `local-error`. */
  readonly slots?: number;
}

interface Running {
  readonly generation: number;
  readonly job: ProbeJob;
}

/** All probes of the health process. */
export class ProbeRunner {
  readonly #onEnd: ProbeRunnerOptions['onEnd'];
  readonly #connector: Connector;
  readonly #running = new Map<number, Running>();

  /** Throws OsError when there is no descriptor for the prober, and NativeModuleError. */
  constructor(options: ProbeRunnerOptions) {
    this.#onEnd = options.onEnd;
    this.#connector = new Connector(options.slots ?? RUNNING_PROBES_MAX);
  }

  /** Probes under way. */
  get running(): number {
    return this.#running.size;
  }

  /** Starts a probe; a probe of that check that still runs is given up without a result. */
  start(checkId: number, generation: number, check: CheckConfig): void {
    this.#running.get(checkId)?.job.cancel();
    const job = new ProbeJob(this.#connector, (result) => {
      this.#running.delete(checkId);
      this.#onEnd(checkId, generation, result);
    });
    this.#running.set(checkId, { generation, job });
    switch (check.type) {
      case 'TCP_CHECK':
        startTcpProbe(job, check);
        return;
      case 'HTTP_GET':
      case 'SSL_GET':
        startHttpProbe(job, check);
        return;
      default:
        unreachable(check);
    }
  }

  /** Gives a probe up; nothing when it has ended or another generation runs. */
  cancel(checkId: number, generation: number): void {
    const running = this.#running.get(checkId);
    if (running?.generation !== generation) return;
    this.#running.delete(checkId);
    running.job.cancel();
  }

  /** Gives all probes up. No result comes after this. */
  close(): void {
    for (const { job } of this.#running.values()) job.cancel();
    this.#running.clear();
    this.#connector.close();
  }
}
