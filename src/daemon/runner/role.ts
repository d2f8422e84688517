/**
 * The runner process: it alone starts programs of the configuration and watches what is tracked beside interfaces, so that none of it can hold up another
 * process. It reports facts and ends, and logs nothing.
 */
import type { TraceReport } from '../../core/facts/trace-facts.ts';
import type { ProgramEnd } from '../../core/programs/program-request.ts';
import type { TrackingReport } from '../../core/tracking/events-and-actions.ts';
import type { MessageHandlers } from '../frame/dispatch.ts';
import type { FromRunner, ToRunner } from '../frame/messages.ts';
import type { ProcessFrame, Role } from '../frame/process-frame.ts';
import { Deliveries } from './deliveries.ts';
import type { RunnerParts } from './ports.ts';
import { RunnerPrograms } from './programs.ts';
import { RunnerTrackers } from './trackers.ts';

/** The frame of the runner process. */
export type RunnerFrame = ProcessFrame<ToRunner, FromRunner, TrackingReport | TraceReport>;

/** The work of the runner process. */
export class RunnerRole implements Role<ToRunner, TrackingReport | TraceReport> {
  readonly handlers: MessageHandlers<ToRunner> = {
    configure: (order) => {
      this.#programs.configure(order.programs);
      // One after another: making files takes a moment.
      this.#configured = this.#configured.then(() => this.#configure(order));
    },
    run: ({ request }) => {
      this.#asked.add(request.key);
      this.#programs.run(request);
    },
    cancel: ({ key }) => this.#programs.cancel(key),
    processesChanged: ({ pids }) => this.#trackers.processesChanged(pids),
    fifos: (order) => this.#deliveries.take(order),
    write: (order) => this.#deliveries.take(order),
    send: (order) => this.#deliveries.take(order),
    shutdown: () => this.onGone(),
  };
  readonly #frame: RunnerFrame;
  readonly #programs: RunnerPrograms;
  readonly #trackers: RunnerTrackers;
  readonly #deliveries: Deliveries;
  /** Programs of the main process, by key; the others are tracked scripts. */
  readonly #asked = new Set<string>();
  #configured: Promise<void> = Promise.resolve();

  constructor(frame: RunnerFrame, parts: RunnerParts) {
    this.#frame = frame;
    this.#programs = new RunnerPrograms({
      core: parts.programs,
      starter: parts.starter,
      drive: (options) => frame.drive(options),
      onEnded: (end) => this.#ended(end),
      onRunning: (groups) => frame.send({ type: 'running', groups }),
    });
    this.#deliveries = new Deliveries({
      openFifo: parts.openFifo,
      sendMail: parts.sendMail,
      report: (report) => frame.send(report),
    });
    this.#trackers = new RunnerTrackers({
      core: parts.tracking,
      parts,
      programs: this.#programs,
      drive: (options) => frame.drive(options),
      onReport: (report) => this.#report(report),
      onTrouble: (trouble) => frame.trouble(trouble),
    });
  }

  isAtWork(): boolean {
    return true;
  }

  onBeat(): void {
    // Everything is told as it happens.
  }

  onReported(): void {
    // Nothing follows from a report.
  }

  /** Programs end with us: what they do is wanted by nobody any more. */
  onGone(): void {
    void this.#frame.stop(async () => {
      this.#trackers.close();
      await Promise.all([this.#programs.stop(), this.#deliveries.close()]);
      return [];
    });
  }

  async #configure(order: Extract<ToRunner, { type: 'configure' }>): Promise<void> {
    const { serial, isStart, tracking, known } = order;
    if (this.#frame.isStopping) return;
    await this.#trackers.configure(tracking, known, isStart);
    this.#frame.send({ type: 'trackers', facts: this.#trackers.facts, isComplete: true });
    const { scripts, processes, files } = tracking;
    const trackers = scripts.length + processes.length + files.length;
    this.#frame.send({ type: 'configured', serial, trackers });
  }

  #ended(end: ProgramEnd): void {
    if (this.#asked.delete(end.key)) this.#frame.send({ type: 'programEnded', end });
    else this.#trackers.programEnded(end);
  }

  #report(report: TrackingReport): void {
    if (report.type === 'trackerChanged') {
      this.#frame.send({ type: 'trackers', facts: [report.fact], isComplete: false });
    }
    this.#frame.report(report);
  }
}
