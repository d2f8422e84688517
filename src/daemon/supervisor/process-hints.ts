/**
 * Tells the runner process which processes of the host have changed, so that it looks at once (`track_process`). The main process listens, which has the
 * right to; the runner, which starts programs, does not get it. Where the kernel does not tell, the runner looks again and again all the same.
 */
import type { Fact } from '../../core/facts/catalogue.ts';
import type { ReceiveBuffer } from '../../core/model/global-options.ts';
import type { ProcessEvents } from '../../drivers/process-events.ts';

/** Changes are told together, so often at most, milliseconds. */
const GATHER_MS = 20;
/** So many changes in one message; of more than that the next look of the runner tells. */
const CHANGES_MAX = 500;
/** A host with so many changes in a second costs more than a look now and then: it is not listened to for a while. */
const CHANGES_A_SECOND_MAX = 2_000;
const PAUSE_MS = 60_000;

/** Events of processes, heard. */
export type ProcessEventsPort = Pick<ProcessEvents, 'setReceiveBuffer' | 'close'>;

/** What hints work with. */
export interface ProcessHintsOptions {
  /** Listens to the kernel; throws when it can't. */
  readonly open: (onChange: (pid: number) => void) => ProcessEventsPort;
  readonly send: (pids: readonly number[]) => void;
  readonly tell: (fact: Fact) => void;
}

/** The hints of one run. */
export class ProcessHints {
  readonly #options: ProcessHintsOptions;
  #events: ProcessEventsPort | undefined;
  #isWanted = false;
  #buffer: ReceiveBuffer | undefined;
  #isTold = false;
  #changed = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;
  #secondBegan = 0;
  #inSecond = 0;

  constructor(options: ProcessHintsOptions) {
    this.#options = options;
  }

  /** Whether processes are tracked, and with which receive buffer they are listened to; absent: the usual one. */
  configure(isWanted: boolean, buffer?: ReceiveBuffer): void {
    this.#isWanted = isWanted;
    this.#buffer = buffer;
    if (!isWanted) this.#close();
    else if (this.#events !== undefined) this.#events.setReceiveBuffer(buffer);
    else if (this.#pause === undefined) this.#open();
  }

  /** Ends. */
  close(): void {
    this.#isWanted = false;
    this.#close();
  }

  #open(): void {
    try {
      this.#events = this.#options.open((pid) => this.#onChange(pid));
      if (this.#buffer !== undefined) this.#events.setReceiveBuffer(this.#buffer);
    } catch (error) {
      if (this.#isTold) return;
      this.#isTold = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.tell({ id: 'track.processes-polled', reason });
    }
  }

  #close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#pause);
    this.#timer = undefined;
    this.#pause = undefined;
    this.#changed.clear();
    this.#events?.close();
    this.#events = undefined;
  }

  #onChange(pid: number): void {
    const now = performance.now();
    if (now - this.#secondBegan > 1_000) {
      this.#secondBegan = now;
      this.#inSecond = 0;
    }
    this.#inSecond++;
    if (this.#inSecond > CHANGES_A_SECOND_MAX) {
      this.#rest();
      return;
    }
    if (this.#changed.size < CHANGES_MAX) this.#changed.add(pid);
    this.#timer ??= setTimeout(() => this.#send(), GATHER_MS);
  }

  #send(): void {
    this.#timer = undefined;
    const pids = [...this.#changed];
    this.#changed.clear();
    this.#options.send(pids);
  }

  #rest(): void {
    this.#close();
    this.#inSecond = 0;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#isWanted) this.#open();
    }, PAUSE_MS);
    this.#pause.unref();
    const reason = `more than ${CHANGES_A_SECOND_MAX} processes change in a second`;
    this.#options.tell({ id: 'track.processes-polled', reason });
  }
}
