/** The witnesses on their sockets: one for each address, opened again while it cannot be. */
import type { OsError } from 'dgram-extensions';
import { type IpAddress, ipFamily } from '../../core/base/address.ts';
import { instant } from '../../core/base/time.ts';
import {
  ECHO_HEADER_BYTES,
  echoRequest,
  isEchoReply,
  sequenceOf,
} from '../../core/checkers/ping/echo.ts';
import type { WitnessAction, WitnessEvent, WitnessView } from '../../core/heartbeat/witnesses.ts';
import type { WitnessConfig } from '../../core/model/takeover.ts';
import { errnoName } from '../../drivers/kernel-error.ts';
import type { MachineLoop } from '../frame/loop.ts';
import { drainAll, type PeerPort, type TakeoverSayOptions } from './takeover-ports.ts';
import { ToldOnce } from './told-once.ts';

interface Open {
  readonly port: PeerPort;
  readonly id: number;
}

/** No way to a host is the answer that is looked for, and no trouble. */
const NO_WAY: readonly string[] = ['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'ECONNREFUSED'];

/** All witnesses of this director. */
export class WitnessWork {
  readonly #options: TakeoverSayOptions;
  readonly #loop: MachineLoop<WitnessEvent, WitnessAction>;
  readonly #open = new Map<string, Open>();
  readonly #told: ToldOnce;

  constructor(options: TakeoverSayOptions) {
    this.#options = options;
    this.#told = new ToldOnce(options.onTrouble);
    this.#loop = options.drive({
      machine: options.parts.witnesses,
      drain: () => drainAll(this.#open),
      execute: (actions) => this.#execute(actions),
    });
  }

  /** Puts these witnesses into force; addresses that stay keep what is known of them. */
  configure(witnesses: readonly WitnessConfig[]): void {
    const wanted = new Set(
      witnesses.flatMap(({ name, addresses }) => addresses.map((one) => keyOf(name, one))),
    );
    for (const [key, { port }] of this.#open) {
      if (wanted.has(key)) continue;
      port.close();
      this.#open.delete(key);
    }
    this.#loop.feed({ type: 'configured', witnesses });
  }

  /** The witnesses for operators. */
  view(): readonly WitnessView[] {
    return this.#options.parts.witnesses.view();
  }

  /** Closes everything. */
  close(): void {
    this.#loop.close();
    for (const { port } of this.#open.values()) port.close();
    this.#open.clear();
  }

  #execute(actions: readonly WitnessAction[]): void {
    for (const action of actions) {
      if (action.type === 'ask') this.#ask(action.witness, action.address, action.sequence);
      else if (action.type === 'witnessChanged') this.#options.report(action);
      else this.#options.onNews({ peers: [], witnesses: [action.fact] });
    }
  }

  #ask(witness: string, address: IpAddress, sequence: number): void {
    const trouble = { operation: 'ask-witness', about: `${witness} at ${address}` } as const;
    const key = keyOf(witness, address);
    let open: Open;
    try {
      open = this.#open.get(key) ?? this.#openPort(witness, address);
    } catch (error) {
      const { code: errno, message: detail } = error as OsError;
      if (!NO_WAY.includes(errno)) this.#told.tell(key, { ...trouble, errno, detail });
      return;
    }
    const sent = open.port.send(echoRequest(ipFamily(address), { id: open.id, sequence }));
    const errno = sent < 0 ? errnoName(sent) : '';
    if (sent >= 0) this.#told.over(key);
    else if (!NO_WAY.includes(errno)) this.#told.tell(key, { ...trouble, errno });
  }

  #openPort(witness: string, address: IpAddress): Open {
    const family = ipFamily(address);
    const id = this.#options.parts.random16();
    const port = this.#options.parts.open({
      peer: address,
      sizeBytes: ECHO_HEADER_BYTES,
      onMessage: (message, receivedUs) => {
        const sequence = sequenceOf(message);
        if (!isEchoReply(family, { id, sequence }, message)) return;
        const isTimed = Number.isFinite(receivedUs) && receivedUs > 0;
        const receivedAt = instant(isTimed ? receivedUs : this.#options.now());
        this.#loop.feed({ type: 'answered', witness, address, sequence, receivedAt });
      },
      // An ICMP error may be made up by anybody: the missing answer counts.
      onError: () => {},
    });
    const open = { port, id };
    this.#open.set(keyOf(witness, address), open);
    return open;
  }
}

function keyOf(witness: string, address: IpAddress): string {
  return `${address} ${witness}`;
}
