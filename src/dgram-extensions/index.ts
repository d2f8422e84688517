/**
 * Sockets that Node does not have (raw, packet, netlink), an exact timer, a bulk connect prober and
 * scheduling, for Linux. This package alone loads the native binary.
 */

export type { SockaddrIn6Options, SockaddrLlOptions, SockaddrNlOptions } from './addresses.ts';
export {
  addressOf,
  familyOf,
  sockaddrIn,
  sockaddrIn6,
  sockaddrLl,
  sockaddrNl,
} from './addresses.ts';
export type { ApartFile } from './apart.ts';
export { ApartReader } from './apart.ts';
export { interfaceIndex, monotonicUs } from './clock.ts';
export {
  AF,
  ICMP,
  ICMPV6,
  IP,
  IPPROTO,
  IPV6,
  NETLINK,
  PACKET,
  SO,
  SOCK,
  SOL,
} from './constants.ts';
export { DirectoryLock } from './lock.ts';
export type { MessageInfo } from './message-info.ts';
export { enterNetworkNamespace } from './namespace.ts';
export { NativeModuleError } from './native.ts';
export { errnoName, OsError } from './os-error.ts';
export type {
  ConnectProberOptions,
  ProbePhase,
  ProbeRequest,
  ProbeResult,
} from './prober.ts';
export { ConnectProber } from './prober.ts';
export { builtFile } from './programs.ts';
export type { MessageHandler, ReceiveErrorHandler } from './receiver.ts';
export type { Resource, SchedulerOptions } from './schedule.ts';
export { setAffinity, setNice, setResourceLimit, setScheduler } from './schedule.ts';
export type { OutgoingMessage, SocketOptions } from './socket.ts';
export { Socket } from './socket.ts';
export { Timer } from './timer.ts';
