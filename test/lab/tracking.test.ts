/**
 * What instances track beside interfaces, with real processes: priorities on the wire, a failover in time, scripts that hang, fork, flood or cannot be
 * executed, and the end of the process that watches.
 */
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ComponentStatus, InstanceStatus } from '../../src/core/control/status.ts';
import { advertisements } from './kit/advertisements.ts';
import { type Capture, startCapture } from './kit/capture.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import type { LabNode } from './kit/node.ts';
import { labDirectory, MAIN_PROGRAM } from './kit/paths.ts';
import type { LabProcess } from './kit/process.ts';
import { isRunning, signalProcess } from './kit/process-tree.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN = { withinMs: 10_000 };
const R1 = '10.1.0.1';
const R2 = '10.1.0.2';
/** Interval and fall of the script, and the advertisement interval, milliseconds. */
const INTERVAL_MS = 500;
const FALL = 2;
const ADVERT_MS = 500;
/** Starting a program takes a while on a loaded machine. */
const SLACK_MS = 700;

/** Names of programs must be this run's: all nodes see all processes of the machine. */
const SCRIPTED = `tsc${process.pid}`;
const COUNTED = `tpr${process.pid}`;

let lab: Lab;
let r1: TandemDirector;
let r2: TandemDirector;
let wire: Capture;

beforeEach(async (context) => {
  skipWithoutNamespaces(context);
  const eth0 = (host: number) => ({ eth0: { segment: 'lan0', addresses: [`10.1.0.${host}/24`] } });
  lab = await Lab.open({
    name: 'trk',
    topology: {
      nodes: { r1: { links: eth0(1) }, r2: { links: eth0(2) }, watcher: { links: eth0(9) } },
    },
    directory: labDirectory('tracking'),
  });
  r1 = new TandemDirector(lab.node('r1'));
  r2 = new TandemDirector(lab.node('r2'));
  wire = await startCapture(lab.node('watcher'), { device: 'eth0', filter: 'proto 112' });
});

afterEach(async () => {
  await lab?.close();
});

async function instance(director: TandemDirector): Promise<InstanceStatus> {
  const [only] = (await director.status()).vrrp.instances;
  if (only === undefined) throw new Error('no instance');
  return only;
}

async function runnerOf(director: TandemDirector): Promise<ComponentStatus | undefined> {
  return (await director.status()).components.find(({ name }) => name === 'runner');
}

function priorities(source: string): readonly number[] {
  return advertisements(wire).flatMap((seen) => (seen.source === source ? [seen.priority] : []));
}

async function expectPriority(source: string, wanted: number): Promise<void> {
  await expectWithin(
    `${source} advertises ${wanted}, and not ${priorities(source).at(-1)}`,
    () => priorities(source).at(-1) === wanted,
    WITHIN,
  );
}

/** A program of that name that runs until it is stopped. */
async function standIn(node: LabNode, name: string): Promise<LabProcess> {
  const file = join(node.directory, name);
  copyFileSync('/bin/sleep', file);
  chmodSync(file, 0o755);
  return await node.start(name, [file, '600']);
}

const vrrp = (priority: number, more: string = ''): string => `
vrrp_instance VI {
    state BACKUP
    interface eth0
    virtual_router_id 51
    version 3
    advert_int ${ADVERT_MS / 1_000}
    priority ${priority}
    virtual_ipaddress {
        10.1.0.100/24
    }
    ${more}
}
`;

const SECURE = 'global_defs {\n    enable_script_security\n    script_user root\n}\n';

describe('a pair', () => {
  it('follows a script, a process and a file: priorities on the wire, and a failover in time', async () => {
    const { node } = r1;
    const file = join(node.directory, 'number');
    writeFileSync(file, '5\n');
    let scripted = await standIn(node, SCRIPTED);
    let counted = await standIn(node, COUNTED);
    await r2.start(vrrp(50));
    await r1.start(`${SECURE}
vrrp_script chk {
    script "/usr/bin/pidof ${SCRIPTED}"
    interval ${INTERVAL_MS / 1_000}
    rise 2
    fall ${FALL}
}
vrrp_track_process proc {
    process ${COUNTED}
    weight -20
}
track_file num {
    file ${file}
}
${vrrp(100, 'track_script {\nchk\n}\ntrack_process {\nproc\n}\ntrack_file {\nnum\n}')}`);
    await expectPriority(R1, 105);
    await counted.kill();
    await expectPriority(R1, 85);
    writeFileSync(file, '20\n');
    await expectPriority(R1, 100);
    counted = await standIn(node, COUNTED);
    await expectPriority(R1, 120);
    expect(await instance(r1)).toMatchObject({
      state: 'MASTER',
      priority: 120,
      trackers: [
        { kind: 'script', name: 'chk', known: true, text: 'script chk succeeded (exit status 0)' },
        {
          kind: 'process',
          name: 'proc',
          text: 'process proc has its quorum (1 runs): adds nothing',
        },
        { kind: 'file', name: 'num', text: 'file num holds 20: +20', adds: 20 },
      ],
    });

    // The end of the process that watches changes nothing, and its successor goes on where it was.
    const runner = await runnerOf(r1);
    signalProcess(runner?.pid ?? 0, 'SIGKILL');
    await expectWithin(
      'another runner is up',
      async () => {
        const now = await runnerOf(r1);
        return now?.up === true && now.pid !== runner?.pid;
      },
      WITHIN,
    );
    expect(priorities(R1)).not.toContain(0);
    expect(priorities(R1).at(-1)).toBe(120);

    const before = Date.now();
    await scripted.kill();
    await expectWithin(
      'r2 is master',
      () => advertisements(wire).some((seen) => seen.source === R2 && seen.atMs > before),
      WITHIN,
    );
    const first = advertisements(wire).find((seen) => seen.source === R2 && seen.atMs > before);
    expect((first?.atMs ?? 0) - before).toBeLessThan(INTERVAL_MS * FALL + ADVERT_MS + SLACK_MS);
    expect(priorities(R1).at(-1)).toBe(0);
    expect(await instance(r1)).toMatchObject({
      state: 'FAULT',
      reason: 'tracking',
      cause: 'script chk failed (exit status 1)',
    });

    scripted = await standIn(node, SCRIPTED);
    await expectPriority(R1, 120);
    const scrape = await r1.metrics();
    expect(scrape).toContain('tandem_tracker_up{tracker="chk",kind="script"} 1');
    expect(scrape).toContain('tandem_tracker_weight{tracker="num",kind="file",vrrp="VI"} 20');
    await Promise.all([scripted.kill(), counted.kill()]);
    expect(await r1.stop()).toEqual({ clean: true });
    await r2.stop();
  }, 60_000);
});

