// The process ends with live handles: argv[2] is 'unref' (nothing keeps the loop) or 'handler'
// (process.exit() inside a handler).
import { ConnectProber, monotonicUs, Timer } from 'dgram-extensions';
import { loopbackSocket, say } from './common.mjs';

const mode = process.argv[2];
const socket = loopbackSocket();
socket.onMessage(() => {
  say({ exiting: true });
  process.exit(0);
});
const timer = new Timer(() => undefined);
timer.arm(monotonicUs() + 3600e6);
const prober = new ConnectProber({ slots: 1, onResult: () => undefined });
if (mode === 'unref') {
  for (const handle of [socket, timer, prober]) handle.unref();
  say({ unreferenced: true });
} else {
  socket.send(new Uint8Array(1), socket.localAddress());
}
