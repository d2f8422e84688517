// Starts workers with live sockets, timers and probes, and terminates them; argv[2] is what they do then.
// Says how many descriptors were open before and after.
import { readdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { say } from './common.mjs';

const mode = process.argv[2];
const open = () => readdirSync('/proc/self/fd').length;

async function round() {
  const worker = new Worker(new URL('./worker-live.mjs', import.meta.url), { workerData: mode });
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  if (mode !== 'exits') await worker.terminate();
  await ended;
}

await round();
const before = open();
for (let i = 0; i < 5; i++) await round();
say({ before, after: open() });
