/** Addresses and protocol of a virtual server, however the kernel knows it. */
import type { IpAddress } from '../base/address.ts';
import { rangeAddresses } from '../base/address-range.ts';
import type { ServiceProtocol, VirtualServerConfig } from './config.ts';

/** Its addresses, those that are gathered under a mark too; none for a mark that the configuration names. An address may come twice. */
export function virtualAddresses({
  services,
  gathered,
}: Pick<VirtualServerConfig, 'services' | 'gathered'>): readonly IpAddress[] {
  return [
    ...services.flatMap((service) => (service.kind === 'address' ? [service.address] : [])),
    ...(gathered?.entries ?? []).flatMap(({ range }) => rangeAddresses(range)),
  ];
}

/** Its protocol; undefined for a mark that the configuration names. */
export function protocolOf({
  services,
  gathered,
}: Pick<VirtualServerConfig, 'services' | 'gathered'>): ServiceProtocol | undefined {
  const service = services.find((one) => one.kind === 'address');
  return service?.kind === 'address' ? service.protocol : gathered?.protocol;
}
