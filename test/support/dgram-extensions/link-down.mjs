// A packet socket on v0 while the link goes down and up again; its peer v1 is in the same namespace.
import { execFileSync } from 'node:child_process';
import { AF, interfaceIndex, monotonicUs, SOCK, Socket, sockaddrLl, Timer } from 'dgram-extensions';
import { say } from './common.mjs';

const PROTOCOL = 0x88b5; // IEEE 802 local experimental
const ip = (...parameters) => execFileSync('ip', parameters);
const at = (name) => sockaddrLl({ ifindex: interfaceIndex(name), protocol: PROTOCOL });
const frame = new Uint8Array(60).fill(0xff, 0, 6);
frame.set([2, 0, 0, 0, 0, 1, 0x88, 0xb5], 6);

const listener = new Socket({ family: AF.PACKET, type: SOCK.RAW, protocol: 0 });
const sender = new Socket({ family: AF.PACKET, type: SOCK.RAW, protocol: 0 });
listener.bind(at('v0'));
let stage = 'up';
listener.onMessage(
  (data, info) => {
    if (stage === 'up') {
      stage = 'down';
      say({ stage: 'up', length: data.length, onDevice: info.ifindex === interfaceIndex('v0') });
      ip('link', 'set', 'v0', 'down');
      say({ sendWhileDown: listener.send(frame, at('v0')) });
    } else if (stage === 'up again') {
      say({ stage, length: data.length });
      for (const handle of [listener, sender, again]) handle.close();
    }
  },
  (error) => {
    say({ error: error.code, syscall: error.syscall });
    ip('link', 'set', 'v0', 'up');
    stage = 'up again';
  },
);
// The carrier takes a moment: send until a frame is heard.
const again = new Timer(() => {
  sender.send(frame, at('v1'));
  again.arm(monotonicUs() + 10_000);
});
again.arm(monotonicUs());
