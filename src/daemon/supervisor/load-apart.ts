/**
 * Reads a configuration for a reload beside the running supervisor: in a thread, with limits of memory and time. Signals, status, metrics and
 * the service manager's watchdog are served meanwhile, and no file, however large or strange, takes a running director down.
 */
import { Worker } from 'node:worker_threads';
import { monotonicUs } from 'dgram-extensions';
import { fileFinding } from '../../core/language/diagnostic.ts';
import { PROGRAM } from '../frame/places.ts';
import { type LoadedConfig, type LoadOrder, notLoaded } from './load-config.ts';

/** How long and with what the thread may run; tests bring their own. */
export interface LoadLimits {
  /** The thread's program. */
  readonly program?: URL;
  readonly milliseconds?: number;
  readonly heapMegabytes?: number;
  /** Gives up at once: the supervisor is to stop. */
  readonly signal?: AbortSignal;
}

/** `tandem reload` waits a minute for its answer. */
const LOAD_MS_MAX = 45_000;
/** A configuration of 40,000 real servers needs less than 300 MB. */
const HEAP_MB_MAX = 1_024;

/** The outcome of `loadConfig`, or a refusal that says why the thread came to none. Never rejects. */
export function loadApart(order: LoadOrder, limits: LoadLimits = {}): Promise<LoadedConfig> {
  const startUs = monotonicUs();
  const milliseconds = limits.milliseconds ?? LOAD_MS_MAX;
  const resourceLimits = { maxOldGenerationSizeMb: limits.heapMegabytes ?? HEAP_MB_MAX };
  const worker = new Worker(limits.program ?? PROGRAM, {
    argv: ['--role=load'],
    workerData: order,
    resourceLimits,
  });
  return new Promise((resolve) => {
    const end = (loaded: LoadedConfig): void => {
      clearTimeout(timer);
      limits.signal?.removeEventListener('abort', abort);
      resolve(loaded);
      void worker.terminate();
    };
    const refuse = (reason: string): void => end(refused(order.file, reason, startUs));
    const abort = (): void => refuse('reading it was given up for the stop');
    const timer = setTimeout(
      () => refuse(`reading it takes longer than ${milliseconds / 1_000} s`),
      milliseconds,
    );
    worker.once('message', end);
    worker.once('error', (error) => refuse(`reading it failed: ${error.message}`));
    worker.once('exit', (status) => refuse(`reading it ended with status ${status}`));
    if (limits.signal?.aborted === true) abort();
    else limits.signal?.addEventListener('abort', abort);
  });
}

function refused(file: string, reason: string, startUs: number): LoadedConfig {
  const message = `the configuration file "${file}" is not taken: ${reason}`;
  return notLoaded(fileFinding('load-failed', message), (monotonicUs() - startUs) / 1e6);
}
