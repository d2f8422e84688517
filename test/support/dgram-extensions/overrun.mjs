// A monitoring netlink socket with a small buffer is overrun by address notifications while the loop is
// blocked; then one more notification must still come.
import { execFileSync } from 'node:child_process';
import { AF, NETLINK, SO, SOCK, SOL, Socket, sockaddrNl } from 'dgram-extensions';
import { say } from './common.mjs';

const RTNLGRP_IPV4_IFADDR = 5;
const socket = new Socket({ family: AF.NETLINK, type: SOCK.RAW, protocol: 0, sizeBytes: 8192 });
socket.bind(sockaddrNl());
socket.setOption(SOL.SOCKET, SO.RCVBUF, 4096);
socket.setOption(SOL.NETLINK, NETLINK.ADD_MEMBERSHIP, RTNLGRP_IPV4_IFADDR);

let messages = 0;
let overruns = 0;
let isLate = false;
socket.onMessage(
  () => {
    messages++;
    if (!isLate) return;
    say({ afterOverrun: true });
    socket.close();
  },
  (error) => {
    overruns++;
    if (overruns > 1) return;
    say({ error: error.code });
    setImmediate(() => {
      // Whatever was queued before is read by now or is read here.
      socket.drain();
      say({ queued: messages > 0 });
      isLate = true;
      execFileSync('ip', ['addr', 'add', '10.99.0.1/32', 'dev', 'lo']);
    });
  },
);
const commands = Array.from(
  { length: 400 },
  (_, i) => `addr add 10.98.${i >> 8}.${i & 255}/32 dev lo`,
);
execFileSync('ip', ['-batch', '-'], { input: `${commands.join('\n')}\n` });
