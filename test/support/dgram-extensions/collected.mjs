// Nobody keeps the receiving socket: only garbage collection could end its reception. Needs --expose-gc.
import { monotonicUs, Timer } from 'dgram-extensions';
import { loopbackSocket, say } from './common.mjs';

function listen() {
  const socket = loopbackSocket();
  socket.onMessage((data) => {
    say({ delivered: data.length });
    socket.close();
    process.exitCode = 0;
  });
  return socket.localAddress();
}

function startTimer() {
  const timer = new Timer(() => {
    say({ fired: true });
    timer.close();
    const sender = loopbackSocket();
    sender.send(new Uint8Array(5), destination);
    sender.close();
  });
  timer.arm(monotonicUs() + 50_000);
}

const destination = listen();
startTimer();
process.exitCode = 1;
for (let round = 0; round < 5; round++) {
  const garbage = Array.from({ length: 1000 }, () => new Uint8Array(1000));
  say({ collected: garbage.length });
  globalThis.gc();
}
setImmediate(() => globalThis.gc());
