/**
 * How large the receive buffer of a VRRP socket is (keywords `kernel_rx_buf_size`, `vrrp_rx_bufs_policy`,
 * `vrrp_rx_bufs_multiplier`). A socket serves all instances of one interface and family, so it has room for what each of
 * them asks for.
 */
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { BuffersConfig } from '../model/global-options.ts';
import { type AdvertisementForm, advertisementPacketBytes } from '../wire/vrrp-limits.ts';

/** Advertisements of each instance that fit where nothing is written about it. */
const HELD = 3;

/** Bytes; undefined where nothing is written, and the socket keeps its own size. */
export function receiveBufferBytes(
  instances: readonly VrrpInstanceConfig[],
  { vrrpPackets: policy, vrrpPacketsHeld: held = HELD }: BuffersConfig,
  mtu: number,
): number | undefined {
  const isAsked = instances.some(({ options }) => options?.receiveBufferBytes !== undefined);
  if (policy === undefined && !isAsked) return undefined;
  const shares = instances.map((instance) => {
    const own = instance.options?.receiveBufferBytes ?? policy;
    if (typeof own === 'number') return own;
    const packet =
      own === 'MTU'
        ? mtu
        : advertisementPacketBytes(advertisementForm(instance), instance.addresses.length);
    return held * packet;
  });
  return shares.reduce((sum, share) => sum + share, 0);
}

/** What the advertisements of an instance look like. */
function advertisementForm(instance: VrrpInstanceConfig): AdvertisementForm {
  const { authentication, family, hmac, version } = instance;
  const seal = hmac !== undefined ? 'HMAC' : authentication?.type === 'AH' ? 'AH' : 'none';
  return { version, family, seal };
}