describe('a script', () => {
  it('that hangs, forks, floods or cannot be executed has failed, and nothing of it is left', async () => {
    const { node } = r1;
    const pids = join(node.directory, 'pids');
    const script = (name: string, text: string): string => {
      const path = join(node.directory, name);
      writeFileSync(path, text);
      chmodSync(path, 0o755);
      return path;
    };
    const note = `echo $$ >> ${pids}`;
    const scripts = {
      good: script('good', '#!/bin/sh\nexit 0\n'),
      bad: script('bad', '#!/bin/sh\nexit 3\n'),
      hangs: script('hangs', `#!/bin/sh\n${note}\ntrap "" TERM\nwhile :; do sleep 1; done\n`),
      forks: script(
        'forks',
        `#!/bin/sh\n${note}\nsleep 77 & echo $! >> ${pids}\nsleep 77 & echo $! >> ${pids}\nwait\n`,
      ),
      floods: script('floods', `#!/bin/sh\n${note}\nexec yes\n`),
      foreign: script('foreign', '#!/nowhere/interpreter\n'),
    };
    const names = Object.keys(scripts);
    await r1.start(
      SECURE +
        Object.entries(scripts)
          .map(
            ([name, path]) =>
              `vrrp_script ${name} {\n    script ${path}\n    interval 1\n    timeout 0.5\n    weight 10\n}\n`,
          )
          .join('') +
        vrrp(100, `track_script {\n${names.join('\n')}\n}`),
    );
    await expectWithin(
      'every script has a result',
      async () => {
        const seen = (await instance(r1)).trackers;
        return seen.length === names.length && seen.every(({ known }) => known);
      },
      WITHIN,
    );
    await expectPriority(R1, 110);
    const { trackers } = await instance(r1);
    expect(Object.fromEntries(trackers.map(({ name, text }) => [name, text]))).toEqual({
      good: 'script good succeeded (exit status 0): +10',
      bad: 'script bad failed (exit status 3): adds nothing',
      hangs: 'script hangs failed (no end within 0.5 s): adds nothing',
      forks: 'script forks failed (no end within 0.5 s): adds nothing',
      floods: 'script floods failed (no end within 0.5 s): adds nothing',
      foreign: `script foreign failed (cannot be started: ${scripts.foreign}: its interpreter does not exist): adds nothing`,
    });
    const times = advertisements(wire).map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
    // A peer would take over after three intervals and the skew.
    expect(Math.max(...gaps)).toBeLessThan(ADVERT_MS * 3);
    expect(await r1.stop()).toEqual({ clean: true });
    const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    await expectWithin('nothing of them is left', () => !started.some(isRunning), WITHIN);
  }, 40_000);

  it('that others may change does not run as root, and check says so', async () => {
    const path = join(r1.node.directory, 'open');
    writeFileSync(path, `#!/bin/sh\ntouch ${path}.ran\n`);
    chmodSync(path, 0o777);
    const text = `${SECURE}vrrp_script open {\n    script ${path}\n}\n${vrrp(100, 'track_script {\nopen\n}')}`;
    const file = r1.node.writeFile('open.conf', text);
    const checked = await r1.node.exec([process.execPath, MAIN_PROGRAM, 'check', file], {
      allowFailure: true,
    });
    expect(checked.stdout + checked.stderr).toContain(
      'may be changed by others than root and is not run',
    );
    await r1.start(text);
    await expectPriority(R1, 100);
    expect(() => readFileSync(`${path}.ran`)).toThrow();
    await r1.stop();
  }, 30_000);
});
