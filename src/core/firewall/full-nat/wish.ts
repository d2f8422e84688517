/**
 * Which connections a configuration wants translated at their source too (Full-NAT): those that IPVS sends from a service to a server of it, and no
 * others.
 */

import { type IpAddress, type IpFamily, ipFamily } from '../../base/address.ts';
import { type AddressRange, rangeText } from '../../base/address-range.ts';
import {
  type Config,
  endpointKey,
  type ServiceIdentity,
  serviceKey,
  type VirtualServerConfig,
} from '../../model/config.ts';
import { destinationPort } from '../../model/destination-port.ts';

/** Connections from a service to a server. */
export interface Translation {
  readonly family: IpFamily;
  readonly service: ServiceIdentity;
  readonly server: IpAddress;
  /** Of the server, behind the translation by IPVS; 0 = any, where the service has no port. */
  readonly port: number;
  /** What the server sees as client; absent = the director's address on the interface towards it. */
  readonly source?: AddressRange;
}

/** All of them, each once, in the order of the configuration. Never empty. */
export interface FullNatWish {
  readonly translations: readonly Translation[];
}

/** Whether packets to a server are translated at their source too. */
export function isFullNat({
  forwarding,
}: Pick<VirtualServerConfig['realServers'][number], 'forwarding'>): boolean {
  return forwarding.method === 'NAT' && forwarding.isFull === true;
}

/** What a configuration wants; undefined: nothing. */
export function fullNatWish({
  virtualServers,
}: Pick<Config, 'virtualServers'>): FullNatWish | undefined {
  return wishOf(virtualServers.flatMap(translationsOf));
}

/** What satisfies both. A connection that both have, with another source, keeps the first one: its services are still in force. */
export function bothFullNatWishes(
  before: FullNatWish | undefined,
  after: FullNatWish | undefined,
): FullNatWish | undefined {
  return wishOf([...(before?.translations ?? []), ...(after?.translations ?? [])]);
}

/** What a translation is called: `tcp:192.0.2.10:80 to 10.1.0.1:8080`. */
export function translationKey({ service, server, port }: Translation): string {
  return `${serviceKey(service)} to ${port === 0 ? server : endpointKey(server, port)}`;
}

/** Keys of the services of a wish. */
export function servicesOfWish({ translations }: FullNatWish): readonly string[] {
  return [...new Set(translations.map(({ service }) => serviceKey(service)))];
}

/** Keys of the services all of whose translations were seen. */
export function servicesInForce(wish: FullNatWish, keys: readonly string[]): readonly string[] {
  const seen = new Set(keys);
  const open = new Set(
    wish.translations
      .filter((one) => !seen.has(translationKey(one)))
      .map(({ service }) => serviceKey(service)),
  );
  return servicesOfWish(wish).filter((key) => !open.has(key));
}

/** Sources in order, the address of the interface first, each with its translations. */
export function bySource(
  translations: readonly Translation[],
): readonly { readonly source?: AddressRange; readonly translations: readonly Translation[] }[] {
  const groups = new Map<string, Translation[]>();
  for (const one of translations) {
    const key = one.source === undefined ? '' : rangeText(one.source);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const source = group[0]?.source;
      return { ...(source === undefined ? {} : { source }), translations: group };
    });
}

function wishOf(all: readonly Translation[]): FullNatWish | undefined {
  if (all.length === 0) return undefined;
  const each = new Map<string, Translation>();
  for (const one of all) {
    const key = translationKey(one);
    if (!each.has(key)) each.set(key, one);
  }
  return { translations: [...each.values()] };
}

function translationsOf(virtualServer: VirtualServerConfig): Translation[] {
  const { services, realServers, sorryServer, fullNatSource: source } = virtualServer;
  const servers = [...realServers, ...(sorryServer === undefined ? [] : [sorryServer])];
  return services.flatMap((service) =>
    servers
      .filter((server) => isFullNat(server) && ipFamily(server.address) === service.family)
      .map((server) => ({
        family: service.family,
        service,
        server: server.address,
        port: isPortless(service) ? 0 : destinationPort(server, service),
        ...(source === undefined ? {} : { source }),
      })),
  );
}

function isPortless(service: ServiceIdentity): boolean {
  return service.kind === 'fwmark' || service.port === 0;
}
