/**
 * Finds the instance a packet is for, in constant time: by interface, family, VRID and whether it came to the
 * group or to a single address (a unicast and a multicast instance may share a VRID on one interface).
 */
import type { IpFamily } from '../base/address.ts';
import { vrrpGroup } from '../wire/protocol.ts';
import type { VrrpMachine } from './machine.ts';
import type { PacketEvent } from './reception.ts';

/** The index of the instances of a router. */
export class Demultiplexer {
  readonly #byKey = new Map<number, VrrpMachine>();

  /** Builds the index anew; interface indexes may have changed. */
  rebuild(machines: Iterable<VrrpMachine>): void {
    this.#byKey.clear();
    for (const machine of machines) {
      const { ifindex, config } = machine;
      if (ifindex === 0) continue;
      const isUnicast = config.unicastPeers.length > 0;
      this.#byKey.set(keyOf(ifindex, config.family, config.vrid, isUnicast), machine);
    }
  }

  /**
   * The instance for a message. When only an instance of the other mode has the VRID, that one: its
   * checks will say "wrong destination" and count it.
   */
  find(packet: PacketEvent, message: Uint8Array): VrrpMachine | undefined {
    const vrid = message[1];
    if (vrid === undefined) return undefined;
    const { ifindex, family } = packet;
    const isUnicast = packet.destination !== vrrpGroup(family);
    return (
      this.#byKey.get(keyOf(ifindex, family, vrid, isUnicast)) ??
      this.#byKey.get(keyOf(ifindex, family, vrid, !isUnicast))
    );
  }
}

function keyOf(ifindex: number, family: IpFamily, vrid: number, isUnicast: boolean): number {
  return ifindex * 1024 + (family === 'ipv6' ? 512 : 0) + (isUnicast ? 256 : 0) + vrid;
}
