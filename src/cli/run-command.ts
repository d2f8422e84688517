/** Running programs of the system as a person would: `ip`, `sysctl`, `modprobe`, `nft`. */
import { execFile } from 'node:child_process';
import type { ShellCommand } from '../core/base/shell-command.ts';
import { systemPath } from '../drivers/system-path.ts';

const COMMAND_MS_MAX = 10_000;
const OUTPUT_BYTES_MAX = 64 << 20;

/** How a program ended. */
export type Ran =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly why: string };

/** Runs a program; never throws. */
export function runCommand([program, ...args]: ShellCommand): Promise<Ran> {
  const env = { ...process.env, PATH: systemPath(), LC_ALL: 'C' };
  const limits = { env, timeout: COMMAND_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
  return new Promise((resolve) => {
    execFile(program, args, limits, (error, output, errors) => {
      if (error === null) resolve({ ok: true, output });
      else if (error.code === 'ENOENT') resolve({ ok: false, why: `${program} is not installed` });
      else resolve({ ok: false, why: errors.trim().split('\n')[0] || error.message });
    });
  });
}
