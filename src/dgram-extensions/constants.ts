/**
 * Numbers of the kernel's socket interface under the kernel's names without their prefix: SO.RCVBUFFORCE
 * is SO_RCVBUFFORCE. They are those of asm-generic, which x86, ARM, RISC-V, PowerPC's IP options and s390
 * share; MIPS, SPARC and PA-RISC number SOL_SOCKET options differently.
 */

/** Address families, linux/socket.h. */
export const AF = { UNSPEC: 0, UNIX: 1, INET: 2, INET6: 10, NETLINK: 16, PACKET: 17 } as const;

/** Socket types, linux/net.h. */
export const SOCK = { STREAM: 1, DGRAM: 2, RAW: 3 } as const;

/** Levels of setOption and of control data, linux/socket.h. */
export const SOL = {
  IP: 0,
  SOCKET: 1,
  TCP: 6,
  UDP: 17,
  IPV6: 41,
  ICMPV6: 58,
  RAW: 255,
  PACKET: 263,
  NETLINK: 270,
} as const;

/** Protocol numbers, linux/in.h and the IANA protocol numbers registry. */
export const IPPROTO = {
  IP: 0,
  ICMP: 1,
  TCP: 6,
  UDP: 17,
  IPV6: 41,
  AH: 51,
  ICMPV6: 58,
  VRRP: 112,
  RAW: 255,
} as const;

/** Options of level SOL.SOCKET, asm-generic/socket.h. */
export const SO = {
  REUSEADDR: 2,
  TYPE: 3,
  ERROR: 4,
  BROADCAST: 6,
  SNDBUF: 7,
  RCVBUF: 8,
  KEEPALIVE: 9,
  PRIORITY: 12,
  LINGER: 13,
  REUSEPORT: 15,
  BINDTODEVICE: 25,
  ATTACH_FILTER: 26,
  DETACH_FILTER: 27,
  TIMESTAMP: 29,
  SNDBUFFORCE: 32,
  RCVBUFFORCE: 33,
  TIMESTAMPNS: 35,
  MARK: 36,
  PROTOCOL: 38,
  DOMAIN: 39,
  RXQ_OVFL: 40,
  LOCK_FILTER: 44,
} as const;

/** Options of level SOL.IP, linux/in.h. */
export const IP = {
  TOS: 1,
  TTL: 2,
  HDRINCL: 3,
  OPTIONS: 4,
  ROUTER_ALERT: 5,
  RECVOPTS: 6,
  PKTINFO: 8,
  MTU_DISCOVER: 10,
  RECVERR: 11,
  RECVTTL: 12,
  RECVTOS: 13,
  FREEBIND: 15,
  TRANSPARENT: 19,
  MINTTL: 21,
  NODEFRAG: 22,
  BIND_ADDRESS_NO_PORT: 24,
  MULTICAST_IF: 32,
  MULTICAST_TTL: 33,
  MULTICAST_LOOP: 34,
  ADD_MEMBERSHIP: 35,
  DROP_MEMBERSHIP: 36,
  MULTICAST_ALL: 49,
  UNICAST_IF: 50,
} as const;

/** Options of level SOL.IPV6, linux/in6.h. */
export const IPV6 = {
  CHECKSUM: 7,
  UNICAST_HOPS: 16,
  MULTICAST_IF: 17,
  MULTICAST_HOPS: 18,
  MULTICAST_LOOP: 19,
  ADD_MEMBERSHIP: 20,
  DROP_MEMBERSHIP: 21,
  ROUTER_ALERT: 22,
  MTU_DISCOVER: 23,
  RECVERR: 25,
  V6ONLY: 26,
  MULTICAST_ALL: 29,
  HDRINCL: 36,
  RECVPKTINFO: 49,
  PKTINFO: 50,
  RECVHOPLIMIT: 51,
  HOPLIMIT: 52,
  RECVTCLASS: 66,
  TCLASS: 67,
  AUTOFLOWLABEL: 70,
  MINHOPCOUNT: 73,
  TRANSPARENT: 75,
  UNICAST_IF: 76,
  FREEBIND: 78,
} as const;

/** Options of level SOL.NETLINK, linux/netlink.h. */
export const NETLINK = {
  ADD_MEMBERSHIP: 1,
  DROP_MEMBERSHIP: 2,
  PKTINFO: 3,
  BROADCAST_ERROR: 4,
  NO_ENOBUFS: 5,
  LISTEN_ALL_NSID: 8,
  LIST_MEMBERSHIPS: 9,
  CAP_ACK: 10,
  EXT_ACK: 11,
  GET_STRICT_CHK: 12,
} as const;

/** Options of level SOL.PACKET, linux/if_packet.h. */
export const PACKET = {
  ADD_MEMBERSHIP: 1,
  DROP_MEMBERSHIP: 2,
  AUXDATA: 8,
  IGNORE_OUTGOING: 23,
} as const;

/** Filters of raw ICMP sockets: ICMP.FILTER at SOL.RAW, ICMPV6.FILTER at SOL.ICMPV6. */
export const ICMP = { FILTER: 1 } as const;
/** linux/icmpv6.h; a 32-byte bit set of the types to drop. */
export const ICMPV6 = { FILTER: 1 } as const;
