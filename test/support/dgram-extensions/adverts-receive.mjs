// Receives protocol 112 over IPv4 and IPv6 and ARP frames on argv[2], and says all that is known of each.
import {
  AF,
  IP,
  IPPROTO,
  IPV6,
  interfaceIndex,
  monotonicUs,
  SO,
  SOCK,
  SOL,
  Socket,
  sockaddrLl,
} from 'dgram-extensions';
import { hex, say } from './common.mjs';

const device = process.argv[2];
const ifindex = interfaceIndex(device);
const sockets = [];

function listen(kind, socket) {
  socket.setOption(SOL.SOCKET, SO.TIMESTAMPNS, 1);
  socket.onMessage((data, info) => {
    say({
      kind,
      ttl: info.ttl,
      trafficClass: info.trafficClass,
      onDevice: info.ifindex === ifindex,
      destination: hex(info.destination),
      source: hex(info.sourceAddress),
      length: info.length,
      truncated: info.truncated,
      payload: hex(data),
      receivedInThePast: info.receivedUs <= monotonicUs(),
      ageUs: monotonicUs() - info.receivedUs,
    });
  });
  sockets.push(socket);
}

const four = new Socket({ family: AF.INET, type: SOCK.RAW, protocol: IPPROTO.VRRP });
four.bindToDevice(device);
for (const option of [IP.PKTINFO, IP.RECVTTL, IP.RECVTOS]) four.setOption(SOL.IP, option, 1);
four.joinGroup(Uint8Array.of(224, 0, 0, 18), ifindex);
listen('v4', four);

const six = new Socket({ family: AF.INET6, type: SOCK.RAW, protocol: IPPROTO.VRRP });
six.bindToDevice(device);
for (const option of [IPV6.RECVPKTINFO, IPV6.RECVHOPLIMIT, IPV6.RECVTCLASS]) {
  six.setOption(SOL.IPV6, option, 1);
}
const group = new Uint8Array(16);
group.set([0xff, 2], 0);
group[15] = 0x12;
six.joinGroup(group, ifindex);
listen('v6', six);

// Frames of ARP only, 0x0806, on this interface.
const packet = new Socket({ family: AF.PACKET, type: SOCK.RAW, protocol: 0 });
packet.bind(sockaddrLl({ ifindex, protocol: 0x0806 }));
listen('arp', packet);

say({ ready: true });
process.on('SIGTERM', () => sockets.forEach((socket) => void socket.close()));
