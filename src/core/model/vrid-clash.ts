/** When two instances may not have one virtual router id: the same answer for `check` and at run time. */
import type { VrrpInstanceConfig } from './config.ts';

/**
 * True when two instances of one family, VRID and mode are in each other's way. Multicast ones are on one
 * interface, unicast ones only when they also share a peer and the source.
 */
export function clashes(a: VrrpInstanceConfig, b: VrrpInstanceConfig): boolean {
  const oneInterface = a.interface === b.interface;
  if (a.unicastPeers.length === 0) return oneInterface;
  const near = oneInterface || a.interface === '' || b.interface === '';
  const common = a.unicastPeers.some((peer) =>
    b.unicastPeers.some((other) => other.address === peer.address),
  );
  return near && common && a.sourceAddress === b.sourceAddress;
}
