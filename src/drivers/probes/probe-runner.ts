/**
 * Runs the probes that the health core orders and reports how each ended. It decides nothing: when to
 * probe, what a result means and what follows are the core's. It never throws for anything a target or
 * this host does.
 */
import { microseconds, ZERO_DURATION } from '../../core/base/time.ts';
import type { ProbeResult } from '../../core/checkers/outcome.ts';
import { checkerOf } from '../../core/checkers/table.ts';
import type { ProbeStep } from '../../core/checkers/types.ts';
import { RUNNING_PROBES_MAX } from '../../core/model/check-limits.ts';
import type { CheckConfig } from '../../core/model/config.ts';
import { connectTransport } from './connect-transport.ts';
import { Connector } from './connector.ts';
import { datagramTransport } from './datagram-transport.ts';
import { dialogueTransport } from './dialogue-transport.ts';
import { exchangeTransport } from './exchange-transport.ts';
import { ProbeJob } from './probe-job.ts';
import type { ProgramPort } from './program-port.ts';
import { programTransport } from './program-transport.ts';
import { ShortLived } from './short-lived.ts';
import type { Transport } from './transport.ts';

/** What a runner is built with. */
export interface ProbeRunnerOptions {
  /**
   * Called once for each started probe that is not cancelled, never from inside `start`. It may start and
   * cancel probes.
   */
  readonly onEnd: (checkId: number, generation: number, result: ProbeResult) => void;
  /** Runs the programs of checks. */
  readonly programs: ProgramPort;
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
  readonly #programs: ProgramPort;
  readonly #running = new ShortLived<Running>();

  /** Throws OsError when there is no descriptor for the prober, and NativeModuleError. */
  constructor(options: ProbeRunnerOptions) {
    this.#onEnd = options.onEnd;
    this.#programs = options.programs;
    this.#connector = new Connector(options.slots ?? RUNNING_PROBES_MAX);
  }

  /** Probes under way. */
  get running(): number {
    return this.#running.size;
  }

  /** Starts a probe; a probe of that check that still runs is given up without a result. */
  start(checkId: number, generation: number, check: CheckConfig): void {
    this.#running.get(checkId)?.job.cancel();
    const job = new ProbeJob(this.#connector, this.#programs, (result) => {
      this.#running.delete(checkId);
      this.#onEnd(checkId, generation, result);
    });
    this.#running.set(checkId, { generation, job });
    carryOut(job, stepsOf(check));
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
    for (const { job } of this.#running.all()) job.cancel();
    this.#running.clear();
    this.#connector.close();
  }
}

/** One row for each transport that a step may ask for. */
const TRANSPORTS: Readonly<Record<ProbeStep['transport'], Transport<ProbeStep>>> = {
  connect: connectTransport as Transport<ProbeStep>,
  exchange: exchangeTransport as Transport<ProbeStep>,
  program: programTransport as Transport<ProbeStep>,
  dialogue: dialogueTransport as Transport<ProbeStep>,
  datagram: datagramTransport as Transport<ProbeStep>,
} satisfies { readonly [T in ProbeStep['transport']]: Transport<never> };

/** Takes the steps one after another, up to the first that fails. */
function carryOut(job: ProbeJob, steps: readonly ProbeStep[]): void {
  const startedMs = performance.now();
  const take = (index: number): void => {
    const step = steps[index];
    if (step === undefined) {
      const detail = 'the check has nothing to ask for';
      queueMicrotask(() => job.end({ outcome: 'local-error', detail, elapsed: ZERO_DURATION }));
      return;
    }
    TRANSPORTS[step.transport](job, step, ({ outcome, detail, elapsed, weight }) => {
      if (outcome === 'ok' && index + 1 < steps.length) take(index + 1);
      else {
        const measured = microseconds((performance.now() - startedMs) * 1_000);
        // What a transport measures is its own step.
        const exact = index === 0 ? elapsed : undefined;
        const share = weight === undefined ? {} : { weight };
        job.end({ outcome, detail, elapsed: exact ?? measured, ...share });
      }
    });
  };
  take(0);
}

/** Steps are made once for each configuration of a check. */
const known = new WeakMap<CheckConfig, readonly ProbeStep[]>();

function stepsOf(check: CheckConfig): readonly ProbeStep[] {
  let steps = known.get(check);
  if (steps === undefined) {
    steps = checkerOf(check).steps(check);
    known.set(check, steps);
  }
  return steps;
}
