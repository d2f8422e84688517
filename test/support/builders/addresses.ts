/** Addresses that must be valid: a test with a wrong one is wrong itself. */
import {
  type IpAddress,
  ipFamily,
  type MacAddress,
  parseIp,
  parseMac,
} from '../../../src/core/base/address.ts';
import type { VirtualAddressConfig } from '../../../src/core/model/address.ts';
import type { VrrpInstanceConfig } from '../../../src/core/model/config.ts';

/** A canonical address; throws on nonsense. */
export function ip(text: string): IpAddress {
  const parsed = parseIp(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return parsed;
}

/** A hardware address; throws on nonsense. */
export function mac(text: string): MacAddress {
  const parsed = parseMac(text);
  if (parsed === undefined) throw new Error(`not a hardware address: ${text}`);
  return parsed;
}

/** A virtual address on eth0, or on another interface. */
export function vip(text: string, device: string = 'eth0'): VirtualAddressConfig {
  const address = ip(text);
  return {
    address,
    prefixLength: ipFamily(address) === 'ipv4' ? 32 : 128,
    interface: device,
    scope: 0,
    noPrefixRoute: false,
  };
}

/** A unicast peer without limits of TTL. */
export function peer(text: string): VrrpInstanceConfig['unicastPeers'][number] {
  return { address: ip(text), minTtl: 0, maxTtl: 255 };
}
