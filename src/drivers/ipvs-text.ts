/** Operations on the IPVS table in words, for errors and plans shown to operators. */
import type { IpvsOperation } from '../core/lvs/ipvs-table.ts';

/** What is done to what, and what stands between a server and its service. */
const WORDS = {
  addService: ['add service', ''],
  updateService: ['change service', ''],
  removeService: ['remove service', ''],
  addDestination: ['add server', 'to'],
  updateDestination: ['change server', 'of'],
  removeDestination: ['remove server', 'from'],
} as const satisfies Record<IpvsOperation['type'], readonly [string, string]>;

/** One operation: `add server 192.0.2.1:80 to tcp:198.51.100.1:80`. */
export function describeOperation(operation: IpvsOperation): string {
  return `${WORDS[operation.type][0]} ${objectOf(operation)}`;
}

/** What it is about: `192.0.2.1:80 to tcp:198.51.100.1:80`. */
export function objectOf(operation: IpvsOperation): string {
  const [, between] = WORDS[operation.type];
  const isServer = between !== '' && 'destinationKey' in operation;
  return isServer ? `${operation.destinationKey} ${between} ${operation.key}` : operation.key;
}
