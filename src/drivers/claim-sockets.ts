/**
 * Hears what other hosts say of some addresses, by ARP and neighbour advertisements. The kernel sorts out all else, and keeps a handful until
 * it is read: a flood costs a reader no more than that, and the rest is lost.
 */
import { AF, IPPROTO, SO, SOCK, SOL, Socket, sockaddrLl } from 'dgram-extensions';
import { type IpAddress, ipBytes, ipFamily } from '../core/base/address.ts';
import { HOST_IS_LITTLE_ENDIAN } from '../core/netlink/attributes.ts';
import { type AddressClaim, claimOfAdvertisement, claimOfArp } from '../core/wire/address-claim.ts';
import { ETHERTYPE } from '../core/wire/ethernet.ts';
import { FILTER, FILTER_STEPS_MAX, type FilterStep, filterProgram } from './socket-filter.ts';

/** A claim as it was heard. */
export interface HeardClaim extends AddressClaim {
  /** Index of the interface; 0: not told. */
  readonly ifindex: number;
}

/** Most claims that one call reads from a socket. */
const READ_MAX = 32;
/** Room for about as many. */
const RECEIVE_BUFFER_BYTES = 16 * 1024;
const MESSAGE_BYTES_MAX = 256;
const SOCKADDR_BYTES_MAX = 128;

/** `sll_ifindex` of struct sockaddr_ll, `sin6_scope_id` of struct sockaddr_in6. */
const LL_IFINDEX_AT = 4;
const IN6_SCOPE_AT = 24;

/** What BPF reads beside the packet: its direction, and its network header (linux/filter.h, linux/if_packet.h). */
const PACKET_TYPE = 0xffff_f000 + 4;
const PACKET_OUTGOING = 4;
const NETWORK_HEADER = 0xfff0_0000;
const HOP_LIMIT_AT = 7;
const HOP_LIMIT_OF_NEIGHBOURS = 255;

const ARP_SENDER_AT = 28;
/** The last word of the target of an advertisement. */
const TARGET_END_AT = 20;
const NEIGHBOUR_ADVERTISEMENT = 136;
const PASS = 0xffff;

/** Steps for one address, and those around them at most. */
const STEPS_EACH = 2;
const STEPS_AROUND = 8;
/** Most addresses of one family that are listened for; the first ones count. */
const ADDRESSES_MAX: number = (FILTER_STEPS_MAX - STEPS_AROUND) / STEPS_EACH;

/** One socket for each family with addresses. */
export class ClaimSockets {
  #arp: Socket | undefined;
  #neighbours: Socket | undefined;

  /** Listens for claims of these addresses from now on, and of no others. Throws OsError. */
  listen(addresses: readonly IpAddress[]): void {
    const ipv4 = addresses.filter((one) => ipFamily(one) === 'ipv4');
    const ipv6 = addresses.filter((one) => ipFamily(one) === 'ipv6');
    this.#arp = listening(this.#arp, ipv4, ARP);
    this.#neighbours = listening(this.#neighbours, ipv6, NEIGHBOURS);
  }

  /** What has been heard since the last call. */
  read(): readonly HeardClaim[] {
    return [
      ...readAll(this.#arp, claimOfArp, LL_IFINDEX_AT),
      ...readAll(this.#neighbours, claimOfAdvertisement, IN6_SCOPE_AT),
    ];
  }

  /** Closes everything; harmless when repeated. */
  close(): void {
    this.#arp?.close();
    this.#neighbours?.close();
    this.#arp = undefined;
    this.#neighbours = undefined;
  }
}

/** The socket for these addresses: the same with another filter, a new one, or none. */
function listening(
  socket: Socket | undefined,
  addresses: readonly IpAddress[],
  { open, filter }: Kind,
): Socket | undefined {
  if (addresses.length === 0) {
    socket?.close();
    return undefined;
  }
  const program = filterProgram(filter(addresses.slice(0, ADDRESSES_MAX)));
  if (socket === undefined) return open(program);
  socket.attachFilter(program);
  return socket;
}

/** How claims of one family are heard. */
interface Kind {
  /** Throws OsError. */
  readonly open: (program: Uint8Array) => Socket;
  readonly filter: (addresses: readonly IpAddress[]) => readonly FilterStep[];
}

const ARP: Kind = {
  open: (program) => {
    // Protocol 0: nothing arrives before the filter is in place.
    const socket = new Socket({ family: AF.PACKET, type: SOCK.RAW, protocol: 0 });
    return prepared(socket, program, () =>
      socket.bind(sockaddrLl({ ifindex: 0, protocol: ETHERTYPE.arp })),
    );
  },
  filter: (addresses) => [
    [FILTER.loadWord, 0, 0, PACKET_TYPE],
    [FILTER.jumpEqual, 0, 1, PACKET_OUTGOING],
    [FILTER.end, 0, 0, 0],
    [FILTER.loadWord, 0, 0, ARP_SENDER_AT],
    ...passOneOf(addresses),
  ],
};

const NEIGHBOURS: Kind = {
  open: (program) => {
    const socket = new Socket({ family: AF.INET6, type: SOCK.RAW, protocol: IPPROTO.ICMPV6 });
    // What came before the filter was in place.
    return prepared(socket, program, () => void readAll(socket, () => undefined, IN6_SCOPE_AT));
  },
  // The kernel has looked at the checksum, and leaves the hop limit to us: an advertisement that was routed is forged.
  filter: (addresses) => [
    [FILTER.loadByte, 0, 0, NETWORK_HEADER + HOP_LIMIT_AT],
    [FILTER.jumpEqual, 1, 0, HOP_LIMIT_OF_NEIGHBOURS],
    [FILTER.end, 0, 0, 0],
    [FILTER.loadByte, 0, 0, 0],
    [FILTER.jumpEqual, 1, 0, NEIGHBOUR_ADVERTISEMENT],
    [FILTER.end, 0, 0, 0],
    [FILTER.loadWord, 0, 0, TARGET_END_AT],
    ...passOneOf(addresses),
  ],
};

/** Lets pass what has been loaded when it is the end of one of the addresses. */
function passOneOf(addresses: readonly IpAddress[]): FilterStep[] {
  const steps = addresses.flatMap((address): FilterStep[] => {
    const bytes = ipBytes(address);
    const end = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4).getUint32(0);
    return [
      [FILTER.jumpEqual, 0, 1, end],
      [FILTER.end, 0, 0, PASS],
    ];
  });
  return [...steps, [FILTER.end, 0, 0, 0]];
}

function prepared(socket: Socket, program: Uint8Array, begin: () => void): Socket {
  try {
    socket.setOption(SOL.SOCKET, SO.RCVBUF, RECEIVE_BUFFER_BYTES);
    socket.attachFilter(program);
    begin();
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

function readAll(
  socket: Socket | undefined,
  claimOf: (message: Uint8Array) => AddressClaim | undefined,
  ifindexAt: number,
): HeardClaim[] {
  const claims: HeardClaim[] = [];
  const buffer = new Uint8Array(MESSAGE_BYTES_MAX);
  for (let count = 0; socket !== undefined && count < READ_MAX; count++) {
    const source = new Uint8Array(SOCKADDR_BYTES_MAX);
    const length = socket.recvNow(buffer, source);
    if (length < 0) break;
    const claim = claimOf(buffer.subarray(0, Math.min(length, buffer.length)));
    const view = new DataView(source.buffer);
    if (claim !== undefined)
      claims.push({ ...claim, ifindex: view.getUint32(ifindexAt, HOST_IS_LITTLE_ENDIAN) });
  }
  return claims;
}
