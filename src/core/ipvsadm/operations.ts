/** Requests that change the table -> operations on it. */
import type { IpvsOperation, IpvsService } from '../lvs/ipvs-table.ts';
import { endpointKey, type ServiceIdentity, serviceKey } from '../model/config.ts';
import type { IpvsadmRequest } from './request.ts';

/** The operation of a request; undefined for one that is none. */
export function operationOf(request: IpvsadmRequest): IpvsOperation | undefined {
  switch (request.command) {
    case 'add-service':
      return serviceOperation('addService', request.service);
    case 'edit-service':
      return serviceOperation('updateService', request.service);
    case 'delete-service':
      return serviceOperation('removeService', named(request.identity));
    case 'add-server':
      return destinationOperation('addDestination', request);
    case 'edit-server':
      return destinationOperation('updateDestination', request);
    case 'delete-server':
      return destinationOperation('removeDestination', request);
    default:
      return undefined;
  }
}

type ServerRequest = Extract<IpvsadmRequest, { readonly destination: unknown }>;

function serviceOperation(
  type: 'addService' | 'updateService' | 'removeService',
  service: IpvsService,
): IpvsOperation {
  return { type, key: serviceKey(service.identity), service };
}

function destinationOperation(
  type: 'addDestination' | 'updateDestination' | 'removeDestination',
  { identity, destination }: ServerRequest,
): IpvsOperation {
  const { address, port } = destination;
  const destinationKey = endpointKey(address, port);
  return { type, key: serviceKey(identity), service: named(identity), destinationKey, destination };
}

/** Where only the name of a service counts. */
function named(identity: ServiceIdentity): IpvsService {
  const netmaskPrefix = identity.family === 'ipv4' ? 32 : 128;
  return { identity, scheduler: '', flags: 0, timeoutSeconds: 0, netmaskPrefix };
}
