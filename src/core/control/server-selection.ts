/** Which real servers an operator means: by their address, by their virtual server, or by both. */
import { parseIp } from '../base/address.ts';
import { err, ok, type Result } from '../base/result.ts';
import { visible } from '../base/visible.ts';
import { didYouMean } from '../language/spelling.ts';
import { endpointKey, serviceKey, type VirtualServerConfig } from '../model/config.ts';
import type { ControlError } from './messages.ts';

/** What an operator wrote. */
export interface ServerNames {
  /** `10.0.1.1`, `10.0.1.1:80`, `[2001:db8::1]:80`; absent: all servers. */
  readonly server?: string;
  /** As status shows it, as the file has it, or a part of that; absent: all virtual servers. */
  readonly service?: string;
}

/** A real server in one virtual server. */
export interface Selected {
  readonly virtualServer: VirtualServerConfig;
  /** `endpointKey`. */
  readonly realServer: string;
}

/** Names that an error shows. */
const NAMES_MAX = 5;

/** The servers that are meant, each once, in the order of the file. Errors: `bad-request`, `not-found` with the nearest names. */
export function selectServers(
  virtualServers: readonly VirtualServerConfig[],
  { server, service }: ServerNames,
): Result<readonly Selected[], ControlError> {
  if (server === undefined && service === undefined) {
    const message = 'name a real server, a virtual server (--service), or both';
    return err({ code: 'bad-request', message });
  }
  const services =
    service === undefined
      ? virtualServers
      : virtualServers.filter((one) => serviceNames(one).has(folded(service)));
  if (services.length === 0) return err(noService(virtualServers, service));
  const wanted = server === undefined ? undefined : canonicalServer(server);
  const found = services.flatMap((virtualServer) =>
    [...new Map(virtualServer.realServers.map((real) => [keyOf(real), real]))]
      .filter(([key, { address }]) => wanted === undefined || wanted === key || wanted === address)
      .map(([realServer]): Selected => ({ virtualServer, realServer })),
  );
  if (found.length > 0 || wanted === undefined) return ok(found);
  return err(noServer(virtualServers, services, server ?? ''));
}

type RealServer = VirtualServerConfig['realServers'][number];

function keyOf({ address, port }: RealServer): string {
  return endpointKey(address, port);
}

/** All names of a virtual server: its key, its title, and of each of its services the key, address and port, and address. */
function serviceNames({ key, title, services }: VirtualServerConfig): ReadonlySet<string> {
  const names = [key, title];
  for (const service of services) {
    names.push(serviceKey(service));
    if (service.kind === 'address') {
      names.push(service.address, endpointKey(service.address, service.port));
    } else names.push(`fwmark ${service.mark}`);
  }
  if (title.startsWith('group ')) names.push(title.slice('group '.length));
  return new Set(names.map(folded));
}

function folded(name: string): string {
  return name.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** The text as keys have it: IPv6 addresses in their canonical form. */
function canonicalServer(text: string): string {
  const bare = parseIp(text.trim());
  if (bare !== undefined) return bare;
  const parts = /^\[?([^\]]+?)\]?:(\d+)$/.exec(text.trim());
  const address = parts?.[1] === undefined ? undefined : parseIp(parts[1]);
  return address === undefined ? text.trim() : endpointKey(address, Number(parts?.[2]));
}

function noService(virtualServers: readonly VirtualServerConfig[], service = ''): ControlError {
  const keys = virtualServers.map(({ key }) => key);
  if (keys.length === 0) {
    return { code: 'not-found', message: 'the configuration has no virtual servers' };
  }
  const names = virtualServers.flatMap((one) => [...serviceNames(one)]);
  return notFound(`there is no virtual server ${shown(service)}`, service, names, keys);
}

function noServer(
  all: readonly VirtualServerConfig[],
  services: readonly VirtualServerConfig[],
  server: string,
): ControlError {
  const elsewhere = services === all ? undefined : selectServers(all, { server });
  if (elsewhere?.ok === true) {
    const places = elsewhere.value.map(({ virtualServer }) => virtualServer.key);
    const where = services.map(({ key }) => key).join(', ');
    const message = `real server ${shown(server)} is not in ${where}; it is in ${list(places)}`;
    return { code: 'not-found', message };
  }
  const keys = [...new Set(services.flatMap(({ realServers }) => realServers.map(keyOf)))];
  const addresses = services.flatMap(({ realServers }) => realServers.map((one) => one.address));
  return notFound(
    `there is no real server ${shown(server)}`,
    server,
    [...keys, ...addresses],
    keys,
  );
}

/** The nearest name, and without one what there is. */
function notFound(
  what: string,
  name: string,
  names: Iterable<string>,
  all: readonly string[],
): ControlError {
  const hint = didYouMean(name, names) ?? `there is ${list(all)}`;
  return { code: 'not-found', message: `${what}; ${hint}` };
}

function list(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  const first = names.slice(0, NAMES_MAX).join(', ');
  return more > 0 ? `${first} and ${more} more` : first;
}

function shown(name: string): string {
  return `"${visible(name.slice(0, 64))}"`;
}
