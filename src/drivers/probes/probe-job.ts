/** One probe under way: where its result goes, and what has to be given up when it is cancelled. */
import type { ProbeResult } from '../../core/checkers/outcome.ts';
import type { ConnectionHandler, Connector } from './connector.ts';
import { launchFailure } from './probe-outcome.ts';
import type { Endpoint } from './probe-target.ts';
import type { ProgramPort } from './program-port.ts';

/** What a probe may ask of a connection besides its endpoint. */
export interface ConnectOrder {
  readonly request?: Uint8Array;
  readonly until?: 'eof' | 'firstBytes';
  readonly keep?: boolean;
}

/** A probe that runs; it ends once, with a result or by being cancelled. */
export class ProbeJob {
  readonly #connector: Connector;
  readonly #onEnd: (result: ProbeResult) => void;
  #connection = 0;
  #stop: (() => void) | undefined;
  #release: (() => void) | undefined;
  #isOver = false;

  /** Who runs programs. */
  readonly programs: ProgramPort;

  constructor(connector: Connector, programs: ProgramPort, onEnd: (result: ProbeResult) => void) {
    this.#connector = connector;
    this.programs = programs;
    this.#onEnd = onEnd;
  }

  /** Connects; `handler` gets the end. A connection that can't be tried ends the probe. */
  connect(endpoint: Endpoint, order: ConnectOrder, handler: ConnectionHandler): void {
    const id = this.#connector.connect({ ...endpoint, ...order }, (end) => {
      this.#connection = 0;
      handler(end);
    });
    if (id > 0) this.#connection = id;
    // Later, because the caller may still be working off the list of orders this one came in.
    else queueMicrotask(() => this.end(launchFailure(id)));
  }

  /** Sets what gives up the present step; undefined when there is nothing to give up. */
  set stop(stop: (() => void) | undefined) {
    this.#stop = stop;
  }

  /** Sets what gives back memory of the present step. */
  set release(release: (() => void) | undefined) {
    this.#release = release;
  }

  /** Ends the probe with its result; nothing when it is over. */
  end(result: ProbeResult): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#release?.();
    this.#onEnd(result);
  }

  /** Gives the probe up; no result will come. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#connection > 0) this.#connector.cancel(this.#connection);
    this.#stop?.();
    this.#release?.();
  }
}
