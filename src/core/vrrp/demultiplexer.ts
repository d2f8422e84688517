/**
 * Finds the instance a packet is for, in constant time: by interface, family, VRID and whether it came to the
 * group or to a single address (a unicast and a multicast instance may share a VRID on one interface). Unicast
 * instances may share all of that when they have other sources or peers.
 */
import { type IpFamily, isMulticast } from '../base/address.ts';
import type { VrrpMachine } from './machine.ts';
import type { PacketEvent } from './reception.ts';

/** The index of the instances of a router. */
export class Demultiplexer {
  readonly #byKey = new Map<number, VrrpMachine[]>();

  /** Builds the index anew; interface indexes may have changed. */
  rebuild(machines: Iterable<VrrpMachine>): void {
    this.#byKey.clear();
    for (const machine of machines) {
      const { ifindex, config } = machine;
      if (ifindex === 0) continue;
      const isUnicast = config.unicastPeers.length > 0;
      const key = keyOf(ifindex, config.family, config.vrid, isUnicast);
      const others = this.#byKey.get(key);
      if (others === undefined) this.#byKey.set(key, [machine]);
      else others.push(machine);
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
    const isUnicast = !isMulticast(packet.destination);
    const found =
      this.#byKey.get(keyOf(ifindex, family, vrid, isUnicast)) ??
      this.#byKey.get(keyOf(ifindex, family, vrid, !isUnicast));
    if (found === undefined || found.length === 1) return found?.[0];
    return found.find((machine) => isMeant(machine, packet)) ?? found[0];
  }
}

/** True for the instance that has the sender as a peer and sends from where the packet goes. */
function isMeant({ config }: VrrpMachine, { source, destination }: PacketEvent): boolean {
  const { sourceAddress, unicastPeers } = config;
  const isPeer = unicastPeers.some(({ address }) => address === source);
  return isPeer && (sourceAddress === undefined || sourceAddress === destination);
}

function keyOf(ifindex: number, family: IpFamily, vrid: number, isUnicast: boolean): number {
  return ifindex * 1024 + (family === 'ipv6' ? 512 : 0) + (isUnicast ? 256 : 0) + vrid;
}
