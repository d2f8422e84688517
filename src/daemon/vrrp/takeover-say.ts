/** Heartbeats and witnesses of the vrrp process: what has a say in its takeovers. */
import type { TakeoverView } from '../../core/heartbeat/view.ts';
import type { TakeoverConfig } from '../../core/model/takeover.ts';
import { HeartbeatWork } from './heartbeat-work.ts';
import type { TakeoverSayOptions } from './takeover-ports.ts';
import { WitnessWork } from './witness-work.ts';

/** All that has a say. */
export class TakeoverSay {
  readonly #heartbeats: HeartbeatWork;
  readonly #witnesses: WitnessWork;

  constructor(options: TakeoverSayOptions) {
    this.#heartbeats = new HeartbeatWork(options);
    this.#witnesses = new WitnessWork(options);
  }

  /** Puts a configuration into force. */
  configure({ heartbeats, witnesses }: TakeoverConfig): void {
    this.#heartbeats.configure(heartbeats);
    this.#witnesses.configure(witnesses);
  }

  /** The state of an instance is another one: peers hear of it at once. */
  changed(): void {
    this.#heartbeats.changed();
  }

  /** For operators. */
  view(): TakeoverView {
    return { heartbeats: this.#heartbeats.view(), witnesses: this.#witnesses.view() };
  }

  /** Takes leave of the peers, and closes everything. */
  close(): void {
    this.#heartbeats.close();
    this.#witnesses.close();
  }
}
