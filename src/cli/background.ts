/**
 * Going to the background as keepalived does when it is not told `-n`: the command returns when Tandem
 * runs, or with its exit status when it can't.
 */
import { spawn } from 'node:child_process';
import { fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComponentStatus } from '../core/control/status.ts';
import { confinedStart } from '../daemon/supervisor/confined.ts';
import { ask } from './ask.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain } from './output.ts';

const START_MS_MAX = 15_000;
const POLL_MS = 50;

/** Starts this program again with `args`, detached, and waits until it answers. */
export async function runInBackground(
  args: readonly string[],
  runtimeDir: string,
): Promise<number> {
  const [, program = ''] = process.argv;
  const complaints = openNameless();
  const { execPath, execArgv, env } = confinedStart(process.execArgv);
  const child = spawn(execPath, [...execArgv, program, ...args], {
    detached: true,
    env,
    stdio: ['ignore', 'ignore', complaints],
    cwd: '/',
  });
  let ended: number | undefined;
  child.once('exit', (status) => {
    ended = status ?? EXIT_FAILED;
  });
  child.once('error', () => {
    ended = EXIT_FAILED;
  });
  const limit = performance.now() + START_MS_MAX;
  while (ended === undefined && performance.now() < limit) {
    const reply = await ask({ command: 'status' }, { runtimeDir, timeoutMs: 1_000 });
    if (reply.ok && isRunning(reply.value.components, child.pid)) {
      child.unref();
      return EXIT_OK;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
  if (ended !== undefined) {
    const { size } = fstatSync(complaints);
    const text = Buffer.alloc(size);
    readSync(complaints, text, 0, size, 0);
    if (size > 0) await complain(text.toString('utf8'));
    return ended;
  }
  await complain('tandem: started, but it does not answer yet');
  child.unref();
  return EXIT_FAILED;
}

/**
 * A file without a name for what the process says before it can log. Handing it our own standard error
 * would keep whoever reads that (a script, ssh) waiting for as long as Tandem runs.
 */
function openNameless(): number {
  let directory: string | undefined;
  try {
    directory = mkdtempSync(join(tmpdir(), 'tandem-'));
    return openSync(join(directory, 'stderr'), 'wx+', 0o600);
  } catch {
    // No room there, or no such directory: the exit status alone tells, and the log.
    return openSync('/dev/null', 'r+');
  } finally {
    if (directory !== undefined) rmSync(directory, { recursive: true });
  }
}

/** All its processes are up; and it is the one just started, not another that was there before. */
function isRunning(components: readonly ComponentStatus[], pid: number | undefined): boolean {
  return components.every(({ name, up, pid: itsPid }) => up && (name !== 'main' || itsPid === pid));
}
