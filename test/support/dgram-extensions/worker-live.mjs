// The worker of worker-main.mjs: messages and timers keep coming, probes wait for a silent server.
import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { ConnectProber, monotonicUs, sockaddrIn, Timer } from 'dgram-extensions';
import { LOOPBACK, loopbackSocket } from './common.mjs';

const receiver = loopbackSocket();
const sender = loopbackSocket();
const idle = loopbackSocket();
let handled = 0;
receiver.onMessage(() => {
  handled++;
  sender.send(new Uint8Array(1), receiver.localAddress());
  if (handled === 10) ready();
});
idle.onMessage(() => undefined);
sender.send(new Uint8Array(1), receiver.localAddress());

const timer = new Timer(() => timer.arm(monotonicUs() + 100));
timer.arm(monotonicUs());

const server = createServer(() => undefined);
server.listen(0, '127.0.0.1', () => {
  const destination = sockaddrIn(LOOPBACK, server.address().port);
  const prober = new ConnectProber({ slots: 4, onResult: () => undefined });
  prober.probe({ id: 1, destination, timeoutUs: 60e6, until: 'eof' });
});

function ready() {
  parentPort.postMessage('ready');
  if (workerData === 'exits') process.exit();
  // Terminated in the middle of a handler, which then never returns to C in the ordinary way.
  while (workerData === 'busy') handled++;
}
