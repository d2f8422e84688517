/** Operations on the IPVS table in words, for errors and plans shown to operators. */
import { unreachable } from '../core/base/assert.ts';
import type { IpvsOperation } from '../core/lvs/ipvs-table.ts';

/** One operation: `add server 192.0.2.1:80 to tcp:198.51.100.1:80`. */
export function describeOperation(operation: IpvsOperation): string {
  switch (operation.type) {
    case 'addService':
      return `add service ${operation.key}`;
    case 'updateService':
      return `change service ${operation.key}`;
    case 'removeService':
      return `remove service ${operation.key}`;
    case 'addDestination':
      return `add server ${operation.destinationKey} to ${operation.key}`;
    case 'updateDestination':
      return `change server ${operation.destinationKey} of ${operation.key}`;
    case 'removeDestination':
      return `remove server ${operation.destinationKey} from ${operation.key}`;
    default:
      return unreachable(operation);
  }
}
