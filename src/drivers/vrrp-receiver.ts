/**
 * Hears advertisements of one group on an interface without a membership of IGMP or MLD there: below the IP layer,
 * with a membership of the hardware address only (packet(7)). A VMAC needs this. The kernel gives frames that bear our
 * virtual hardware address as source, those of a peer with a VMAC, to the VMAC alone; and a report of membership from
 * there would teach switches that the virtual hardware address is here, while we are Backup. The filter lets nothing
 * else up, whatever passes through the interface (networking/filter of the kernel's documentation).
 */
import {
  AF,
  type MessageInfo,
  type OsError,
  SO,
  SOCK,
  SOL,
  Socket,
  sockaddrLl,
} from 'dgram-extensions';
import { type IpAddress, type IpFamily, ipBytes, ipFromBytes } from '../core/base/address.ts';
import { HOST_IS_LITTLE_ENDIAN } from '../core/netlink/attributes.ts';
import { groupMac } from '../core/wire/advertisement-frame.ts';
import { ETHERTYPE } from '../core/wire/ethernet.ts';
import { decodeIpv4Header, hasValidIpv4Checksum } from '../core/wire/ipv4.ts';
import { IPV6_HEADER_LENGTH } from '../core/wire/ipv6.ts';
import { AH_LENGTH } from '../core/wire/vrrp-ah.ts';
import { receivedBytesMax } from '../core/wire/vrrp-limits.ts';
import { FILTER, type FilterStep, filterProgram } from './socket-filter.ts';
import { type ReceivedVrrp, VRRP_RECEIVE_BUFFER_BYTES } from './vrrp-socket.ts';

/** Where a receiver listens, and who is told. */
export interface VrrpReceiverOptions {
  readonly family: IpFamily;
  readonly ifindex: number;
  /** 112, or 51 for version 2 inside IPSEC-AH. */
  readonly protocol: 112 | 51;
  readonly group: IpAddress;
  /** Only advertisements of this virtual router; absent: of all. */
  readonly vrid?: number;
  /** The interface that packets are said to have come by. */
  readonly reportedIfindex: number;
  readonly onPacket: (packet: ReceivedVrrp) => void;
  readonly onError: (error: OsError) => void;
}

/** PACKET_ADD_MEMBERSHIP and PACKET_MR_MULTICAST of linux/if_packet.h. */
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_MR_MULTICAST = 0;

/** One packet socket on one interface. Its constructor throws OsError. */
export class VrrpReceiver {
  readonly #socket: Socket;
  readonly #options: VrrpReceiverOptions;

  constructor(options: VrrpReceiverOptions) {
    const { family, ifindex } = options;
    this.#options = options;
    // Protocol 0: nothing arrives before the filter is in place.
    this.#socket = new Socket({
      family: AF.PACKET,
      type: SOCK.DGRAM,
      protocol: 0,
      sizeBytes: receivedBytesMax(family) + (family === 'ipv6' ? IPV6_HEADER_LENGTH : 0),
    });
    try {
      this.#socket.setOption(SOL.SOCKET, SO.RCVBUFFORCE, VRRP_RECEIVE_BUFFER_BYTES);
      this.#socket.setOption(SOL.SOCKET, SO.TIMESTAMPNS, 1);
      this.#socket.attachFilter(filterOf(options));
      const protocol = family === 'ipv4' ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6;
      this.#socket.bind(sockaddrLl({ ifindex, protocol }));
      this.#socket.setOption(SOL.PACKET, PACKET_ADD_MEMBERSHIP, membership(options));
      this.#socket.onMessage(
        (data, info) => this.#receive(data, info),
        (error) => options.onError(error),
      );
    } catch (error) {
      this.#socket.close();
      throw error;
    }
  }

  /** Delivers what is queued now. */
  drain(): void {
    this.#socket.drain();
  }

  /** Leaves the group and closes; harmless when repeated. */
  close(): void {
    this.#socket.close();
  }

  #receive(data: Uint8Array, info: MessageInfo): void {
    const { family, reportedIfindex: ifindex } = this.#options;
    const cut = info.truncated ? { cutFrom: info.length } : {};
    const common = { family, ifindex, receivedUs: info.receivedUs, ...cut };
    const packet = family === 'ipv4' ? this.#ipv4(data) : ipv6(data);
    if (packet !== undefined) this.#options.onPacket({ ...common, ...packet });
  }

  /** The IP layer has not looked at the packet: what it would drop is dropped here. */
  #ipv4(data: Uint8Array): Omit<ReceivedVrrp, 'family' | 'ifindex' | 'receivedUs'> | undefined {
    const header = decodeIpv4Header(data);
    if (!header.ok || !hasValidIpv4Checksum(data, header.value.headerLength)) return undefined;
    const { headerLength, totalLength, ttl } = header.value;
    const source = ipFromBytes(header.value.source);
    const destination = ipFromBytes(header.value.destination);
    if (source === undefined || destination === undefined) return undefined;
    const message = data.subarray(headerLength, totalLength);
    const whole = this.#options.protocol === 51 ? { ipPacket: data.subarray(0, totalLength) } : {};
    return { source, destination, ttl, message, ...whole };
  }
}

