/** The target of a check as the native prober wants it: socket addresses as bytes, mark and device. */
import { interfaceIndex, type ProbeRequest, sockaddrIn, sockaddrIn6 } from 'dgram-extensions';
import { type IpAddress, ipBytes, ipFamily, isLinkLocal } from '../../core/base/address.ts';
import type { CheckTarget } from '../../core/model/config.ts';

/** What every connection of a check has in common. */
export type Endpoint = Pick<
  ProbeRequest,
  'destination' | 'source' | 'mark' | 'device' | 'timeoutUs' | 'resetOnClose'
>;

/** Where and from where to connect. Cached for as long as the configuration object lives. */
export function endpointOf(target: CheckTarget): Endpoint {
  const known = cache.get(target);
  if (known !== undefined) return known;
  const endpoint = buildEndpoint(target);
  // The index of an interface may change while the configuration stays.
  if (!needsScope(target)) cache.set(target, endpoint);
  return endpoint;
}

const cache = new WeakMap<CheckTarget, Endpoint>();

function needsScope(target: CheckTarget): boolean {
  return isLinkLocal(target.address);
}

function buildEndpoint(target: CheckTarget): Endpoint {
  const { sourceAddress, sourcePort, sourceInterface, fwmark } = target;
  const scopeId =
    needsScope(target) && sourceInterface !== undefined ? interfaceIndex(sourceInterface) : 0;
  return {
    destination: sockaddr(target.address, target.port, Math.max(0, scopeId)),
    timeoutUs: target.connectTimeout,
    ...(sourceAddress === undefined
      ? {}
      : {
          source: sockaddr(
            sourceAddress,
            sourcePort ?? 0,
            isLinkLocal(sourceAddress) ? Math.max(0, scopeId) : 0,
          ),
        }),
    ...(fwmark === undefined ? {} : { mark: fwmark }),
    ...(sourceInterface === undefined ? {} : { device: sourceInterface }),
    // A fixed port left in TIME_WAIT would make the next probe's bind fail.
    ...(sourceAddress !== undefined && sourcePort !== undefined ? { resetOnClose: true } : {}),
  };
}

function sockaddr(address: IpAddress, port: number, scopeId: number): Uint8Array {
  const bytes = ipBytes(address);
  return ipFamily(address) === 'ipv4'
    ? sockaddrIn(bytes, port)
    : sockaddrIn6(bytes, { port, scopeId });
}
