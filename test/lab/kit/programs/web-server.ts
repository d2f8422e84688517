/**
 * A real web server of the lab, run as `node web-server.js NAME [PORT]`. Every answer tells which server gave it and which client address it
 * saw. `/health` answers 200, or 503 after SIGUSR2 (and 200 again after the next), to fail an HTTP check while the port stays open.
 * `/stream` sends a line every 100 ms for as long as the connection lives.
 */
import { createServer } from 'node:http';

const STREAM_EVERY_MS = 100;

const [name = 'web', port = '80'] = process.argv.slice(2);
let isHealthy = true;

const server = createServer((request, response) => {
  response.setHeader('X-Server', name);
  response.setHeader('X-Client', (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''));
  // One connection per request: the lab watches how connections are spread.
  response.setHeader('Connection', 'close');
  if (request.url === '/health') {
    response.statusCode = isHealthy ? 200 : 503;
    response.end(isHealthy ? 'healthy\n' : 'out of order\n');
  } else if (request.url === '/stream') {
    const timer = setInterval(() => response.write(`${name}\n`), STREAM_EVERY_MS);
    response.once('close', () => clearInterval(timer));
  } else {
    response.end(`${name}\n`);
  }
});

process.on('SIGUSR2', () => {
  isHealthy = !isHealthy;
  process.stdout.write(`health ${isHealthy}\n`);
});

server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
server.listen(Number(port), () => process.stdout.write(`ready ${name} ${port}\n`));