function ipv6(
  data: Uint8Array,
): Omit<ReceivedVrrp, 'family' | 'ifindex' | 'receivedUs'> | undefined {
  const [first = 0, , , , high = 0, low = 0, , ttl = 0] = data;
  const end = IPV6_HEADER_LENGTH + ((high << 8) | low);
  if (first >> 4 !== 6 || data.length < IPV6_HEADER_LENGTH || end > data.length) return undefined;
  const source = ipFromBytes(data.subarray(8, 24));
  const destination = ipFromBytes(data.subarray(24, 40));
  if (source === undefined || destination === undefined) return undefined;
  return { source, destination, ttl, message: data.subarray(IPV6_HEADER_LENGTH, end) };
}

/** `struct packet_mreq`: interface, type, length, address. */
function membership({ ifindex, group }: VrrpReceiverOptions): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  const mac = groupMac(ipBytes(group));
  view.setInt32(0, ifindex, HOST_IS_LITTLE_ENDIAN);
  view.setUint16(4, PACKET_MR_MULTICAST, HOST_IS_LITTLE_ENDIAN);
  view.setUint16(6, mac.length, HOST_IS_LITTLE_ENDIAN);
  bytes.set(mac, 8);
  return bytes;
}

// ---- the filter, in classic BPF (linux/filter.h)

const IPV4_FRAGMENT_BITS = 0x3fff;

/** A test of the packet: load something, and go on where it is the value (`jumpAnyBit`: where no bit is set). */
type Test = readonly [
  load: number,
  at: number,
  jump: typeof FILTER.jumpEqual | typeof FILTER.jumpAnyBit,
  value: number,
];

/** The program as bytes: unfragmented packets of the protocol, to the group, of the virtual router. */
export function filterOf({
  family,
  protocol,
  group,
  vrid,
}: Pick<VrrpReceiverOptions, 'family' | 'protocol' | 'group' | 'vrid'>): Uint8Array {
  const destination = ipBytes(group);
  const words = new DataView(destination.buffer, destination.byteOffset, destination.length);
  const isIpv4 = family === 'ipv4';
  const tests: Test[] = [[FILTER.loadByte, isIpv4 ? 9 : 6, FILTER.jumpEqual, protocol]];
  if (isIpv4) tests.push([FILTER.loadHalf, 6, FILTER.jumpAnyBit, IPV4_FRAGMENT_BITS]);
  for (let at = 0; at < destination.length; at += 4) {
    tests.push([FILTER.loadWord, (isIpv4 ? 16 : 24) + at, FILTER.jumpEqual, words.getUint32(at)]);
  }
  const code: FilterStep[] = [];
  const behindAh = protocol === 51 ? AH_LENGTH : 0;
  if (vrid !== undefined && !isIpv4) {
    tests.push([FILTER.loadByte, IPV6_HEADER_LENGTH + behindAh + 1, FILTER.jumpEqual, vrid]);
  }
  const hasTail = vrid !== undefined && isIpv4;
  // Behind the tests: the tail of three, the acceptance, the rejection.
  const rejectAt = 2 * tests.length + (hasTail ? 3 : 0) + 1;
  const jump = (kind: Test[2], value: number): void => {
    const distance = rejectAt - code.length - 1;
    code.push([
      kind,
      kind === FILTER.jumpEqual ? 0 : distance,
      kind === FILTER.jumpEqual ? distance : 0,
      value,
    ]);
  };
  for (const [load, at, kind, value] of tests) {
    code.push([load, 0, 0, at]);
    jump(kind, value);
  }
  if (hasTail) {
    code.push([FILTER.headerLengthToX, 0, 0, 0], [FILTER.loadByteAtX, 0, 0, behindAh + 1]);
    jump(FILTER.jumpEqual, vrid);
  }
  code.push([FILTER.end, 0, 0, 0xffff_ffff], [FILTER.end, 0, 0, 0]);
  return filterProgram(code);
}
