/**
 * The binary behind this package, loaded at first use, so that importing a type or a constant works on a
 * machine where it was never built. No other file loads it. The functions are those exported by module.c:
 * flat, and a negative result is an errno.
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HERE } from './here.ts';

/** The functions of build/dgx.node; each is described where C defines it. */
export interface NativeBinding {
  open(family: number, type: number, protocol: number): number;
  close(fd: number): number;
  setOption(fd: number, level: number, name: number, value: number | Uint8Array): number;
  getOption(fd: number, level: number, name: number, buffer: Uint8Array): number;
  attachFilter(fd: number, program: Uint8Array): number;
  bind(fd: number, address: Uint8Array): number;
  connect(fd: number, address: Uint8Array): number;
  localAddress(fd: number, buffer: Uint8Array): number;
  interfaceIndex(name: string): number;
  send(
    fd: number,
    data: Uint8Array,
    to: Uint8Array | undefined,
    control: Uint8Array | undefined,
    flags: number,
  ): number;
  sendBatch(
    fd: number,
    data: readonly Uint8Array[],
    to: readonly (Uint8Array | undefined)[],
  ): number;
  receiveNow(fd: number, buffer: Uint8Array, source: Uint8Array | undefined): number;
  receiveStart(
    fd: number,
    sizeBytes: number,
    controlBytes: number,
    arena: Uint8Array,
    meta: Uint8Array,
    onBatch: (count: number) => void,
  ): number;
  drain(fd: number): number;
  monotonicUs(): number;
  timerOpen(onExpiry: (nowUs: number) => void): number;
  timerArm(fd: number, deadlineUs: number): number;
  timerStop(fd: number): number;
  reference(fd: number, keepsLoopAlive: boolean): number;
  raise(error: unknown): void;
  proberOpen(slots: number, arena: Uint8Array, onResult: NativeProbeHandler): number;
  probe(
    fd: number,
    id: number,
    destination: Uint8Array,
    timeoutUs: number,
    flags: number,
    source: Uint8Array | undefined,
    device: Uint8Array | undefined,
    mark: number,
    trafficClass: number,
    request: Uint8Array | undefined,
  ): number;
  probeCancel(fd: number, id: number): number;
  apartOpen(timeoutUs: number): number;
  setScheduler(thread: number, policy: number, priority: number): number;
  setAffinity(thread: number, cpus: Uint8Array): number;
  setResourceLimit(process: number, resource: number, soft: number, hard: number): number;
  setNice(value: number): number;
  enterNetworkNamespace(fd: number): number;
  lockOpen(path: string): number;
  signalsIgnore(): number;
  signalsOpen(numbers: Uint8Array, onSignal: (number: number) => void): number;
}

/** How the prober reports a result; `phase` is 0 connect, 1 send, 2 receive. */
export type NativeProbeHandler = (
  id: number,
  errno: number,
  replyLength: number,
  truncated: number,
  fd: number,
  elapsedUs: number,
  phase: number,
) => void;

/** The native module is not there, or not for this machine. The message says what to install and run. */
export class NativeModuleError extends Error {
  override readonly name: string = 'NativeModuleError';
  readonly code: string = 'ERR_NATIVE_MODULE';

  constructor(reason: string, options?: ErrorOptions) {
    super(
      `dgram-extensions: ${reason}. Install a C compiler and its headers ` +
        '(Debian and Ubuntu: gcc libc6-dev; Alpine: gcc musl-dev linux-headers) ' +
        'and run "npm run build"',
      options,
    );
  }
}

let loaded: NativeBinding | undefined;

/** The binary's functions. Throws NativeModuleError when it can't be loaded. */
export function native(): NativeBinding {
  loaded ??= loadNative(BINARY_PLACES);
  return loaded;
}

/** Beside dist/ for compiled files, beside the sources when those are run directly. */
const BINARY_PLACES: readonly string[] = [
  join(HERE, '../build/dgx.node'),
  join(HERE, 'build/dgx.node'),
];

/** Loads the first file that exists. Exported for the test of its errors. */
export function loadNative(places: readonly string[]): NativeBinding {
  const file = places.find((place) => existsSync(place));
  if (file === undefined) throw new NativeModuleError('the native module has not been built');
  try {
    const binding: NativeBinding = createRequire(file)(file);
    return binding;
  } catch (cause) {
    throw new NativeModuleError(`the native module ${file} does not load`, { cause });
  }
}
