// Queues argv[2] messages, sets the wall clock forward by 4 s, reads them, and says how old each is by its time
// of reception: null where that is not known. Then the same with single messages. Needs stepping-clock.so.
import { monotonicUs, SO, SOL } from 'dgram-extensions';
import { loopbackSocket, say } from './common.mjs';

const receiver = loopbackSocket();
receiver.setOption(SOL.SOCKET, SO.TIMESTAMPNS, 1);
let ages = [];
receiver.onMessage((_data, info) => {
  const age = monotonicUs() - info.receivedUs;
  ages.push(Number.isNaN(age) ? null : Math.round(age / 1e6));
});

function queue(count) {
  for (let i = 0; i < count; i++) receiver.send(Uint8Array.of(i), receiver.localAddress());
}

function read(what) {
  ages = [];
  receiver.drain();
  say({ [what]: ages });
}

queue(1);
read('before');
queue(Number(process.argv[2]));
process.env.STEP_US = '4000000';
read('queued');
for (const what of ['next', 'later']) {
  queue(1);
  read(what);
}
receiver.close();
