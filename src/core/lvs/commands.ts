/**
 * Requests of the IPVS family: the command number and the attributes behind the generic header, for
 * every operation of the planner and for the dumps. Full objects for NEW and SET, identities for the rest.
 */
import { unreachable } from '../base/assert.ts';
import type { ServiceIdentity } from '../model/config.ts';
import { AttributeWriter } from '../netlink/attributes.ts';
import * as abi from './abi.ts';
import {
  type SyncDaemon,
  type SyncDaemonRole,
  writeDaemon,
  writeDaemonIdentity,
} from './daemon-codec.ts';
import { writeDestination, writeDestinationIdentity } from './destination-codec.ts';
import type { IpvsOperation, IpvsService } from './ipvs-table.ts';
import { writeService, writeServiceIdentity } from './service-codec.ts';

/** What follows the netlink header, in two parts. */
export interface IpvsCommand {
  /** IPVS_CMD_*. */
  readonly command: number;
  readonly attributes: Uint8Array;
}

/** The request that carries out one operation. */
export function encodeOperation(operation: IpvsOperation): IpvsCommand {
  switch (operation.type) {
    case 'addService':
      return wholeService(abi.IPVS_CMD_NEW_SERVICE, operation.service);
    case 'updateService':
      return wholeService(abi.IPVS_CMD_SET_SERVICE, operation.service);
    case 'removeService':
      return namedService(abi.IPVS_CMD_DEL_SERVICE, operation.service.identity);
    case 'addDestination':
      return withDestination(abi.IPVS_CMD_NEW_DEST, operation, writeDestination);
    case 'updateDestination':
      return withDestination(abi.IPVS_CMD_SET_DEST, operation, writeDestination);
    case 'removeDestination':
      return withDestination(abi.IPVS_CMD_DEL_DEST, operation, writeDestinationIdentity);
    default:
      return unreachable(operation);
  }
}

/** GET_SERVICE: one service (as a plain request). */
export function encodeGetService(identity: ServiceIdentity): IpvsCommand {
  return namedService(abi.IPVS_CMD_GET_SERVICE, identity);
}

/** GET_DEST: all destinations of a service (as a dump); of an absent service an empty one. */
export function encodeGetDestinations(identity: ServiceIdentity): IpvsCommand {
  return namedService(abi.IPVS_CMD_GET_DEST, identity);
}

/** ZERO: counters of a service and its destinations, or of everything. */
export function encodeZero(identity: ServiceIdentity | undefined): IpvsCommand {
  if (identity !== undefined) return namedService(abi.IPVS_CMD_ZERO, identity);
  return { command: abi.IPVS_CMD_ZERO, attributes: new Uint8Array(0) };
}

/** FLUSH: removes all services. */
export const FLUSH: IpvsCommand = {
  command: abi.IPVS_CMD_FLUSH,
  attributes: new Uint8Array(0),
};

/** NEW_DAEMON: starts one half of the connection synchronisation. */
export function encodeStartDaemon(daemon: SyncDaemon): IpvsCommand {
  const writer = new AttributeWriter();
  writer.nest(abi.IPVS_CMD_ATTR_DAEMON, (nested) => writeDaemon(nested, daemon));
  return { command: abi.IPVS_CMD_NEW_DAEMON, attributes: writer.finish() };
}

/** DEL_DAEMON: stops one half of the connection synchronisation. */
export function encodeStopDaemon(role: SyncDaemonRole): IpvsCommand {
  const writer = new AttributeWriter();
  writer.nest(abi.IPVS_CMD_ATTR_DAEMON, (nested) => writeDaemonIdentity(nested, role));
  return { command: abi.IPVS_CMD_DEL_DAEMON, attributes: writer.finish() };
}

function wholeService(command: number, service: IpvsService): IpvsCommand {
  const writer = new AttributeWriter();
  writer.nest(abi.IPVS_CMD_ATTR_SERVICE, (nested) => writeService(nested, service));
  return { command, attributes: writer.finish() };
}

function namedService(command: number, identity: ServiceIdentity): IpvsCommand {
  const writer = new AttributeWriter();
  writer.nest(abi.IPVS_CMD_ATTR_SERVICE, (nested) => writeServiceIdentity(nested, identity));
  return { command, attributes: writer.finish() };
}

type DestinationOperation = Extract<IpvsOperation, { readonly destinationKey: string }>;

function withDestination(
  command: number,
  operation: DestinationOperation,
  write: (writer: AttributeWriter, destination: DestinationOperation['destination']) => void,
): IpvsCommand {
  const writer = new AttributeWriter();
  writer
    .nest(abi.IPVS_CMD_ATTR_SERVICE, (nested) =>
      writeServiceIdentity(nested, operation.service.identity),
    )
    .nest(abi.IPVS_CMD_ATTR_DEST, (nested) => write(nested, operation.destination));
  return { command, attributes: writer.finish() };
}
