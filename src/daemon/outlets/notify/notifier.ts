/**
 * Notifications on the supervisor's event loop: a subscriber of facts around the machine that decides. Everything that
 * can be slow is done by the runner process.
 */
import type { Instant } from '../../../core/base/time.ts';
import type { Fact } from '../../../core/facts/catalogue.ts';
import type { FactEnvelope } from '../../../core/facts/envelope.ts';
import type { Config } from '../../../core/model/config.ts';
import type { NotificationMachine } from '../../../core/notifications/machine.ts';
import { tellsAnybody } from '../../../core/notifications/need.ts';
import type { NotifyAction, NotifyEvent } from '../../../core/notifications/orders.ts';
import type { ProgramEnd, ProgramRequest } from '../../../core/programs/program-request.ts';
import type { DeliveryOrder, DeliveryReport } from '../../frame/deliveries.ts';
import { mailDate } from './mail-date.ts';

/** At a stop the last notifications may take so long, milliseconds. */
export const LAST_MS_MAX = 5_000;

/** The runner process as notifications use it. */
export interface DeliveryPort {
  run(request: ProgramRequest): void;
  cancel(key: string): void;
  deliver(order: DeliveryOrder): void;
}

/** The machine. */
export type NotifierCore = Pick<NotificationMachine, 'deadline' | 'handle' | 'view'>;

/** What the notifier works with. */
export interface NotifierOptions {
  /** Makes the machine; called when somebody is told something for the first time. */
  readonly open: () => Promise<NotifierCore>;
  /** Monotonic microseconds, and milliseconds since the epoch. */
  readonly clock: { monotonic(): Instant; wall(): number };
  readonly port: DeliveryPort;
  readonly tell: (fact: Fact) => void;
}

/** The notifier. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #queue: NotifyEvent[] = [];
  /** A configuration has told somebody something. */
  #isTold = false;
  #isUp = false;
  #isBusy = false;
  #machine: NotifierCore | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onDone: (() => void) | undefined;
  /** Behind the last news: what still comes in is of no use to anybody, and a deadline would keep this process from its end. */
  #isFinished = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Takes the configuration that comes into force. */
  configure(config: Config): void {
    const isFirst = !this.#isTold;
    this.#isTold ||= tellsAnybody(config);
    if (this.#isTold && isFirst) void this.#open();
    // Also for one that tells nobody any more: what was told before has to be put away.
    if (!this.#isTold) return;
    this.#feed({ type: 'configure', config });
    if (isFirst && this.#isUp) this.#feed({ type: 'runner', isUp: true });
  }

  /** Hears every fact. */
  take({ fact, at }: FactEnvelope): void {
    if (!this.#isTold || fact.id.startsWith('notify.')) return;
    this.#feed({ type: 'fact', fact, date: mailDate(at.wall) });
  }

  /** The runner process is ready, or gone. */
  runner(isUp: boolean): void {
    this.#isUp = isUp;
    if (this.#isTold) this.#feed({ type: 'runner', isUp });
  }

  /** A program has ended; those that are not ours are ignored. */
  programEnded(end: ProgramEnd): void {
    if (this.#isTold) this.#feed({ type: 'programEnded', end });
  }

  /** What came of lines and mails. */
  delivered(report: DeliveryReport): void {
    if (this.#isTold) this.#feed(report);
  }

  /** Tells the last news, and resolves when all is delivered or the time is over. */
  async finish(): Promise<void> {
    if (!this.#isTold) return;
    const done = new Promise<void>((resolve) => {
      this.#onDone = resolve;
    });
    const limit = setTimeout(() => {
      this.#feed({ type: 'giveUp' });
      this.#onDone?.();
    }, LAST_MS_MAX);
    this.#feed({ type: 'stop', date: mailDate(this.#options.clock.wall()) });
    await done;
    this.#isFinished = true;
    clearTimeout(limit);
    clearTimeout(this.#timer);
  }

  async #open(): Promise<void> {
    this.#machine = await this.#options.open();
    this.#drain();
  }

  #feed(event: NotifyEvent): void {
    if (this.#isFinished) return;
    this.#queue.push(event);
    this.#drain();
  }

  #drain(): void {
    const machine = this.#machine;
    // What the machine tells comes back as a fact, and what it orders may be answered at once.
    if (this.#isBusy || machine === undefined) return;
    this.#isBusy = true;
    const { clock } = this.#options;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        for (const action of machine.handle(clock.monotonic(), next)) this.#execute(action);
      }
    } finally {
      this.#isBusy = false;
    }
    this.#arm(machine.deadline);
    if (this.#onDone !== undefined && machine.view().isDone) this.#onDone();
  }

  #execute(action: NotifyAction): void {
    const { port, tell } = this.#options;
    switch (action.type) {
      case 'run':
        port.run(action.request);
        break;
      case 'cancel':
        port.cancel(action.key);
        break;
      case 'tell':
        tell(action.fact);
        break;
      default:
        port.deliver(action);
    }
  }

  #arm(deadline: Instant | undefined): void {
    clearTimeout(this.#timer);
    if (deadline === undefined) return;
    const { clock } = this.#options;
    const wait = Math.max(0, deadline - clock.monotonic()) / 1_000;
    this.#timer = setTimeout(() => this.#feed({ type: 'deadline' }), Math.ceil(wait));
  }
}
