/**
 * The processes of one director on the kernel of this machine: their scheduling, and what becomes of the children when the supervisor dies.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { advertisements } from './kit/advertisements.ts';
import { startCapture } from './kit/capture.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import type { Lab } from './kit/lab.ts';
import { isAlive, signalProcess, statFields } from './kit/process-tree.ts';
import {
  openWatchedDirector,
  WATCHED_VIP as VIP,
  WATCHED_INSTANCE,
} from './kit/watched-director.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 20_000;
const SCHED_RR = 2;
const CONFIGURATION = `
global_defs {
    vrrp_rt_priority 20
}
${WATCHED_INSTANCE}`;

let lab: Lab;
let director: TandemDirector;

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  lab = await openWatchedDirector('p', 'processes');
  director = new TandemDirector(lab.node('lb01'));
  await director.start(CONFIGURATION);
  await expectWithin('lb01 is master', () => director.node.holds(VIP), { withinMs: WITHIN_MS });
});

afterAll(async () => {
  await lab?.close();
});

beforeEach(skipWithoutNamespaces);

async function components(): Promise<ReadonlyMap<string, number>> {
  const { components: all } = await director.status();
  return new Map(all.map(({ name, pid }) => [name, pid ?? 0]));
}

/** Fields 40 and 41 of /proc/PID/stat (proc(5)). */
function scheduling(pid: number): { readonly priority: number; readonly policy: number } {
  const fields = statFields(pid);
  return { priority: Number(fields[37]), policy: Number(fields[38]) };
}

describe('the processes of a director', () => {
  it('vrrp_rt_priority makes the vrrp process real-time, and it alone', async () => {
    const pids = await components();
    expect(scheduling(pids.get('vrrp') ?? 0)).toEqual({ priority: 20, policy: SCHED_RR });
    expect(scheduling(pids.get('checker') ?? 0).policy).toBe(0);
    expect(scheduling(pids.get('main') ?? 0).policy).toBe(0);
  });

  it('when the supervisor is killed, the vrrp process resigns and none stays behind', async () => {
    const pids = await components();
    const watcher = lab.node('watcher');
    const capture = await startCapture(watcher, { device: 'eth0', filter: 'proto 112' });
    signalProcess(pids.get('main') ?? 0, 'SIGKILL');
    await expectWithin(
      'all processes have ended',
      () => [...pids.values()].every((pid) => !isAlive(pid)),
      { withinMs: WITHIN_MS },
    );
    expect(await director.node.holds(VIP)).toBe(false);
    const said = await expectWithin(
      'the farewell',
      () => advertisements(capture).find((advert) => advert.priority === 0),
      { withinMs: WITHIN_MS },
    );
    expect(said.value?.source).toBe('10.0.0.5');
  });
});
