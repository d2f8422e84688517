/** Typed access to the VRRP, ARP and ND frames of test/vectors/vrrp.json. */
import { readFileSync } from 'node:fs';
import type { IpFamily } from '../../src/core/base/address.ts';
import { fromHex } from '../../src/core/base/bytes.ts';

/** A frame with its provenance. */
export interface FrameVector {
  readonly id: string;
  readonly title: string;
  readonly origin: string;
  readonly frame: string;
}

/** An advertisement and everything it says. */
export interface AdvertisementVector extends FrameVector {
  readonly family: IpFamily;
  readonly sourceMac: string;
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly identification?: number;
  readonly dontFragment?: boolean;
  readonly version: 2 | 3;
  readonly vrid: number;
  readonly priority: number;
  readonly interval: number;
  readonly addresses: readonly string[];
  readonly checksum: string;
  readonly checksumStyle: 'pseudo-header' | 'message-only';
  readonly authType?: number;
  readonly authData?: string;
  readonly sequence?: number;
  readonly icv?: string;
  readonly key?: string;
}

/** An ARP frame. */
export interface ArpVector extends FrameVector {
  readonly sourceMac: string;
  readonly destinationMac: string;
  readonly operation: number;
  readonly senderMac: string;
  readonly senderAddress: string;
  readonly targetMac: string;
  readonly targetAddress: string;
  readonly gratuitous: boolean;
}

/** A neighbour advertisement. */
export interface NaVector extends FrameVector {
  readonly sourceMac: string;
  readonly source: string;
  readonly destination: string;
  readonly flags: number;
  readonly target: string;
  readonly mac: string;
  readonly unsolicited: boolean;
}

interface VrrpVectors {
  readonly advertisements: readonly AdvertisementVector[];
  readonly rejected: readonly FrameVector[];
  readonly arp: readonly ArpVector[];
  readonly neighbourAdvertisements: readonly NaVector[];
}

/** All vectors. */
export const VECTORS: VrrpVectors = JSON.parse(
  readFileSync(new URL('./vrrp.json', import.meta.url), 'utf8'),
);

/** The bytes of hexadecimal text; throws when it is not hex. */
export function hex(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error(`not hexadecimal: ${text}`);
  return bytes;
}

/** The IP packet of a frame. */
export function packetOf(vector: FrameVector): Uint8Array {
  return hex(vector.frame).subarray(14);
}

/** Looks a vector of an advertisement up. */
export function advertisementVector(id: string): AdvertisementVector {
  const found = VECTORS.advertisements.find((vector) => vector.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
}
