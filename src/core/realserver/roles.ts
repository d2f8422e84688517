/** Which services a host serves as a real server, and how packets come to it. */
import { type IpAddress, type IpFamily, ipFamily } from '../base/address.ts';
import { rangeAddresses } from '../base/address-range.ts';
import type {
  Config,
  ForwardingConfig,
  ServiceIdentity,
  ServiceProtocol,
  VirtualServerConfig,
} from '../model/config.ts';

/** One service that a host serves. */
export interface ServerRole {
  readonly forwarding: ForwardingConfig;
  /** The address of the host that the director sends to. */
  readonly server: IpAddress;
  /** Port at which packets arrive: with DR and TUN that of the service, 0 = all. */
  readonly port: number;
  /** Undefined for a firewall mark. */
  readonly protocol?: ServiceProtocol;
  /** Undefined for a firewall mark, whose addresses a configuration does not name. */
  readonly virtualAddress?: IpAddress;
  readonly family: IpFamily;
  /** The virtual server as the operator wrote it. */
  readonly title: string;
}

/** The services for which one of the addresses is a real server or a sorry server, in the order of the configuration. */
export function rolesOf(
  { virtualServers }: Pick<Config, 'virtualServers'>,
  own: ReadonlySet<IpAddress>,
): readonly ServerRole[] {
  return virtualServers.flatMap((virtualServer) => {
    const { realServers, sorryServer, title } = virtualServer;
    const services = arrivals(virtualServer);
    const servers = [...realServers, ...(sorryServer === undefined ? [] : [sorryServer])];
    const ours = servers.filter(({ address }) => own.has(address));
    return ours.flatMap(({ address: server, port, forwarding }) =>
      services.map((service): ServerRole => {
        const { family } = service;
        if (service.kind === 'fwmark') return { forwarding, server, port, family, title };
        // With and without the director's source, NAT writes another destination into the packet.
        const isTranslated = forwarding.method === 'NAT' && port !== 0;
        return {
          forwarding,
          server,
          port: isTranslated ? port : service.port,
          protocol: service.protocol,
          virtualAddress: service.address,
          family,
          title,
        };
      }),
    );
  });
}

/** What arrives at a real server: the addresses behind a mark that Tandem's own rules set (`nftables_ipvs`) are known. */
function arrivals({ services, gathered }: VirtualServerConfig): readonly ServiceIdentity[] {
  if (gathered === undefined) return services;
  const { protocol, entries } = gathered;
  return entries.flatMap(({ range, port }) =>
    rangeAddresses(range).map((address) => {
      const family = ipFamily(address);
      return { kind: 'address', family, protocol, address, port } as const;
    }),
  );
}

/** All real servers and sorry servers of a configuration, each once. */
export function serversOf({
  virtualServers,
}: Pick<Config, 'virtualServers'>): readonly IpAddress[] {
  const all = virtualServers.flatMap(({ realServers, sorryServer }) => [
    ...realServers.map(({ address }) => address),
    ...(sorryServer === undefined ? [] : [sorryServer.address]),
  ]);
  return [...new Set(all)];
}

/** Services at addresses that were named by hand, all ports; `server` is the address that tunnelled packets come to. */
export function rolesByHand(
  virtualAddresses: readonly IpAddress[],
  forwarding: ForwardingConfig,
  server: IpAddress | undefined,
): readonly ServerRole[] {
  return virtualAddresses.map((virtualAddress) => ({
    forwarding,
    server: server ?? virtualAddress,
    port: 0,
    virtualAddress,
    family: ipFamily(virtualAddress),
    title: virtualAddress,
  }));
}
