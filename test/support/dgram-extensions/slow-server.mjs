// A TCP server that greets each connection after argv[2] milliseconds; says its port, ends on SIGTERM.
import { createServer } from 'node:net';
import { say } from './common.mjs';

const delayMs = Number(process.argv[2]);
const server = createServer((connection) => {
  connection.on('error', () => connection.destroy());
  setTimeout(() => connection.destroyed || connection.write('hello'), delayMs);
});
server.listen(0, '127.0.0.1', 1024, () => say({ port: server.address().port }));
process.on('SIGTERM', () => process.exit(0));
