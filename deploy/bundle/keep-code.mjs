/**
 * Makes `dist/code/` of a bundle: the compiled code of what each process uses at its start. The program runs once for that, with a configuration
 * whose interface does not exist: it takes no address and sends nothing. Where it cannot run, a start compiles as ever.
 */
import { fork, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** One directory for each use; the names are those of `main.cjs`. */
const USES = ['run', 'vrrp', 'health', 'command'];
const STEP_MS_MAX = 20_000;
const KEEPER = join(import.meta.dirname, 'kept-code.cjs');
const SAMPLE = join(import.meta.dirname, 'sample.conf');

/** @param directory the bundle's `dist` */
export async function keepCode(directory) {
  const main = join(directory, 'main.js');
  const code = join(directory, 'code');
  for (const use of USES) mkdirSync(join(code, use), { recursive: true });
  const runtime = mkdtempSync(join(directory, 'run-'));
  const env = { ...process.env, TANDEM_KEPT_CODE: code };
  for (const name of Object.keys(env))
    if (name.startsWith('NODE_') || name === 'NOTIFY_SOCKET') delete env[name];
  const node = ['--require', KEEPER, main];
  try {
    await keepRun(node, { env, runtime });
    await keepHealth(main, env);
  } finally {
    rmSync(runtime, { recursive: true, force: true });
  }
}

/** The main process and the vrrp process, and a command that asks them. */
async function keepRun(node, { env, runtime }) {
  const options = ['-f', SAMPLE, '--vrrp', '--no-metrics', '--runtime-dir', runtime];
  const running = spawn(process.execPath, [...node, 'run', ...options], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = endOf(running);
  await new Promise((resolve) => {
    running.stdout.on('data', (text) => {
      if (String(text).includes('running')) resolve();
    });
    void ended.then(resolve);
  });
  for (const format of [[], ['--json']]) {
    const asking = [...node, 'status', ...format, '--runtime-dir', runtime];
    await endOf(spawn(process.execPath, asking, { env, stdio: 'ignore' }));
  }
  running.kill('SIGTERM');
  await ended;
}

/** The health process is only loaded: with a configuration it would have the kernel load the module of IPVS. */
async function keepHealth(main, env) {
  const health = fork(main, ['--role=health'], {
    execArgv: ['--require', KEEPER],
    env,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  health.once('message', () => health.send({ type: 'shutdown', keepTable: true }));
  await endOf(health);
}

/** Resolves when a process has ended, by force if that takes too long. */
function endOf(child) {
  return new Promise((resolve) => {
    const limit = setTimeout(() => child.kill('SIGKILL'), STEP_MS_MAX);
    const end = () => {
      clearTimeout(limit);
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
}
