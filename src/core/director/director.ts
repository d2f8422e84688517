/** The configuration and the host together, and what several judges ask of both. */
import {
  type IpAddress,
  type IpFamily,
  inSamePrefix,
  ipFamily,
  maxPrefixLength,
} from '../base/address.ts';
import type {
  Config,
  RealServerConfig,
  SorryServerConfig,
  VirtualServerConfig,
  VrrpInstanceConfig,
} from '../model/config.ts';
import { endpointKey } from '../model/config.ts';
import { virtualAddresses } from '../model/virtual-addresses.ts';
import type { Part } from './finding.ts';
import type { DirectorHost } from './host.ts';

/** What is judged. */
export interface Director {
  readonly config: Config;
  readonly host: DirectorHost;
  /** Where a part of the configuration is written. */
  readonly placeOf: (part: object) => Part['at'] | undefined;
  /** The instance of each virtual address. */
  readonly holders: ReadonlyMap<IpAddress, VrrpInstanceConfig>;
}

/** Puts them together. */
export function directorOf(
  config: Config,
  host: DirectorHost,
  placeOf: Director['placeOf'],
): Director {
  const holders = new Map(
    config.vrrpInstances.flatMap((one) => heldBy(one).map((address) => [address, one] as const)),
  );
  return { config, host, placeOf, holders };
}

/** A server of a virtual server. */
export interface Served {
  readonly virtualServer: VirtualServerConfig;
  readonly server: RealServerConfig | SorryServerConfig;
}

/** All servers, sorry servers too, in the order of the configuration. */
export function served({ config }: Director): readonly Served[] {
  return config.virtualServers.flatMap((virtualServer) => {
    const { realServers, sorryServer } = virtualServer;
    const all = sorryServer === undefined ? realServers : [...realServers, sorryServer];
    return all.map((server) => ({ virtualServer, server }));
  });
}

/** The part that a virtual server is. */
export function serviceName(director: Director, virtualServer: VirtualServerConfig): Part {
  return named(director, `virtual server ${virtualServer.title}`, virtualServer);
}

/** The part that a server is, with its virtual server. */
export function serverName(director: Director, { virtualServer, server }: Served): Part {
  const endpoint = endpointKey(server.address, server.port);
  return named(director, `server ${endpoint} of virtual server ${virtualServer.title}`, server);
}

/** The part that an instance is. */
export function instanceName(director: Director, instance: VrrpInstanceConfig): Part {
  return named(director, `instance ${instance.name}`, instance);
}

function named({ placeOf }: Director, name: string, part: object): Part {
  const at = placeOf(part);
  return at === undefined ? { name } : { name, at: { file: at.file, line: at.line } };
}

/** Virtual addresses of an instance, excluded ones too. */
export function heldBy({ addresses, excludedAddresses }: VrrpInstanceConfig): readonly IpAddress[] {
  return [...addresses, ...excludedAddresses].map(({ address }) => address);
}

/** The device on which clients reach a virtual address: that of its instance, else the one that has it or its subnet. */
export function deviceOf(director: Director, address: IpAddress): string | undefined {
  const { host, holders } = director;
  const holder = holders.get(address);
  if (holder !== undefined) return holder.interface;
  const loopbacks = loopbacksOf(host);
  const own = host.addresses.find((one) => one.address === address && !loopbacks.has(one.device));
  return own?.device ?? deviceTowards(host, address);
}

/** The device by which packets leave for an address: that of its subnet, else of the only default route. */
export function deviceTowards(host: DirectorHost, address: IpAddress): string | undefined {
  const [first, ...others] = new Set(host.defaultDevices[ipFamily(address)]);
  return deviceOfSubnet(host, address) ?? (others.length === 0 ? first : undefined);
}

/** The device with the narrowest subnet that an address is in. */
export function deviceOfSubnet(host: DirectorHost, address: IpAddress): string | undefined {
  const loopbacks = loopbacksOf(host);
  const family = ipFamily(address);
  let best: { readonly device: string; readonly length: number } | undefined;
  for (const { address: own, prefixLength, device } of host.addresses) {
    if (ipFamily(own) !== family || loopbacks.has(device)) continue;
    if (prefixLength === maxPrefixLength(family) || !inSamePrefix(address, own, prefixLength))
      continue;
    if (best === undefined || prefixLength > best.length) best = { device, length: prefixLength };
  }
  return best?.device;
}

/** Addresses of this host: a server there is the director itself. */
export function isLocal(host: DirectorHost, address: IpAddress): boolean {
  return address.startsWith('127.') || host.addresses.some((one) => one.address === address);
}

/** Devices on which clients reach virtual servers, each with these. */
export function clientDevices(director: Director, family: IpFamily): ReadonlyMap<string, Part[]> {
  const found = new Map<string, Part[]>();
  const add = (address: IpAddress, part: Part): void => {
    const device = ipFamily(address) === family ? deviceOf(director, address) : undefined;
    if (device === undefined) return;
    const parts = found.get(device);
    if (parts === undefined) found.set(device, [part]);
    else if (!parts.some(({ name }) => name === part.name)) parts.push(part);
  };
  for (const virtualServer of director.config.virtualServers) {
    const part = serviceName(director, virtualServer);
    for (const address of virtualAddresses(virtualServer)) add(address, part);
  }
  return found;
}

function loopbacksOf({ links }: DirectorHost): ReadonlySet<string> {
  return new Set(links.flatMap(({ name, isLoopback }) => (isLoopback ? [name] : [])));
}
