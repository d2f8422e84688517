/** Reads a configuration in a thread of its own, for `load-apart.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadOrder } from './load-apart.ts';
import { loadConfig } from './load-config.ts';
import { SETTLED } from './steady-read.ts';

/** Does what it was ordered and sends the outcome. */
export function main(): void {
  const { file, options } = workerData as LoadOrder;
  parentPort?.postMessage(loadConfig(file, options, SETTLED));
}
