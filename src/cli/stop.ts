/**
 * `tandem stop`: an orderly stop, waited for. For the systemd unit it tells a stop from a restart: a restart keeps the IPVS table, which the
 * next start adopts, so that no connection is lost in between.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ask } from './ask.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, complainOf, print } from './output.ts';

/** What the command is told. */
export interface StopOptions {
  readonly runtimeDir: string;
  readonly keepIpvs: boolean;
  /** Name of the systemd unit whose stop this is. */
  readonly unit?: string | undefined;
}

/** The processes give themselves 16 s in all. */
const STOP_MS_MAX = 30_000;
const POLL_MS = 20;

/** Carries the command out; resolves with the exit status. */
export async function stop(options: StopOptions): Promise<number> {
  const keepTable = options.keepIpvs || (await isRestarting(options.unit));
  const stopped = await stopAndWait(options.runtimeDir, keepTable);
  if (!stopped) return EXIT_FAILED;
  await print(keepTable ? 'stopped; the IPVS table is kept\n' : 'stopped\n');
  return EXIT_OK;
}

/** Stops the running Tandem and waits until it is gone; says what hinders. */
export async function stopAndWait(runtimeDir: string, keepTable: boolean): Promise<boolean> {
  const reply = await ask({ command: 'stop', keepTable }, { runtimeDir });
  if (!reply.ok) {
    await complainOf(reply.error);
    return false;
  }
  const { pid } = reply.value;
  const limit = performance.now() + STOP_MS_MAX;
  while (exists(pid)) {
    if (performance.now() > limit) {
      await complain(`tandem: process ${pid} has not ended within ${STOP_MS_MAX / 1_000} s`);
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

/** True while systemd has a job to start the unit again behind this stop. Without an answer it is a stop: what is left over would stay. */
async function isRestarting(unit: string | undefined): Promise<boolean> {
  if (unit === undefined) return false;
  try {
    const { stdout } = await promisify(execFile)('systemctl', [
      'list-jobs',
      '--no-legend',
      '--plain',
      unit,
    ]);
    return /\srestart\s/.test(stdout);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await complain(`tandem: systemctl does not tell whether this is a restart: ${reason}`);
    return false;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
