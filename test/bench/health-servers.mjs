// The real servers of the health benchmark: argv[2] ports from argv[3] on, all on 0.0.0.0. Each answers a
// request with a small page and closes. Prints the number of connections so far when asked on stdin.
import { createServer } from 'node:net';

const [count, first] = process.argv.slice(2).map(Number);
const ANSWER = Buffer.from(
  `HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: 512\r\n\r\n${'x'.repeat(512)}`,
);
let connections = 0;
let listening = 0;
for (let port = first; port < first + count; port++) {
  createServer((socket) => {
    connections++;
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.end(ANSWER));
  }).listen(port, '0.0.0.0', 511, () => {
    listening++;
    if (listening === count) console.log('ready');
  });
}
process.stdin.on('data', () => console.log(connections));
process.stdin.on('end', () => process.exit(0));
