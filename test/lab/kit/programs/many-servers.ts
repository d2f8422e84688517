/**
 * Many servers in one process: `node many-servers.js CONTROL_PORT`. They begin and end as they are told by a document sent to the control port on the
 * loopback: `[{"address": "10.0.0.101", "port": 8001, "protocol": "tcp", "state": "up"}, ...]`. A server that is not named is down. `sick` takes connections
 * and answers HTTP with 503. Each answers HTTP with its address; over UDP it gives back what it gets.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { ManyServer } from '../many-servers.ts';

const [controlPort = '9000'] = process.argv.slice(2);
const running = new Map<string, { readonly close: () => Promise<void>; state: string }>();

function keyOf({ address, port, protocol }: ManyServer): string {
  return `${protocol} ${address} ${port}`;
}

async function open(one: ManyServer): Promise<void> {
  const key = keyOf(one);
  if (one.protocol === 'udp') {
    const socket = createSocket(one.address.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (data, from) => socket.send(data, from.port, from.address));
    await new Promise<void>((done) => socket.bind(one.port, one.address, done));
    running.set(key, {
      state: one.state,
      close: () => new Promise((done) => socket.close(() => done())),
    });
    return;
  }
  const entry = { state: one.state as string, close: async (): Promise<void> => undefined };
  const server = createServer((_request, response) => {
    response.setHeader('Connection', 'close');
    response.statusCode = entry.state === 'sick' ? 503 : 200;
    response.end(`${one.address}\n`);
  });
  await new Promise<void>((done) => server.listen(one.port, one.address, done));
  entry.close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(() => done()));
  };
  running.set(key, entry);
}

async function become(wanted: readonly ManyServer[]): Promise<void> {
  const up = new Map(wanted.map((one) => [keyOf(one), one]));
  for (const [key, entry] of running) {
    if (up.has(key)) continue;
    running.delete(key);
    await entry.close();
  }
  for (const [key, one] of up) {
    const entry = running.get(key);
    if (entry === undefined) await open(one);
    else entry.state = one.state;
  }
}

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    become(JSON.parse(Buffer.concat(parts).toString('utf8'))).then(
      () => response.end('done\n'),
      (error: unknown) => {
        response.statusCode = 500;
        response.end(`${error}\n`);
      },
    );
  });
}).listen(Number(controlPort), '127.0.0.1', () => process.stdout.write('ready\n'));
