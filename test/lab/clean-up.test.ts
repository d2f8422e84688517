/**
 * What a director leaves behind when its processes die or hang: nothing. Another process says farewell and removes the addresses, at a stop
 * and when the dead one does not come back in time.
 */
import { chmodSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../../src/cli/ask.ts';
import { advertisements, type SeenAdvertisement } from './kit/advertisements.ts';
import { startCapture } from './kit/capture.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import type { Lab } from './kit/lab.ts';
import { commandLineOf, descendantsOf, signalProcess } from './kit/process-tree.ts';
import {
  openWatchedDirector,
  WATCHED_VIP as VIP,
  WATCHED_INSTANCE,
} from './kit/watched-director.ts';
import { SAID, skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 20_000;

let lab: Lab;
let director: TandemDirector;

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  lab = await openWatchedDirector('u', 'clean-up');
});

afterAll(async () => {
  await lab?.close();
});

beforeEach(skipWithoutNamespaces);

afterEach(async () => {
  await director?.stop();
});

/** The vrrp process and its spare, in the order of their start. */
function vrrpProcesses(): number[] {
  const main = director.process?.pid ?? 0;
  return descendantsOf(main)
    .filter((pid) => commandLineOf(pid).includes('--role=vrrp'))
    .sort((a, b) => a - b);
}

async function startMaster(
  options: { readonly withSpare: boolean },
  text: string = WATCHED_INSTANCE,
): Promise<void> {
  director = new TandemDirector(lab.node('lb01'));
  await director.start(text);
  await expectWithin('lb01 is master', () => director.node.holds(VIP), { withinMs: WITHIN_MS });
  if (!options.withSpare) return;
  await director.untilSpare();
}

async function farewells(act: () => void): Promise<readonly SeenAdvertisement[]> {
  const capture = await startCapture(lab.node('watcher'), { device: 'eth0', filter: 'proto 112' });
  act();
  await ended();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const seen = advertisements(capture).filter((advert) => advert.priority === 0);
  await capture.stop();
  return seen;
}

async function ended(): Promise<void> {
  await expectWithin('the director ends', () => director.process?.end !== undefined, {
    withinMs: WITHIN_MS,
  });
}

function terminate(): void {
  signalProcess(director.process?.pid ?? 0, 'SIGTERM');
}

describe('V15: a stop while the vrrp process', () => {
  it('is stopped (SIGSTOP): another one cleans up, the log and the exit status say so', async () => {
    await startMaster({ withSpare: true });
    const [active = 0] = vrrpProcesses();
    signalProcess(active, 'SIGSTOP');
    terminate();
    await ended();
    expect(await director.node.holds(VIP)).toBe(false);
    expect(director.process?.end).toMatchObject({ status: 1 });
    const log = director.process?.text() ?? '';
    expect(log).toContain('did not answer the request to stop; it was killed');
    expect(log).toContain('another process removed its virtual addresses from the kernel');
  });

  it('has just been killed: the spare says farewell and removes the address', async () => {
    await startMaster({ withSpare: true });
    const [active = 0] = vrrpProcesses();
    const seen = await farewells(() => {
      signalProcess(active, 'SIGKILL');
      terminate();
    });
    expect(await director.node.holds(VIP)).toBe(false);
    expect(seen.map(({ source }) => source)).toEqual(['10.0.0.5']);
  });

  it('and its spare are dead: a new one says farewell and removes the address', async () => {
    await startMaster({ withSpare: true });
    const seen = await farewells(() => {
      for (const pid of vrrpProcesses()) signalProcess(pid, 'SIGKILL');
      terminate();
    });
    expect(await director.node.holds(VIP)).toBe(false);
    expect(seen.map(({ source }) => source)).toEqual(['10.0.0.5']);
    expect(director.process?.end).toMatchObject({ status: 1 });
  });
});

describe('V10: the vrrp process dies again and again', () => {
  /**
   * Each start is killed, so that the pauses grow; the last one begins before peers have waited for 3.02 s, and lasts beyond. Those that the log
   * calls started are meant: a process that clears up looks the same from outside, and is left alone.
   */
  async function killEachStart(): Promise<void> {
    await expectWithin(
      'the pause is long',
      () => {
        const log = director.process?.text() ?? '';
        if (/vrrp: will be started again in 1\.6 s/.test(log)) return true;
        for (const [, pid] of log.matchAll(
          /vrrp: started(?: again \(restart \d+\))?, pid (\d+)/g,
        )) {
          signalProcess(Number(pid), 'SIGKILL');
        }
        return false;
      },
      { withinMs: WITHIN_MS, everyMs: 10 },
    );
  }

  it('when peers have waited long enough, another process removes the address', async () => {
    const removed = 'another process removed its virtual addresses from the kernel';
    await startMaster({ withSpare: false });
    await killEachStart();
    const log = (): string => director.process?.text() ?? '';
    await expectWithin('the address is gone', async () => !(await director.node.holds(VIP)), {
      withinMs: WITHIN_MS,
    });
    await expectWithin('the log says so', () => log().includes(removed), {
      withinMs: WITHIN_MS,
    });
    const [before = ''] = log().split(removed);
    const turns = before.match(/vrrp: (?:will be started again|started again)/g);
    expect(turns?.at(-1), 'the next start comes behind').toBe('vrrp: will be started again');
    await expectWithin('it is master again', () => director.node.holds(VIP), {
      withinMs: WITHIN_MS,
    });
  });

  it('a stop in the pause before its next start leaves no address', async () => {
    await startMaster({ withSpare: false });
    await killEachStart();
    terminate();
    await ended();
    expect(await director.node.holds(VIP)).toBe(false);
    await expect
      .poll(() => director.process?.text(), SAID)
      .toMatch(/was not running when it should|died before it could/);
    expect(director.process?.end).toMatchObject({ status: 1 });
  });
});

