/** Replaces a process that works well by another: no process can be given a right that it lacks. */

/** The part of a process that is needed here. */
interface Renewable<Order> {
  send(order: Order & object): void;
  kill(): void;
}

/** The renewals of one role. */
export class Renewal<Order> {
  readonly #stopMsMax: () => number;
  #process: Renewable<Order> | undefined;

  /** @param stopMsMax a stop that takes longer ends by force, milliseconds */
  constructor(stopMsMax: () => number) {
    this.#stopMsMax = stopMsMax;
  }

  /** Ends a process in order; its successor is started when it has ended. */
  begin(process: Renewable<Order>, order: Order & object): void {
    this.#process = process;
    process.send(order);
    setTimeout(() => process.kill(), this.#stopMsMax()).unref();
  }

  /** True when a process ended because another is to take its place. */
  wants(process: Renewable<Order>): boolean {
    return process === this.#process;
  }
}
