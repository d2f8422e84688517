/**
 * A client that keeps asking, run as `node http-client.js URL EVERY_MS TIMEOUT_MS [SOURCE,SOURCE,...]`. Each request is a new connection and
 * starts on time whether or not earlier ones were answered, so a gap in the answers is a gap of the service. Source addresses take
 * turns. Prints one JSON line for each finished request (see `RequestRecord` in `../request-record.ts`).
 */
import { get } from 'node:http';
import type { RequestRecord } from '../request-record.ts';

const [url = '', every = '100', timeout = '500', sources = ''] = process.argv.slice(2);
const everyMs = Number(every);
const timeoutMs = Number(timeout);
const sourceAddresses = sources === '' ? [] : sources.split(',');
/** Requests in flight at once; more would only measure this program. */
const IN_FLIGHT_MAX = 100;

let started = 0;
let inFlight = 0;

function ask(): void {
  if (inFlight >= IN_FLIGHT_MAX) return;
  inFlight += 1;
  const source = sourceAddresses[started % sourceAddresses.length];
  started += 1;
  const startMs = Date.now();
  let isFinished = false;
  const finish = (outcome: Partial<RequestRecord>): void => {
    if (isFinished) return;
    isFinished = true;
    inFlight -= 1;
    const record = { startMs, endMs: Date.now(), source: source ?? '', ...outcome };
    process.stdout.write(`${JSON.stringify(record)}\n`);
  };
  const request = get(url, {
    agent: false,
    ...(source === undefined ? {} : { localAddress: source }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  request.on('response', (response) => {
    response.resume();
    response.on('end', () => {
      finish({
        status: response.statusCode ?? 0,
        server: String(response.headers['x-server'] ?? ''),
        seenAs: String(response.headers['x-client'] ?? ''),
      });
    });
    response.on('error', (error) => finish({ error: reason(error) }));
  });
  request.on('error', (error) => finish({ error: reason(error) }));
}

function reason(error: Error): string {
  if (error.name === 'AbortError') return 'timeout';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

process.stdout.write('{"ready":true}\n');
// The first request at once: short lives are common.
ask();
setInterval(ask, everyMs);
