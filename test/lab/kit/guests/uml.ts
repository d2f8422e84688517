/**
 * User-mode Linux: Debian's package `user-mode-linux`. The quick kind of guest: it needs ptrace, an x86 processor and nothing else. It has
 * one processor and slow system calls (tens of microseconds each), so timing margins inside must be wide.
 */
import type { GuestKind } from './guest.ts';
import { findProgram } from './guest.ts';
import { preloadLibrary } from './uml-preload.ts';

const PROGRAM = 'linux.uml';

/** User-mode Linux. */
export const UML: GuestKind = {
  title: 'User-mode Linux',
  bootMsMax: 45_000,
  patience: 1,
  shell: {
    mountKernel: ['mount -t proc proc /proc', 'mount -t sysfs sysfs /sys'],
    mountHost: (what, path) =>
      `mount ${what === 'repository' ? '-r ' : ''}-t hostfs none ${path} -o ${path}`,
    modulesDirectory: '/usr/lib/uml/modules',
  },
  missing: () => {
    if (process.arch !== 'x64') return `User-mode Linux is for x86 only, this is ${process.arch}`;
    if (findProgram(PROGRAM) === undefined) return 'the package user-mode-linux is not installed';
    return undefined;
  },
  command: ({ init, directory, memoryMb }) => ({
    argv: [
      findProgram(PROGRAM) ?? PROGRAM,
      `mem=${memoryMb}M`,
      'rootfstype=hostfs',
      'rootflags=/',
      'ro',
      `init=${init}`,
      'con=null',
      'con0=null,fd:1',
      'quiet',
      // The management socket would otherwise be made in the home directory.
      `uml_dir=${directory}/`,
    ],
    env: { LD_PRELOAD: [preloadLibrary(), process.env['LD_PRELOAD'] ?? ''].join(' ').trim() },
  }),
};
