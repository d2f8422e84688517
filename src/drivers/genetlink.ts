/**
 * Generic netlink (linux/genetlink.h): the header of a family's messages, and finding a family by its
 * name, which also makes the kernel load the module that provides it.
 */
import { err, ok, type Result } from '../core/base/result.ts';
import {
  type AttributeError,
  type Attributes,
  AttributeWriter,
  hostU16,
  readAttributes,
} from '../core/netlink/attributes.ts';
import { KernelError } from './kernel-error.ts';
import { netlinkStructs } from './netlink-codec.ts';
import type { NetlinkCommand } from './netlink-frames.ts';
import type { NetlinkSocket } from './netlink-socket.ts';

const { formatGenlHeader, GENL_HEADER_LENGTH } = netlinkStructs;

/** NETLINK_GENERIC: the protocol of the socket. */
export const NETLINK_GENERIC = 16;

const GENL_ID_CTRL = 16;
const CTRL_CMD_GETFAMILY = 3;
const CTRL_ATTR_FAMILY_ID = 1;
const CTRL_ATTR_FAMILY_NAME = 2;
const CTRL_VERSION = 1;

/** A request to a family. */
export interface GenericCommand {
  readonly family: number;
  readonly command: number;
  readonly version: number;
  readonly attributes: Uint8Array;
  /** What is asked, in words, for KernelError. */
  readonly operation: string;
}

/** The netlink message of a family's request. */
export function genericCommand(request: GenericCommand): NetlinkCommand {
  const { command, version, attributes, family, operation } = request;
  const payload = new Uint8Array(GENL_HEADER_LENGTH + attributes.length);
  payload.set(formatGenlHeader({ cmd: command, version }));
  payload.set(attributes, GENL_HEADER_LENGTH);
  return { type: family, payload, operation };
}

/** The attributes of a family's answer. */
export function genericAttributes(payload: Uint8Array): Result<Attributes, AttributeError> {
  return readAttributes(payload.subarray(GENL_HEADER_LENGTH));
}

/** The id of a family; ENOENT when no module provides it. Ids differ between boots and after a reload of the module. */
export async function resolveFamily(
  socket: NetlinkSocket,
  name: string,
): Promise<Result<number, KernelError>> {
  const operation = `find the generic netlink family ${name}`;
  const attributes = new AttributeWriter().string(CTRL_ATTR_FAMILY_NAME, name).finish();
  const reply = await socket.request(
    genericCommand({
      family: GENL_ID_CTRL,
      command: CTRL_CMD_GETFAMILY,
      version: CTRL_VERSION,
      attributes,
      operation,
    }),
  );
  if (!reply.ok) return reply;
  const [payload] = reply.value;
  const decoded = payload === undefined ? undefined : genericAttributes(payload);
  const id = decoded?.ok === true ? decoded.value.get(CTRL_ATTR_FAMILY_ID) : undefined;
  return id === undefined ? err(new KernelError(operation, 'EBADMSG')) : ok(hostU16(id));
}
