/**
 * Running a program where the kernel has IPVS: on this machine when its own kernel has it, otherwise in User-mode Linux.
 */
import { existsSync } from 'node:fs';
import { type BackgroundProgram, type BackgroundResult, startHere } from './background.ts';
import { runCommand } from './command.ts';
import { bootUml, runInUml, type UmlOptions, umlSupport } from './uml.ts';

/** Where kernel IPVS is to be had. */
export type IpvsKernel =
  | { readonly kind: 'host' }
  | { readonly kind: 'uml' }
  | { readonly kind: 'none'; readonly reason: string };

/** Finds a kernel with IPVS. Loads the module of this machine's kernel when it has one. */
export async function findIpvsKernel(): Promise<IpvsKernel> {
  if (process.getuid?.() !== 0) return { kind: 'none', reason: 'network namespaces need root' };
  if (!existsSync('/proc/net/ip_vs')) {
    // Without the module, or without modprobe itself, the second look says so.
    await runCommand(['modprobe', 'ip_vs'], { allowFailure: true }).catch(() => undefined);
  }
  if (existsSync('/proc/net/ip_vs')) return { kind: 'host' };
  const uml = umlSupport();
  if (uml.available) return { kind: 'uml' };
  return { kind: 'none', reason: `the kernel has no ip_vs module and ${uml.reason}` };
}

/** Starts a program in such a kernel. @throws Error when there is none. */
export function startWithIpvs(kernel: IpvsKernel, options: UmlOptions): BackgroundProgram {
  switch (kernel.kind) {
    case 'host':
      return startHere(options);
    case 'uml':
      return bootUml(options);
    case 'none':
      throw new Error(kernel.reason);
  }
}

/** Runs a program in such a kernel to its end, streaming its output. @throws Error when there is none. */
export async function runWithIpvs(options: UmlOptions): Promise<BackgroundResult> {
  const kernel = await findIpvsKernel();
  if (kernel.kind === 'uml') return runInUml(options);
  return startWithIpvs(kernel, options).follow(options);
}
