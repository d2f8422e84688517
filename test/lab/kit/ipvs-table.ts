/**
 * The kernel's IPVS table of a node, as `ipvsadm` prints it: the lab looks with somebody else's eyes.
 */
import type { LabNode } from './node.ts';

/** A real server of a virtual service. */
export interface IpvsDestination {
  /** `ADDRESS:PORT`. */
  readonly address: string;
  /** ipvsadm's word: Route, Masq, Tunnel or Local. */
  readonly forward: string;
  readonly weight: number;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
}

/** A virtual service. */
export interface IpvsService {
  /** TCP, UDP, SCTP or FWM. */
  readonly protocol: string;
  /** `ADDRESS:PORT`, or the mark. */
  readonly address: string;
  readonly scheduler: string;
  /** Persistence timeout in seconds; undefined without persistence. */
  readonly persistentSeconds: number | undefined;
  readonly destinations: readonly IpvsDestination[];
}

/** Counters of a real server since it was added. */
export interface IpvsCounters {
  readonly address: string;
  readonly connections: number;
  readonly packetsIn: number;
  readonly bytesIn: number;
}

/** Reads the table of a node. @throws CommandError when the kernel has no IPVS. */
export async function readIpvs(node: LabNode): Promise<readonly IpvsService[]> {
  return parseIpvsTable((await node.exec(['ipvsadm', '-L', '-n'])).stdout);
}

/** Reads the counters of every real server of a node. The kernel refreshes them every two seconds. */
export async function readIpvsCounters(node: LabNode): Promise<readonly IpvsCounters[]> {
  const { stdout } = await node.exec(['ipvsadm', '-L', '-n', '--stats', '--exact']);
  return parseIpvsCounters(stdout);
}

/** The rules as `ipvsadm -S -n` saves them, sorted, one per line. */
export async function saveIpvs(node: LabNode): Promise<string> {
  const { stdout } = await node.exec(['ipvsadm', '-S', '-n']);
  return stdout.trim().split('\n').sort().join('\n');
}

/** The weights of a service's real servers, by `ADDRESS:PORT`; undefined when there is no such service. */
export function weightsOf(
  services: readonly IpvsService[],
  address: string,
): ReadonlyMap<string, number> | undefined {
  const service = services.find((s) => s.address === address);
  if (service === undefined) return undefined;
  return new Map(service.destinations.map((d) => [d.address, d.weight]));
}

/** Reads the output of `ipvsadm -L -n`. */
export function parseIpvsTable(text: string): readonly IpvsService[] {
  const services: (IpvsService & { destinations: IpvsDestination[] })[] = [];
  for (const line of text.split('\n')) {
    const destination = /^ {2}-> (\S+)\s+(\S+)\s+(\d+)\s+(\d+)\s+(\d+)/.exec(line);
    if (destination !== null) {
      const [, address = '', forward = '', weight, active, inactive] = destination;
      services.at(-1)?.destinations.push({
        address,
        forward,
        weight: Number(weight),
        activeConnections: Number(active),
        inactiveConnections: Number(inactive),
      });
      continue;
    }
    const service = /^(TCP|UDP|SCTP|FWM)\s+(\S+) (\S+)(.*)$/.exec(line);
    if (service === null) continue;
    const [, protocol = '', address = '', scheduler = '', flags = ''] = service;
    const persistent = /persistent (\d+)/.exec(flags)?.[1];
    services.push({
      protocol,
      address,
      scheduler,
      persistentSeconds: persistent === undefined ? undefined : Number(persistent),
      destinations: [],
    });
  }
  return services;
}

/** Reads the real servers' lines of `ipvsadm -L -n --stats --exact`. */
export function parseIpvsCounters(text: string): readonly IpvsCounters[] {
  const rows = text.matchAll(/^ {2}-> (\S+:\d+)\s+(\d+)\s+(\d+)\s+\d+\s+(\d+)/gm);
  return [...rows].map(([, address = '', connections, packetsIn, bytesIn]) => ({
    address,
    connections: Number(connections),
    packetsIn: Number(packetsIn),
    bytesIn: Number(bytesIn),
  }));
}
