/** The subcommands against a control socket of the test, and the check against files of the test. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/index.ts';
import { err, ok } from '../../../src/core/base/result.ts';
import type { ControlServer } from '../../../src/daemon/control/server.ts';
import { statusReport } from '../../../src/daemon/control/status.ts';
import { type FakeAnswers, fakeTandem } from '../../support/fake-tandem.ts';
import { daemonState } from '../../support/state-fixture.ts';
import { type CapturedOutput, captureOutput } from './terminal.ts';

let directory: string;
let server: ControlServer | undefined;
let captured: CapturedOutput;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-cli-'));
  captured = captureOutput();
});

afterEach(async () => {
  captured.restore();
  await server?.close();
  server = undefined;
  rmSync(directory, { recursive: true });
});

async function serve(answers: FakeAnswers): Promise<void> {
  server = await fakeTandem(directory, answers);
}

function tandem(...args: string[]): Promise<number> {
  return main(['node', '/usr/sbin/tandem', ...args]);
}

describe('tandem status', () => {
  test('shows the text, or the document as JSON', async () => {
    await serve({ status: async () => ok(statusReport(daemonState())) });
    expect(await tandem('status', '--runtime-dir', directory)).toBe(0);
    expect(captured.out).toContain('MASTER');
    captured.clear();
    expect(await tandem('status', '--json', '--runtime-dir', directory)).toBe(0);
    expect(JSON.parse(captured.out)).toEqual(statusReport(daemonState()));
  });

  test('fails when no Tandem runs', async () => {
    expect(await tandem('status', '--runtime-dir', directory)).toBe(1);
    expect(captured.complaints).toContain('no Tandem is running here');
  });

  test('does not guess at a document of another version', async () => {
    await serve({ status: async () => ok({ statusVersion: 99 }) });
    expect(await tandem('status', '--runtime-dir', directory)).toBe(1);
    expect(captured.complaints).toContain('another version');
  });
});

describe('tandem reload', () => {
  test('V17: asks for an empty configuration by name only', async () => {
    const asked: unknown[] = [];
    await serve({
      reload: async ({ allowEmpty }) => {
        asked.push(allowEmpty);
        return ok({ changed: true, warnings: 0, diagnostics: '' });
      },
    });
    expect(await tandem('reload', '--runtime-dir', directory)).toBe(0);
    expect(await tandem('reload', '--allow-empty', '--runtime-dir', directory)).toBe(0);
    expect(asked).toEqual([false, true]);
  });

  test('succeeds with what there is to say', async () => {
    await serve({
      reload: async () => ok({ changed: true, warnings: 1, diagnostics: 'x.conf:1:1: warning' }),
    });
    expect(await tandem('reload', '--runtime-dir', directory)).toBe(0);
    expect(captured.out).toBe('reloaded\n');
    expect(captured.complaints).toBe('x.conf:1:1: warning\n');
  });

  test('H10: fails with what the kernel refuses, and says that the rest is in force', async () => {
    const refusals = ['change service tcp:192.0.2.1:80 failed, ENOENT: the kernel has no module'];
    await serve({
      reload: async () => ok({ changed: true, warnings: 0, diagnostics: '', refusals }),
    });
    expect(await tandem('reload', '--runtime-dir', directory)).toBe(1);
    expect(captured.out).toBe('reloaded\n');
    expect(captured.complaints).toBe(
      `tandem: the kernel refuses a part of it, which is tried again:\n  ${refusals[0]}\n`,
    );
  });

  test('fails with the findings when the configuration is refused', async () => {
    const details = { diagnostics: 'x.conf:1:1: error\n' };
    await serve({ reload: async () => err({ code: 'refused', message: 'refused', details }) });
    expect(await tandem('reload', '--runtime-dir', directory)).toBe(1);
    expect(captured.complaints).toBe('x.conf:1:1: error\ntandem: refused\n');
  });
});

describe('tandem resign', () => {
  test('O8: says what comes of it, and hands an error through', async () => {
    await serve({
      resign: async ({ instance }) =>
        instance === 'VI_1'
          ? ok({ instance, message: 'VI_1 gave mastership away. It preempts.' })
          : err({ code: 'not-found', message: `there is no vrrp_instance ${instance}` }),
    });
    expect(await tandem('resign', 'VI_1', '--runtime-dir', directory)).toBe(0);
    expect(captured.out).toContain('VI_1 gave mastership away. It preempts.');
    expect(await tandem('resign', 'VI_9', '--runtime-dir', directory)).toBe(1);
    expect(captured.complaints).toContain('there is no vrrp_instance VI_9');
  });
});

describe('tandem check and -t', () => {
  const GOOD = `virtual_server 192.0.2.10 80 {
    delay_loop 3
    lb_algo rr
    lb_kind DR
    protocol TCP
    real_server 10.0.0.7 80 {
        weight 1
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
`;
  const BAD = GOOD.replace('protocol', 'protokol');

  function file(text: string): string {
    const path = join(directory, 'x.conf');
    writeFileSync(path, text);
    return path;
  }

  test('a good file can be run, and -t is silent about it', async () => {
    const path = file(GOOD);
    expect(await tandem('check', '--offline', path)).toBe(0);
    expect(captured.out).toContain(`${path}: can be run`);
    expect(await tandem('-t', '-f', path)).toBe(0);
    expect(captured.complaints).toBe('');
  });

  test('O13: an empty file is told off, and keeps keepalived’s exit status', async () => {
    for (const text of ['', '# nothing yet\n']) {
      captured.clear();
      const path = file(text);
      expect(await tandem('check', '--offline', path)).toBe(0);
      expect(captured.out).toContain('there is nothing to do');
      expect(captured.out).not.toContain('nothing to complain about');
      expect(await tandem('-t', '-f', path)).toBe(0);
    }
    expect(captured.complaints).toBe('');
  });

  test('a misspelt word is pointed at, with a suggestion and keepalived’s exit status', async () => {
    const path = file(BAD);
    expect(await tandem('check', '--offline', path)).toBe(5);
    expect(captured.out).toContain(`${path}:5:5: `);
    expect(captured.out).toContain('^^^^^^^^');
    expect(captured.out).toContain('"protocol"');
    expect(await tandem('-t', '-f', path)).toBe(5);
    expect(captured.complaints).toContain(`${path}:5:5: `);
  });

  test('-tFILE appends the findings to the file', async () => {
    const path = file(BAD);
    const log = join(directory, 'log');
    writeFileSync(log, 'before\n');
    expect(await tandem(`-t${log}`, '-f', path)).toBe(5);
    expect(readFileSync(log, 'utf8')).toMatch(/^before\n.*x\.conf:5:5: /s);
    expect(captured.complaints).toBe('');
  });

  test('a log file that can’t be written is a failure of its own', async () => {
    expect(await tandem(`-t${directory}`, '-f', file(GOOD))).toBe(1);
    expect(captured.complaints).toContain('cannot write to');
  });
});

describe('The command line', () => {
  test('says what it knows when it is called wrongly', async () => {
    expect(await tandem()).toBe(1);
    expect(captured.complaints).toContain('Usage: tandem');
    captured.clear();
    expect(await tandem('stauts')).toBe(1);
    expect(captured.complaints).toContain('status');
    captured.clear();
    expect(await tandem('-Z')).toBe(1);
    expect(captured.complaints).toContain('unknown option -Z');
  });

  test('O13: help of a command', async () => {
    expect(await tandem('help', 'check')).toBe(0);
    expect(captured.out).toContain('Usage: tandem check');
    captured.clear();
    expect(await tandem('help', 'run')).toBe(0);
    expect(captured.out).toContain('Usage: tandem run');
    captured.clear();
    expect(await tandem('help')).toBe(0);
    expect(captured.out).toContain('Usage: tandem [options]');
    captured.clear();
    expect(await tandem('help', 'nonsense')).toBe(1);
    expect(captured.complaints).toBe("error: unknown command 'nonsense'\n");
  });

  test('answers questions about itself', async () => {
    expect(await tandem('--version')).toBe(0);
    expect(captured.out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await tandem('-v')).toBe(0);
    expect(captured.complaints).toMatch(/^Tandem \d+\.\d+\.\d+ /);
    captured.clear();
    expect(await tandem('--signum=RELOAD')).toBe(0);
    expect(captured.out).toBe('1\n');
  });

  test('a program named keepalived takes options only', async () => {
    expect(await main(['node', '/usr/sbin/keepalived', '--signum=STOP'])).toBe(0);
    expect(captured.out).toBe('15\n');
  });
});
