/** Names of virtual and real servers as keepalived's lines, mails and logs have them. */
import type { IpAddress } from '../base/address.ts';
import type { VirtualServerConfig } from '../model/config.ts';
import { protocolOf } from '../model/virtual-addresses.ts';

/** `[192.0.2.10]:tcp:80`, `FWM 5`, and `[NAME]:K` for the K-th virtual server of a group, counted from 0. */
export function serviceNames(servers: readonly VirtualServerConfig[]): readonly string[] {
  const uses = new Map<string, number>();
  return servers.map(({ title, services }) => {
    const group = /^group (.+)$/.exec(title)?.[1];
    if (group !== undefined) {
      const use = uses.get(group) ?? 0;
      uses.set(group, use + 1);
      return `[${group}]:${use}`;
    }
    const [service] = services;
    if (service === undefined) return title;
    return service.kind === 'fwmark'
      ? `FWM ${service.mark}`
      : endpoint(service.address, service.protocol.toLowerCase(), service.port);
  });
}

/** `[10.0.1.1]:tcp:80`; behind a mark, which has no protocol, `[10.0.1.1]:none:80`. */
export function serverName(
  server: { readonly address: IpAddress; readonly port: number },
  virtualServer: Pick<VirtualServerConfig, 'services' | 'gathered'>,
): string {
  const protocol = protocolOf(virtualServer)?.toLowerCase() ?? 'none';
  return endpoint(server.address, protocol, server.port);
}

function endpoint(address: IpAddress, protocol: string, port: number): string {
  return `[${address}]:${protocol}:${port}`;
}
