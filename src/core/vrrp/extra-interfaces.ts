/**
 * `garp_extra_if`: interfaces with addresses of a Master by which it sends no advertisements. One address on each is
 * announced every so often, so that switches do not forget where its hardware address is (measured on keepalived 2.2.7:
 * one frame for each interface).
 */
import { type Duration, seconds } from '../base/time.ts';
import type { VirtualAddressConfig } from '../model/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { sendingInterface } from '../model/virtual-links.ts';
import { allAddresses } from './address-keeper.ts';

/** Between two rounds; zero: never. */
export function extraInterval({ options }: VrrpInstanceConfig): Duration {
  return seconds(options?.extraAnnouncement?.everySeconds ?? 0);
}

/** The first address on each such interface: on those that the instance has made, or on all. */
export function extraAddresses(config: VrrpInstanceConfig): readonly VirtualAddressConfig[] {
  const made = new Set(config.links?.map(({ name }) => name));
  const isAll = config.options?.extraAnnouncement?.onAllInterfaces === true;
  const sender = sendingInterface(config);
  const found = new Map<string, VirtualAddressConfig>();
  for (const address of allAddresses(config)) {
    const { interface: name } = address;
    if (name === sender || found.has(name) || !(isAll || made.has(name))) continue;
    found.set(name, address);
  }
  return [...found.values()];
}
