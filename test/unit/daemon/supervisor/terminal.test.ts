/** What a terminal sends goes to all processes of a group: only the supervisor may mind it. Runs the built program. */
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { notBuilt, Place, StartedProgram } from '../../../support/started-program.ts';

// Each test starts programs, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let place: Place;
let program: StartedProgram;

beforeEach((context) => {
  const reason = notBuilt();
  if (reason !== undefined) context.skip(reason);
  place = new Place();
  program = new StartedProgram(place.args, { detached: true });
});

afterEach(async () => {
  await program.stop('SIGKILL');
  place.remove();
});

/** To the process group, as a terminal does. */
function signalGroup(signal: NodeJS.Signals): void {
  try {
    process.kill(-program.pid, signal);
  } catch {
    // All of it has ended; its output is still being read.
  }
}

interface ProcessLine {
  readonly pid: number;
  readonly session: number;
  /** `T`: stopped (proc(5)). */
  readonly state: string;
}

function children(): ProcessLine[] {
  const columns = ['-o', 'pid=,sess=,state=', '--ppid', String(program.pid)];
  const { stdout } = spawnSync('ps', columns, { encoding: 'utf8' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, session, state = '']) => ({ pid: Number(pid), session: Number(session), state }));
}

async function running(): Promise<void> {
  await program.until('running', () => program.output.includes('running: '));
  await program.until('its children', () => children().length >= 2);
}

test('Ctrl-C while it starts is an orderly stop', async () => {
  await program.until('starting', () => program.output.includes(' starts with '));
  await program.until('stopping', () => {
    signalGroup('SIGINT');
    return program.output.includes('stopping (SIGINT)');
  });
  await program.until('its end', () => false);
  expect(program.output).not.toMatch(/died|killed/);
  expect(program.ended, program.output).toBe(0);
});

test('each child has a session of its own', async () => {
  await running();
  for (const { pid, session } of children()) expect(session).toBe(pid);
  expect(await program.stop('SIGINT')).toBe(0);
});

test('Ctrl-Z suspends the supervisor, and its children go on', async () => {
  await running();
  // In the place of SIGTSTP, which the kernel drops for a group without a shell above it.
  signalGroup('SIGSTOP');
  const stateOf = (): string =>
    spawnSync('ps', ['-o', 'state=', '-p', String(program.pid)], {
      encoding: 'utf8',
    }).stdout.trim();
  await program.until('suspended', () => stateOf() === 'T');
  expect(children().map(({ state }) => state)).not.toContain('T');
  signalGroup('SIGCONT');
  expect(await program.stop('SIGINT')).toBe(0);
  expect(program.output).not.toMatch(/died|killed/);
});

test('they end with a supervisor that is killed', async () => {
  await running();
  const pids = children().map(({ pid }) => pid);
  await program.stop('SIGKILL');
  const left = (): number[] =>
    pids.filter((pid) => spawnSync('kill', ['-0', String(pid)]).status === 0);
  await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 30_000, interval: 20 });
});
