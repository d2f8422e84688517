/** Advertisements of other routers, as bytes. */

import { createHmac } from 'node:crypto';
import { type IpAddress, type IpFamily, ipBytes } from '../../../src/core/base/address.ts';
import type { Duration } from '../../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../../src/core/model/config.ts';
import type { KeyedDigests } from '../../../src/core/wire/keyed-digests.ts';
import {
  type Advertisement,
  type ChecksumStyle,
  encodeAdvertisement,
} from '../../../src/core/wire/vrrp.ts';
import { ip } from './addresses.ts';

/** The digests that core lacks. */
export const DIGESTS: KeyedDigests = {
  hmacMd5: (key, data) => createHmac('md5', key).update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
};

/** An advertisement of another router, and how it arrives. What is absent is as our instance has it. */
export interface PeerPacket {
  readonly priority?: number;
  readonly source?: string;
  readonly destination?: string;
  readonly vrid?: number;
  readonly version?: 2 | 3;
  /** Field on the wire: seconds or centiseconds. */
  readonly interval?: number;
  readonly addresses?: readonly string[];
  readonly auth?: { readonly type: number; readonly data?: Uint8Array };
  readonly ttl?: number;
  readonly ifindex?: number;
  readonly style?: ChecksumStyle;
  /** Changes the finished bytes. */
  readonly mutate?: (message: Uint8Array) => Uint8Array;
  /** How long the packet has waited in the queue. */
  readonly waited?: Duration;
}

/** The bytes of such an advertisement. */
export function encodePeer(
  packet: PeerPacket,
  config: VrrpInstanceConfig,
  family: IpFamily,
  source: IpAddress,
  destination: IpAddress,
): Uint8Array {
  const version = packet.version ?? config.version;
  const own = config.addresses.map(({ address }) => address);
  const unit = version === 2 ? 1e6 : 1e4;
  const values: Advertisement = {
    version,
    vrid: packet.vrid ?? config.vrid,
    priority: packet.priority ?? 200,
    interval: packet.interval ?? Math.round(config.advertInterval / unit),
    addresses: (packet.addresses?.map(ip) ?? own).map(ipBytes),
    ...(version === 2 && {
      authentication: {
        type: packet.auth?.type ?? 0,
        data: packet.auth?.data ?? new Uint8Array(8),
      },
    }),
  };
  const addresses = { source: ipBytes(source), destination: ipBytes(destination) };
  return encodeAdvertisement(values, family, addresses, packet.style ?? 'pseudo-header');
}
