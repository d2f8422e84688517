// Sends one protocol 112 message over IPv4, one over IPv6, one with a header of its own (IP_HDRINCL) and
// one ARP frame through argv[2], and says the results.
import {
  AF,
  IP,
  IPPROTO,
  IPV6,
  interfaceIndex,
  SOCK,
  SOL,
  Socket,
  sockaddrIn,
  sockaddrIn6,
  sockaddrLl,
} from 'dgram-extensions';
import { say } from './common.mjs';

const device = process.argv[2];
const ifindex = interfaceIndex(device);
const payload = Uint8Array.of(0x31, 51, 150, 1, 0, 100, 0, 0);
const group4 = Uint8Array.of(224, 0, 0, 18);

const four = new Socket({ family: AF.INET, type: SOCK.RAW, protocol: IPPROTO.VRRP });
four.bindToDevice(device);
four.setOption(SOL.IP, IP.MULTICAST_TTL, 255);
four.setOption(SOL.IP, IP.TOS, 0xc0);
say({ v4: four.send(payload, sockaddrIn(group4)) });

const six = new Socket({ family: AF.INET6, type: SOCK.RAW, protocol: IPPROTO.VRRP });
six.bindToDevice(device);
six.setOption(SOL.IPV6, IPV6.MULTICAST_HOPS, 255);
six.setOption(SOL.IPV6, IPV6.TCLASS, 0xc0);
const group6 = new Uint8Array(16);
group6.set([0xff, 2], 0);
group6[15] = 0x12;
say({ v6: six.send(payload, sockaddrIn6(group6, { scopeId: ifindex })) });

// IPPROTO_RAW implies IP_HDRINCL: source 10.9.0.77 is nobody's, TTL 17.
const header = Uint8Array.of(
  0x45,
  0,
  0,
  28,
  0,
  0,
  0,
  0,
  17,
  112,
  0,
  0,
  10,
  9,
  0,
  77,
  224,
  0,
  0,
  18,
);
const own = new Socket({ family: AF.INET, type: SOCK.RAW, protocol: IPPROTO.RAW });
own.bindToDevice(device);
say({ hdrincl: own.send(Uint8Array.of(...header, ...payload), sockaddrIn(group4)) });

const frame = new Uint8Array(42);
frame.fill(0xff, 0, 6);
frame.set([0, 0, 0x5e, 0, 1, 51, 0x08, 0x06], 6);
const packet = new Socket({ family: AF.PACKET, type: SOCK.RAW, protocol: 0 });
say({ arp: packet.send(frame, sockaddrLl({ ifindex, protocol: 0x0806 })) });
for (const socket of [four, six, own, packet]) socket.close();