describe('all processes are killed at once', () => {
  it('the next start removes what its configuration does not have: address, route, VMAC; and ends the programs', async () => {
    const script = lab.node('lb01').writeFile('hang.sh', '#!/bin/sh\n(trap "" TERM; sleep 3131)\n');
    chmodSync(script, 0o755);
    const full = `global_defs {
    enable_script_security
    script_user root
}
vrrp_script hang {
    script ${script}
    interval 60
    init_fail
}
vrrp_instance W {
    interface eth0
    virtual_router_id 77
    version 3
    advert_int 0.2
    use_vmac
    virtual_ipaddress {
        10.0.0.77/24
    }
    virtual_routes {
        10.77.0.0/16 via 10.0.0.9
    }
    track_script {
        hang weight -1
    }
}
`;
    director = new TandemDirector(lab.node('lb01'));
    const { node } = director;
    const hangs = () => descendantsOf(1).filter((pid) => commandLineOf(pid) === 'sleep 3131');
    await director.start(`${WATCHED_INSTANCE}${full}`);
    await expectWithin(
      'it holds all',
      async () =>
        (await node.holds(VIP)) && (await node.holds('10.0.0.77')) && hangs().length === 1,
      { withinMs: WITHIN_MS },
    );
    // What is written down is at most so old.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const running = descendantsOf(director.process?.pid ?? 0).filter((pid) =>
      /--role=/.test(commandLineOf(pid)),
    );
    for (const pid of [director.process?.pid ?? 0, ...running]) signalProcess(pid, 'SIGSTOP');
    for (const pid of [director.process?.pid ?? 0, ...running]) signalProcess(pid, 'SIGKILL');
    await ended();
    expect(await node.holds('10.0.0.77')).toBe(true);
    expect(hangs()).toHaveLength(1);
    await director.start(WATCHED_INSTANCE);
    await expectWithin('the program is ended', () => hangs().length === 0, { withinMs: WITHIN_MS });
    await expectWithin('the address is gone', async () => !(await node.holds('10.0.0.77')), {
      withinMs: WITHIN_MS,
    });
    await expectWithin(
      'the VMAC is gone',
      async () => !(await node.exec(['ip', 'link'])).stdout.includes('vrrp.77'),
      { withinMs: WITHIN_MS },
    );
    expect((await node.exec(['ip', 'route'])).stdout).not.toContain('10.77.0.0/16');
    // Whoever ends it says so when it is gone.
    await expectWithin(
      'the line',
      () =>
        /ended 1 program that the dead runner process had left running/.test(
          director.process?.text() ?? '',
        ),
      { withinMs: WITHIN_MS },
    );
    await expectWithin('lb01 is master', () => node.holds(VIP), { withinMs: WITHIN_MS });
  });
});

describe('V10: a reload while the vrrp process does not run', () => {
  const OTHER = '10.0.0.4';
  /** Peers of an owner that speaks each ten seconds wait for half a minute: however slow the machine is, nobody clears up in the meantime. */
  const dropping = WATCHED_INSTANCE.replace('priority 250', 'priority 255').replace(
    'advert_int 1',
    'advert_int 10',
  );
  const both = dropping.replace(`${VIP}/24`, `${VIP}/24\n        ${OTHER}/24`);

  it('removes an address that it drops, and keeps the others, when the next process is in place', async () => {
    await startMaster({ withSpare: true }, both);
    expect(await director.node.holds(OTHER)).toBe(true);
    const [active = 0] = vrrpProcesses();
    signalProcess(active, 'SIGSTOP');
    // It is answered when the next process has put the new configuration into force.
    // Without a program for it, which may start slowly: one that is stopped is soon taken for hung.
    director.node.writeFile('tandem.conf', dropping);
    const reload = ask({ command: 'reload' }, { runtimeDir: director.node.runtimeDirectory });
    await expectWithin(
      'the health process has the new configuration, so that the vrrp process was sent it',
      () => director.process?.text().match(/checker: configured/g)?.length === 2,
      { withinMs: WITHIN_MS },
    );
    signalProcess(active, 'SIGKILL');
    expect(await reload).toMatchObject({ ok: true });
    expect(await director.node.holds(OTHER)).toBe(false);
    expect(await director.node.holds(VIP)).toBe(true);
    await expect
      .poll(() => director.process?.text(), SAID)
      .toMatch(/removed 10\.0\.0\.4\/24 from eth0/);
  });
});
