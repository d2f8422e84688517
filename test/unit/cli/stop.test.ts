/** `tandem stop` and `tandem restart`: what is asked of the running Tandem, and how it was started. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startedBy } from '../../../src/cli/restart.ts';
import { stop } from '../../../src/cli/stop.ts';
import { ok } from '../../../src/core/base/result.ts';
import type { ControlServer } from '../../../src/daemon/control/server.ts';
import { fakeTandem } from '../../support/fake-tandem.ts';
import { type CapturedOutput, captureOutput } from './terminal.ts';

/** The kernel's limit for process ids is 2^22: nobody has this one. */
const NOBODY = 2 ** 22 + 1;

const { PATH } = process.env;
let directory: string;
let server: ControlServer;
let asked: boolean[];
let captured: CapturedOutput;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-stop-'));
  asked = [];
  captured = captureOutput();
  server = await fakeTandem(directory, {
    stop: async ({ keepTable }) => {
      asked.push(keepTable);
      return ok({ pid: NOBODY });
    },
  });
});

afterEach(async () => {
  captured.restore();
  process.env['PATH'] = PATH;
  await server.close();
  rmSync(directory, { recursive: true });
});

/** A `systemctl` that has this job. */
function systemctl(job: string): void {
  const path = join(directory, 'systemctl');
  writeFileSync(path, `#!/bin/sh\n[ "$1" = list-jobs ] && echo '${job}'\n`);
  chmodSync(path, 0o755);
  process.env['PATH'] = `${directory}:${PATH}`;
}

describe('H14: tandem stop', () => {
  test('empties the table', async () => {
    expect(await stop({ runtimeDir: directory, keepIpvs: false })).toBe(0);
    expect(asked).toEqual([false]);
    expect(captured.out).toBe('stopped\n');
  });

  test('--keep-ipvs keeps it, and says so', async () => {
    expect(await stop({ runtimeDir: directory, keepIpvs: true })).toBe(0);
    expect(asked).toEqual([true]);
    expect(captured.out).toBe('stopped; the IPVS table is kept\n');
  });

  test.each([
    [' 812 tandem.service restart running', true],
    [' 812 tandem.service stop running', false],
    ['', false],
  ])('of a unit with the job "%s" keeps it: %s', async (job, keepTable) => {
    systemctl(job);
    expect(await stop({ runtimeDir: directory, keepIpvs: false, unit: 'tandem.service' })).toBe(0);
    expect(asked).toEqual([keepTable]);
  });

  test('of a unit where systemctl is missing is a stop', async () => {
    process.env['PATH'] = directory;
    expect(await stop({ runtimeDir: directory, keepIpvs: false, unit: 'tandem.service' })).toBe(0);
    expect(asked).toEqual([false]);
    expect(captured.complaints).toContain('does not tell whether this is a restart');
  });
});

describe('H14: tandem restart finds out how a process was started', () => {
  test('under something that minds it', async () => {
    expect(await startedBy(process.pid)).toEqual({ kind: 'foreground' });
  });

  test('in the background, by a program that is gone', async () => {
    const program = 'setTimeout(() => {}, 20_000)';
    const launcher = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(program)}],
        { detached: true, stdio: 'ignore' });
      console.log(child.pid);
      child.unref();`;
    const pid = await new Promise<number>((resolve) => {
      const child = spawn(process.execPath, ['-e', launcher]);
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      child.once('close', () => resolve(Number(text)));
    });
    try {
      const found = await startedBy(pid);
      // A machine whose process 1 does not adopt (a subreaper does) tells nothing.
      expect(found.kind === 'background' ? found.argv.slice(1) : found).toEqual(['-e', program]);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });
});
