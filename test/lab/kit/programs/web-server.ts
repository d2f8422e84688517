/**
 * A real web server of the lab, run as `node web-server.js NAME [PORT]`. Every answer tells which server gave it and which client address it
 * saw. `/health` answers 200, or 503 after SIGUSR2 (and 200 again after the next), to fail an HTTP check while the port stays open.
 * `/stream` sends a line at once and every 100 ms, `/stream/MS` less often, for as long as the connection lives; `/download/BYTES/BYTES_PER_SECOND` sends `downloadBytes`, at that rate. What is
 * sent to `/upload` is counted, and the answer says how many bytes have come.
 */
import { createServer, type ServerResponse } from 'node:http';
import { downloadBytes } from '../download-bytes.ts';

const STREAM_EVERY_MS = 100;
/** Pieces of a download are sent this often. */
const DOWNLOAD_EVERY_MS = 50;

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
  } else if (request.url?.startsWith('/stream') === true) {
    const [, , everyMs = STREAM_EVERY_MS] = request.url.split('/');
    response.write(`${name}\n`);
    const timer = setInterval(() => response.write(`${name}\n`), Number(everyMs));
    response.once('close', () => clearInterval(timer));
  } else if (request.url?.startsWith('/download/') === true) {
    const [bytes = 0, bytesPerSecond = 0] = request.url.split('/').slice(2).map(Number);
    sendDownload(response, bytes, bytesPerSecond);
  } else if (request.url === '/upload') {
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    request.on('end', () => response.end(`${bytes}\n`));
  } else {
    response.end(`${name}\n`);
  }
});

/** What a slow receiver has not taken waits in the response: the rate is that of the sender. */
function sendDownload(response: ServerResponse, bytes: number, bytesPerSecond: number): void {
  const pieceLength = Math.ceil((bytesPerSecond * DOWNLOAD_EVERY_MS) / 1000);
  response.setHeader('Content-Length', bytes);
  let sent = 0;
  const timer = setInterval(() => {
    response.write(downloadBytes(sent, Math.min(pieceLength, bytes - sent)));
    sent += pieceLength;
    if (sent < bytes) return;
    clearInterval(timer);
    response.end();
  }, DOWNLOAD_EVERY_MS);
  response.once('close', () => clearInterval(timer));
}

process.on('SIGUSR2', () => {
  isHealthy = !isHealthy;
  process.stdout.write(`health ${isHealthy}\n`);
});

server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
server.listen(Number(port), () => process.stdout.write(`ready ${name} ${port}\n`));
