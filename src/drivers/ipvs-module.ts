/**
 * The kernel module behind IPVS: loading it where the kernel does not do so by itself, and saying in an
 * operator's words why IPVS can't be used.
 */
import { execFile } from 'node:child_process';
import type { KernelError } from './kernel-error.ts';
import { systemPath } from './system-path.ts';

/** Why there is no IPVS. */
export interface IpvsUnavailable {
  readonly reason: 'no-module' | 'no-permission' | 'failed';
  /** One sentence for operators, with what to do about it. */
  readonly message: string;
  readonly error: KernelError;
}

const MODULE = 'ip_vs';
const MODPROBE_MS_MAX = 10_000;

/** Runs `modprobe ip_vs`; what it said when it failed, or undefined. */
export function loadIpvsModule(): Promise<string | undefined> {
  const env = { ...process.env, PATH: systemPath() };
  return new Promise((resolve) => {
    execFile('modprobe', [MODULE], { env, timeout: MODPROBE_MS_MAX }, (error, _output, errors) => {
      if (error === null) resolve(undefined);
      else resolve(errors.trim() === '' ? error.message : errors.trim());
    });
  });
}

/** The reason behind an error; `loading` is what loading the module said. */
export function unavailable(error: KernelError, loading: string | undefined): IpvsUnavailable {
  if (error.errnoName === 'ENOENT') {
    const detail = loading === undefined ? '' : ` (${loading})`;
    const message = `the kernel has no IPVS: the module ${MODULE} is missing or can't be loaded${detail}`;
    return { reason: 'no-module', message, error };
  }
  if (error.errnoName === 'EPERM') {
    const message =
      'no permission to use IPVS: it needs CAP_NET_ADMIN in the initial user namespace';
    return { reason: 'no-permission', message, error };
  }
  return { reason: 'failed', message: `IPVS does not answer: ${error.message}`, error };
}
