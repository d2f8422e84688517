/**
 * The library preloaded into User-mode Linux: a program sets a short register state on a child, as User-mode Linux does on processors with AMX.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { preloadLibrary } from '../../lab/kit/guests/uml-preload.ts';

/**
 * Stops a child, reads its whole extended state, puts a pattern into an SSE register, and sets back only so many bytes as the argument says.
 * Prints the errno of the set, whether the pattern is there afterwards, and what a peek finds.
 */
const TRACER = `
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
static char state[1 << 16], again[1 << 16];
static long peeked = 0x1122334455667788;
int main(int argc, char **argv) {
  pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  struct iovec all = {state, sizeof state};
  if (ptrace(PTRACE_GETREGSET, child, (void *)0x202, &all) != 0) return 2;
  /* XMM7, and the bit of XSTATE_BV that says SSE is in use. */
  memset(state + 160 + 7 * 16, 0x5a, 16);
  state[512] |= 2;
  struct iovec some = {state, argc > 1 ? (size_t)atoi(argv[1]) : all.iov_len};
  int set = ptrace(PTRACE_SETREGSET, child, (void *)0x202, &some) == 0 ? 0 : errno;
  struct iovec look = {again, sizeof again};
  ptrace(PTRACE_GETREGSET, child, (void *)0x202, &look);
  printf("%d %d %lx\\n", set, memcmp(state + 272, again + 272, 16) == 0, ptrace(PTRACE_PEEKDATA, child, &peeked, 0));
  kill(child, SIGKILL);
  return 0;
}
`;
/** The legacy area and the header of the state: less than any processor's whole. */
const SHORT = '576';
const EFAULT = 14;

let directory: string;
let tracer: string;
let cannot: string | undefined;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'uml-xstate-'));
  tracer = join(directory, 'tracer');
  if (process.arch !== 'x64') cannot = 'User-mode Linux is for x86';
  else {
    writeFileSync(`${tracer}.c`, TRACER);
    execFileSync('cc', ['-o', tracer, `${tracer}.c`]);
    const { status } = spawnSync(tracer);
    if (status !== 0) cannot = 'no ptrace, or a processor without XSAVE';
  }
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeEach((context) => {
  if (cannot !== undefined) context.skip(cannot);
});

function trace(...args: readonly string[]): string[] {
  const env = { ...process.env, LD_PRELOAD: preloadLibrary() };
  return execFileSync(tracer, args, { env, encoding: 'utf8' }).trim().split(' ');
}

describe('with the library', () => {
  test('a short set works, where the kernel alone refuses it', () => {
    const alone = execFileSync(tracer, [SHORT], { encoding: 'utf8' }).split(' ');
    expect(alone.slice(0, 2)).toEqual([String(EFAULT), '0']);
    expect(trace(SHORT).slice(0, 2)).toEqual(['0', '1']);
  });

  test('a whole set goes through', () => {
    expect(trace().slice(0, 2)).toEqual(['0', '1']);
  });

  test('a peek returns the word', () => {
    expect(trace()[2]).toBe('1122334455667788');
  });
});
