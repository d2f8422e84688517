/** Lines and mails of notifications, as the supervisor orders them: FIFOs are kept open, mails are sent one by one. */
import type { FifoName, OpenFifo, OutgoingMail } from '../../core/notifications/orders.ts';
import type { DeliveryOrder, DeliveryReport } from '../frame/deliveries.ts';
import type { FifoPort, OpenFifoPort, SendMail } from './ports.ts';

/** What deliveries work with. */
export interface DeliveriesOptions {
  readonly openFifo: OpenFifoPort;
  readonly sendMail: SendMail;
  readonly report: (report: DeliveryReport) => void;
}

interface Kept {
  readonly wanted: OpenFifo;
  fifo: FifoPort | undefined;
}

/** The deliveries. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #kept = new Map<FifoName, Kept>();
  /** Orders about FIFOs are carried out one after another. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** Carries out an order. */
  take(order: DeliveryOrder): void {
    switch (order.type) {
      case 'fifos':
        this.#next(() => this.#keep(order.fifos));
        break;
      case 'write':
        this.#next(() => this.#write(order));
        break;
      case 'send':
        void this.#send(order.mail);
        break;
    }
  }

  /** Closes all FIFOs. */
  async close(): Promise<void> {
    this.#next(() => this.#keep([]));
    await this.#last;
  }

  #next(work: () => Promise<void>): void {
    this.#last = this.#last.then(work);
  }

  async #keep(fifos: readonly OpenFifo[]): Promise<void> {
    for (const [name, { wanted, fifo }] of this.#kept) {
      if (fifos.some((one) => one.name === name && isSame(one, wanted))) continue;
      fifo?.close();
      this.#kept.delete(name);
    }
    for (const wanted of fifos) {
      const kept: Kept = this.#kept.get(wanted.name) ?? { wanted, fifo: undefined };
      this.#kept.set(wanted.name, kept);
      const problem = await this.#open(kept);
      const { name } = wanted;
      const isOurs = kept.fifo?.isOurs === true;
      const why = problem === undefined ? {} : { problem };
      this.#options.report({ type: 'fifoOpened', name, isOurs, ...why });
    }
  }

  /** Opens it unless it is open; what keeps it from that, or undefined. One that was moved away is opened anew. */
  async #open(kept: Kept): Promise<string | undefined> {
    if (kept.fifo?.isInPlace === true) return undefined;
    kept.fifo?.close();
    kept.fifo = undefined;
    try {
      kept.fifo = await this.#options.openFifo({ ...kept.wanted.fifo, isOurs: kept.wanted.isOurs });
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  async #write({ name, id, lines }: Extract<DeliveryOrder, { type: 'write' }>): Promise<void> {
    const kept = this.#kept.get(name);
    let written = 0;
    let problem = kept === undefined ? 'it is not open' : await this.#open(kept);
    try {
      for (const line of problem === undefined ? lines : []) {
        if (kept?.fifo?.write(line) !== true) break;
        written += 1;
      }
    } catch (error) {
      problem = messageOf(error);
    }
    const why = problem === undefined ? {} : { problem };
    this.#options.report({ type: 'written', name, id, written, ...why });
  }

  async #send(mail: OutgoingMail): Promise<void> {
    const result = await this.#options.sendMail(mail);
    this.#options.report({ type: 'mailEnded', id: mail.id, result });
  }
}

function isSame(one: OpenFifo, other: OpenFifo): boolean {
  const [a, b] = [one.fifo, other.fifo];
  return a.path === b.path && a.user === b.user && a.group === b.group;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
