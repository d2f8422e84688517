/** Which port of a server the kernel sends the packets of a service to. */
import type { RealServerConfig, ServiceIdentity } from './config.ts';

/**
 * Only NAT translates ports: with DR and TUN the packet keeps the service's. A mark has no port, so
 * what is configured is kept there (and 0 means the port of the packet).
 */
export function destinationPort(
  server: Pick<RealServerConfig, 'port' | 'forwarding'>,
  identity: ServiceIdentity,
): number {
  // One that gathers addresses of a group has DR servers with the port of the group.
  if (identity.kind === 'fwmark') return server.forwarding.method === 'NAT' ? server.port : 0;
  if (server.port === 0 || server.forwarding.method !== 'NAT') return identity.port;
  return server.port;
}
