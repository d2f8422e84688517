/**
 * The kernel's connection synchronisation daemon <-> attributes (IPVS_DAEMON_ATTR_*, linux/ip_vs.h).
 * Unlike all other ports of this interface, MCAST_PORT is in host order.
 */
import { type IpAddress, ipBytes, ipFamily, ipFromBytes } from '../base/address.ts';
import { asciiText } from '../base/bytes.ts';
import { type Attributes, type AttributeWriter, hostU16, hostU32 } from '../netlink/attributes.ts';
import * as abi from './abi.ts';

/** Which half of the synchronisation: the sender or the receiver. Both may run at once. */
export type SyncDaemonRole = 'master' | 'backup';

/** A daemon; what is absent is the kernel's default. */
export interface SyncDaemon {
  readonly role: SyncDaemonRole;
  readonly interface: string;
  /** 0..255; a receiver with 0 takes messages of every sender. */
  readonly syncId: number;
  /** Largest UDP payload in bytes; interface MTU less 28 by default. */
  readonly maxLength?: number;
  /** 224.0.0.81 by default. */
  readonly group?: IpAddress;
  /** 8848 by default. */
  readonly port?: number;
  /** 1 by default. */
  readonly ttl?: number;
}

/** IP_VS_STATE_MASTER and IP_VS_STATE_BACKUP. */
const STATE = { master: 1, backup: 2 } as const satisfies Record<SyncDaemonRole, number>;

/** Writes what DEL_DAEMON needs. */
export function writeDaemonIdentity(writer: AttributeWriter, role: SyncDaemonRole): void {
  writer.u32(abi.IPVS_DAEMON_ATTR_STATE, STATE[role]);
}

/** Writes what NEW_DAEMON needs. */
export function writeDaemon(writer: AttributeWriter, daemon: SyncDaemon): void {
  writeDaemonIdentity(writer, daemon.role);
  writer
    .string(abi.IPVS_DAEMON_ATTR_MCAST_IFN, daemon.interface)
    .u32(abi.IPVS_DAEMON_ATTR_SYNC_ID, daemon.syncId);
  if (daemon.maxLength !== undefined) {
    writer.u16(abi.IPVS_DAEMON_ATTR_SYNC_MAXLEN, daemon.maxLength);
  }
  if (daemon.port !== undefined) writer.u16(abi.IPVS_DAEMON_ATTR_MCAST_PORT, daemon.port);
  if (daemon.ttl !== undefined) writer.u8(abi.IPVS_DAEMON_ATTR_MCAST_TTL, daemon.ttl);
  if (daemon.group === undefined) return;
  const type =
    ipFamily(daemon.group) === 'ipv4'
      ? abi.IPVS_DAEMON_ATTR_MCAST_GROUP
      : abi.IPVS_DAEMON_ATTR_MCAST_GROUP6;
  writer.bytes(type, ipBytes(daemon.group));
}

/** Reads the DAEMON block of a reply; undefined when it is neither sender nor receiver. */
export function decodeDaemon(attributes: Attributes): SyncDaemon | undefined {
  const state = attributes.get(abi.IPVS_DAEMON_ATTR_STATE);
  const role = roleFromState(state === undefined ? 0 : hostU32(state));
  if (role === undefined) return undefined;
  const name = attributes.get(abi.IPVS_DAEMON_ATTR_MCAST_IFN);
  const syncId = attributes.get(abi.IPVS_DAEMON_ATTR_SYNC_ID);
  const maxLength = attributes.get(abi.IPVS_DAEMON_ATTR_SYNC_MAXLEN);
  const port = attributes.get(abi.IPVS_DAEMON_ATTR_MCAST_PORT);
  const ttl = attributes.get(abi.IPVS_DAEMON_ATTR_MCAST_TTL)?.[0];
  const groupBytes =
    attributes.get(abi.IPVS_DAEMON_ATTR_MCAST_GROUP) ??
    attributes.get(abi.IPVS_DAEMON_ATTR_MCAST_GROUP6);
  const group = groupBytes === undefined ? undefined : ipFromBytes(groupBytes);
  return {
    role,
    interface: name === undefined ? '' : asciiText(name),
    syncId: syncId === undefined ? 0 : hostU32(syncId),
    ...(maxLength === undefined ? {} : { maxLength: hostU16(maxLength) }),
    ...(group === undefined ? {} : { group }),
    ...(port === undefined ? {} : { port: hostU16(port) }),
    ...(ttl === undefined ? {} : { ttl }),
  };
}

function roleFromState(state: number): SyncDaemonRole | undefined {
  if (state === STATE.master) return 'master';
  return state === STATE.backup ? 'backup' : undefined;
}
