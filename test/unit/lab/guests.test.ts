/**
 * Guests that do not boot: what is read from their console, and what a person is told. The guest is a program of the test in PATH.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CONSOLE_FILE, findProgram, readConsole } from '../../lab/kit/guests/guest.ts';
import { guestInitScript } from '../../lab/kit/guests/init.ts';
import { QEMU } from '../../lab/kit/guests/qemu.ts';
import { UML } from '../../lab/kit/guests/uml.ts';
import { guestRefusal } from '../../lab/kit/kernel-choice.ts';

const PANIC = 'Kernel panic - not syncing: ptrace set fp regs failed, errno = 14';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-guests-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

function fakeProgram(name: string, script: string): void {
  const file = join(directory, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  vi.stubEnv('PATH', `${directory}:${process.env['PATH']}`);
}

describe('the console of a guest', () => {
  test('the panic is the reason, the last lines are shown', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`);
    writeFileSync(join(directory, CONSOLE_FILE), [`[ 0.1] ${PANIC}`, ...lines].join('\n'));
    const { reason, tail } = readConsole(directory);
    expect(reason).toBe(PANIC);
    expect(tail).toMatch(/^line 28\n(?:line \d+\n)*line 39$/);
  });

  test('without a panic the last line is the reason', () => {
    writeFileSync(join(directory, CONSOLE_FILE), 'one\nptrace: Operation not permitted\n\n');
    expect(readConsole(directory).reason).toBe('ptrace: Operation not permitted');
  });

  test('an empty console is said to be empty', () => {
    expect(readConsole(directory)).toEqual({ reason: 'its console is empty', tail: '' });
  });
});

describe.runIf(process.arch === 'x64')('a User-mode Linux that panics', () => {
  test('is refused with the panic and the end of its console', async () => {
    fakeProgram('linux.uml', `echo "Linux version 6.1"; echo "${PANIC}"; exit 134`);
    const refusal = await guestRefusal('uml');
    expect(refusal?.reason).toBe(`User-mode Linux does not boot on this machine: ${PANIC}`);
    expect(refusal?.console).toMatch(/console\.log\):\n {2}Linux version 6\.1\n {2}Kernel panic/);
  });
});

describe('what starts a guest', () => {
  const boot = { init: '/l/init.sh', directory: '/l', memoryMb: 512 };

  test.runIf(process.arch === 'x64')('User-mode Linux always has its library preloaded', () => {
    vi.stubEnv('LD_PRELOAD', '/lib/other.so');
    const { env } = UML.command(boot);
    expect(env?.['LD_PRELOAD']).toMatch(/\/uml-xstate\.so \/lib\/other\.so$/);
  });

  test('qemu gets the root and the repository read-only, the directory writable', () => {
    const exports = QEMU.command(boot).argv.filter((word) => word.startsWith('local,'));
    expect(exports.map((word) => word.includes('readonly=on'))).toEqual([true, true, false]);
    expect(exports[2]).toContain('path=/l,');
  });

  test('a program is looked for in PATH first', () => {
    fakeProgram('sh', 'exit 0');
    expect(findProgram('sh')).toBe(join(directory, 'sh'));
    expect(findProgram('no-such-program')).toBeUndefined();
  });

  test('the first process quotes what it is given', () => {
    const plan = {
      argv: ['echo', "it's"],
      directory: '/l',
      repository: '/r x',
      env: { A: '$b' },
      modules: [],
    };
    const script = guestInitScript(plan, UML.shell);
    expect(script).toContain(`'echo' 'it'\\''s' > '/l/output.log'`);
    expect(script).toContain("export A='$b'");
    expect(script).toContain("mount -r -t hostfs none '/r x' -o '/r x'");
  });
});
