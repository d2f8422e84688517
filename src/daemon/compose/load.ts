/** Reads a configuration in a thread of its own, for `supervisor/load-apart.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadOrder } from '../supervisor/load-apart.ts';
import { loadConfig } from '../supervisor/load-config.ts';
import { SETTLED } from '../supervisor/steady-read.ts';

/** Does what it was ordered and sends the outcome. */
export function main(): void {
  const { file, options } = workerData as LoadOrder;
  parentPort?.postMessage(loadConfig(file, options, SETTLED));
}
