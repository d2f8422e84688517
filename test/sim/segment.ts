/** An Ethernet segment: who hears whom, and what happens to packets on the way. */
import type { IpAddress, IpFamily } from '../../src/core/base/address.ts';
import { isMulticast } from '../../src/core/base/address.ts';
import type { SeededRandom } from '../support/random.ts';
import type { EventQueue } from './event-queue.ts';

/** A packet on the wire: of VRRP, or a datagram of BFD or of a heartbeat. */
export interface WirePacket {
  readonly protocol: 'vrrp' | 'bfd' | 'heartbeat';
  /** Name of the host that sends it. */
  readonly from: string;
  readonly family: IpFamily;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly message: Uint8Array;
  readonly ipPacket?: Uint8Array;
  /** It is not what was sent: nobody learns anything from it. */
  readonly isDamaged?: boolean;
}

/** A plug of a host. */
export interface Port {
  readonly host: string;
  readonly up: boolean;
  /** True when a unicast address is one of the host's. */
  owns(address: IpAddress): boolean;
  receive(packet: WirePacket): void;
}

/** What a segment does to packets; all probabilities in 0..1, times in microseconds. */
export interface Weather {
  loss: number;
  duplication: number;
  corruption: number;
  delayMin: number;
  delayMax: number;
}

/** No fault at all. */
export const CLEAR: Weather = {
  loss: 0,
  duplication: 0,
  corruption: 0,
  delayMin: 20,
  delayMax: 200,
};

/** Packets that an attacker remembers. */
const RECORDED_MAX = 60;

/** One segment. */
export class Segment {
  readonly weather: Weather = { ...CLEAR };
  readonly #queue: EventQueue;
  readonly #random: SeededRandom;
  readonly #ports: Port[] = [];
  /** One-way: "from>to" does not get through. */
  readonly #cuts = new Set<string>();
  /** When a packet between two hosts last failed to arrive as sent, by "from>to". */
  readonly #disturbedAt = new Map<string, number>();
  /** Where clients on the switch send to, by address: the host that announced it last. */
  readonly #believed = new Map<IpAddress, { readonly host: string; readonly at: number }>();
  /** When a host last took in what another said of a virtual router, by "from>to router". */
  readonly #heardAt = new Map<string, number>();

  constructor(queue: EventQueue, random: SeededRandom) {
    this.#queue = queue;
    this.#random = random;
  }

  /** What an attacker has recorded of VRRP, newest last. */
  readonly recorded: WirePacket[] = [];

  /** Plugs a host in. */
  attach(port: Port): void {
    this.#ports.push(port);
  }

  /** Cuts or mends one direction between two hosts. */
  cut(from: string, to: string, isCut: boolean): void {
    if (isCut) this.#cuts.add(`${from}>${to}`);
    else this.#cuts.delete(`${from}>${to}`);
    this.disturb(from, to);
  }

  /** Mends everything. */
  heal(): void {
    for (const key of this.#cuts) this.#disturbedAt.set(key, this.#queue.now);
    this.#cuts.clear();
    Object.assign(this.weather, CLEAR);
  }

  /** A gratuitous ARP or an unsolicited neighbour advertisement: clients hear all that leave a port. */
  announce(from: Port, address: IpAddress): void {
    if (from.up) this.#believed.set(address, { host: from.host, at: this.#queue.now });
  }

  /** A host has taken in a packet about a virtual router. */
  heard(from: string, to: string, router: string): void {
    this.#heardAt.set(`${from}>${to} ${router}`, this.#queue.now);
  }

  /**
   * The host that clients send to instead of the Master; undefined when they are right, or when the Master cannot know it: what the other has
   * said of the router since its announcement was not heard. A router that is displaced leaves without a word (RFC 9568 section 6.4.3).
   */
  misled(address: IpAddress, master: string, router: string): string | undefined {
    const believed = this.#believed.get(address);
    if (believed === undefined) return 'nobody';
    const { host, at } = believed;
    if (host === master) return undefined;
    return (this.#heardAt.get(`${host}>${master} ${router}`) ?? -1) > at ? host : undefined;
  }

  /** Something else has kept a packet from being heard. */
  disturb(from: string, to: string): void {
    this.#disturbedAt.set(`${from}>${to}`, this.#queue.now);
  }

  /** Something has kept a host from being heard, and from hearing. */
  disturbAll(host: string): void {
    for (const port of this.#ports) {
      if (port.host === host) continue;
      this.disturb(host, port.host);
      this.disturb(port.host, host);
    }
  }

  /** Since when two hosts have heard all of each other; undefined while they do not. */
  hearingSince(a: string, b: string): number | undefined {
    if (this.#cuts.has(`${a}>${b}`) || this.#cuts.has(`${b}>${a}`)) return undefined;
    return Math.max(
      this.#disturbedAt.get(`${a}>${b}`) ?? 0,
      this.#disturbedAt.get(`${b}>${a}`) ?? 0,
    );
  }

  /** An attacker sends a packet to a host again. */
  replay(host: string, packet: WirePacket): void {
    const to = this.#ports.find((port) => port.host === host);
    const isGroup = isMulticast(packet.destination);
    if (to?.up === true && (isGroup || to.owns(packet.destination))) to.receive(packet);
  }

  /** Sends a packet from a host's port. */
  send(from: Port, packet: WirePacket): void {
    if (packet.protocol === 'vrrp') {
      this.recorded.push(packet);
      if (this.recorded.length > RECORDED_MAX) this.recorded.shift();
    }
    const isGroup = isMulticast(packet.destination);
    for (const to of this.#ports) {
      if (to === from || (!isGroup && !to.owns(packet.destination))) continue;
      if (!from.up || !to.up || this.#isLost(from.host, to.host)) {
        this.disturb(from.host, to.host);
        continue;
      }
      this.#deliver(to, this.#perhapsCorrupt(from.host, to.host, packet));
      if (this.#random.chance(this.weather.duplication)) this.#deliver(to, packet);
    }
  }

  #isLost(from: string, to: string): boolean {
    return this.#cuts.has(`${from}>${to}`) || this.#random.chance(this.weather.loss);
  }

  #deliver(to: Port, packet: WirePacket): void {
    const { delayMin, delayMax } = this.weather;
    this.#queue.at(this.#queue.now + this.#random.between(delayMin, delayMax), () => {
      if (to.up) to.receive(packet);
    });
  }

  #perhapsCorrupt(from: string, to: string, packet: WirePacket): WirePacket {
    if (!this.#random.chance(this.weather.corruption)) return packet;
    this.disturb(from, to);
    const message = packet.message.slice(0, this.#random.between(0, packet.message.length));
    for (let i = 0; i < 2 && message.length > 0; i++) {
      message[this.#random.between(0, message.length - 1)] = this.#random.between(0, 255);
    }
    return { ...packet, message, isDamaged: true };
  }
}
