/**
 * `tandem restart`: stops the running Tandem and starts it again in the way it was started, with the IPVS table kept in between, so that no
 * connection through it is lost.
 */
import { execFile, spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { ask } from './ask.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, complainOf, print } from './output.ts';
import { stopAndWait } from './stop.ts';

const START_MS_MAX = 30_000;
const POLL_MS = 50;

/** How a process was started: by a systemd unit, in the background, or under something else that minds it. */
export type StartedBy =
  | { readonly kind: 'unit'; readonly unit: string }
  | { readonly kind: 'background'; readonly argv: readonly string[] }
  | { readonly kind: 'foreground' };

/** Carries the command out; resolves with the exit status. */
export async function restart(runtimeDir: string): Promise<number> {
  const reply = await ask({ command: 'version' }, { runtimeDir });
  if (!reply.ok) {
    await complainOf(reply.error);
    return EXIT_FAILED;
  }
  const { pid } = reply.value;
  const started = await startedBy(pid);
  switch (started.kind) {
    case 'unit':
      return run(['systemctl', 'restart', started.unit]);
    case 'background':
      return again(runtimeDir, pid, started.argv);
    case 'foreground':
      await complain(
        `tandem: process ${pid} runs in the foreground, and what started it must start it again. Stop it with "tandem stop --keep-ipvs": the next start adopts the IPVS table.`,
      );
      return EXIT_FAILED;
  }
}

/** Finds out how a process was started, from /proc and from systemd. */
export async function startedBy(pid: number): Promise<StartedBy> {
  const unit = /([^/\n]+\.service)$/m.exec(read(pid, 'cgroup'))?.[1];
  if (unit !== undefined && (await isMainProcess(unit, pid))) return { kind: 'unit', unit };
  const stat = read(pid, 'stat');
  // Fields behind the name in parentheses: state, parent, group, session, terminal (proc(5)).
  const [, parent, , session, terminal] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const isDetached = Number(session) === pid && Number(terminal) === 0 && Number(parent) === 1;
  if (pid <= 1 || !isDetached) return { kind: 'foreground' };
  return { kind: 'background', argv: read(pid, 'cmdline').split('\0').slice(0, -1) };
}

async function isMainProcess(unit: string, pid: number): Promise<boolean> {
  try {
    const argv = ['show', '--property=MainPID', '--value', unit];
    const { stdout } = await promisify(execFile)('systemctl', argv);
    return Number(stdout) === pid;
  } catch {
    // No systemd here: the name of the control group is somebody else's.
    return false;
  }
}

async function again(runtimeDir: string, pid: number, argv: readonly string[]): Promise<number> {
  const [program = process.execPath, ...args] = argv;
  const cwd = readlinkSync(`/proc/${pid}/cwd`);
  const environment = read(pid, 'environ').split('\0').filter(Boolean);
  const env = Object.fromEntries(
    environment.map((entry) => {
      const end = entry.indexOf('=');
      return [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
  if (!(await stopAndWait(runtimeDir, true))) return EXIT_FAILED;
  const child = spawn(program, args, { cwd, env, detached: true, stdio: 'ignore' });
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (status) => resolve(`exit status ${status}`));
  });
  child.unref();
  const outcome = await Promise.race([failed, answers(runtimeDir, child.pid ?? 0)]);
  if (outcome === true) {
    await print(`restarted, pid ${child.pid}\n`);
    return EXIT_OK;
  }
  const why = outcome === false ? 'it does not answer yet' : outcome;
  await complain(`tandem: stopped, and started again, but: ${why}. The log says more.`);
  return EXIT_FAILED;
}

/** True when that process answers in time. */
async function answers(runtimeDir: string, pid: number): Promise<boolean> {
  const limit = performance.now() + START_MS_MAX;
  while (performance.now() < limit) {
    const reply = await ask({ command: 'version' }, { runtimeDir });
    if (reply.ok && reply.value.pid === pid) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}

function run(argv: readonly string[]): Promise<number> {
  const [program = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.once('error', () => resolve(EXIT_FAILED));
    child.once('exit', (status) => resolve(status ?? EXIT_FAILED));
  });
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
