// A handler that throws: argv[2] is socket, timer or prober; argv[3] 'caught' installs a listener for
// uncaughtException. Says what was delivered.
import { createServer } from 'node:net';
import { ConnectProber, monotonicUs, sockaddrIn, Timer } from 'dgram-extensions';
import { LOOPBACK, loopbackSocket, say } from './common.mjs';

const [, , kind, mode] = process.argv;
if (mode === 'caught') process.on('uncaughtException', (error) => say({ uncaught: error.message }));

if (kind === 'socket') {
  const receiver = loopbackSocket();
  const sender = loopbackSocket();
  receiver.onMessage((data) => {
    say({ delivered: data[0] });
    if (data[0] === 3) {
      receiver.close();
      sender.close();
    } else if (data[0] === 1) throw new Error('from a handler');
  });
  for (const number of [1, 2, 3]) sender.send(Uint8Array.of(number), receiver.localAddress());
} else if (kind === 'timer') {
  let fired = 0;
  const timer = new Timer(() => {
    fired++;
    say({ delivered: fired });
    if (fired === 2) timer.close();
    else {
      timer.arm(monotonicUs());
      throw new Error('from a handler');
    }
  });
  timer.arm(monotonicUs());
} else {
  let results = 0;
  const server = createServer((connection) => connection.destroy());
  server.listen(0, '127.0.0.1', () => {
    const destination = sockaddrIn(LOOPBACK, server.address().port);
    const prober = new ConnectProber({
      slots: 2,
      onResult: (result) => {
        results++;
        say({ delivered: result.errno });
        if (results === 2) {
          prober.close();
          server.close();
        } else throw new Error('from a handler');
      },
    });
    prober.probe({ id: 1, destination, timeoutUs: 5e6 });
    prober.probe({ id: 2, destination, timeoutUs: 5e6 });
  });
}
