/**
 * Running a program where the kernel has IPVS: on this machine when its own kernel has it, otherwise in a guest. `kernel-choice.ts` finds out
 * which.
 */
import { type BackgroundProgram, type BackgroundResult, startHere } from './background.ts';
import { bootGuest, type GuestKind, type GuestOptions, readConsole } from './guests/guest.ts';
import { QEMU } from './guests/qemu.ts';
import { UML } from './guests/uml.ts';

/** A kind of guest kernel. */
export type GuestName = 'uml' | 'qemu';

/** A kernel with IPVS, and why it was taken; or the reasons why there is none. */
export type IpvsKernel =
  | { readonly kind: 'host' | GuestName; readonly why: string }
  | {
      readonly kind: 'none';
      readonly reason: string;
      /** The last lines of the console of a guest that did not boot; empty when there is nothing to show. */
      readonly console: string;
      /** A kernel was asked for by name, and can't run here. */
      readonly isFailure: boolean;
    };

/** The kinds of guest by name. */
export const GUESTS: Readonly<Record<GuestName, GuestKind>> = { uml: UML, qemu: QEMU };

/** What a person calls a kernel; fits behind "in". */
export function kernelTitle(kind: 'host' | GuestName): string {
  return kind === 'host' ? "this machine's kernel" : GUESTS[kind].title;
}

/** How many times longer than in the quickest kernel everything may take in this one. */
export function patienceOf(kernel: IpvsKernel): number {
  return kernel.kind === 'uml' || kernel.kind === 'qemu' ? GUESTS[kernel.kind].patience : 1;
}

/** Starts a program in a kernel. @throws Error when there is none, or when what starts a guest can't be made. */
export function startWithIpvs(kernel: IpvsKernel, options: GuestOptions): BackgroundProgram {
  switch (kernel.kind) {
    case 'host':
      return startHere(options);
    case 'uml':
    case 'qemu':
      return bootGuest(GUESTS[kernel.kind], options);
    case 'none':
      throw new Error(kernel.reason);
  }
}

/**
 * Runs a program in a kernel to its end, streaming its output; `timeoutMs` is for the quickest kernel. What happens in a guest is no exception: the output of a program that did not
 * get to its end closes with what the guest's console says.
 *
 * @throws Error as `startWithIpvs`.
 */
export async function runWithIpvs(
  kernel: IpvsKernel,
  options: GuestOptions,
): Promise<BackgroundResult> {
  const timeoutMs = options.timeoutMs * patienceOf(kernel);
  const result = await startWithIpvs(kernel, options).follow({ ...options, timeoutMs });
  if (result.status !== undefined || kernel.kind === 'host') return result;
  const { reason, tail } = readConsole(options.directory);
  const how = result.timedOut ? `was killed after ${timeoutMs / 1000} s` : 'ended';
  return { ...result, output: `${result.output}\nThe guest ${how}: ${reason}\n${tail}\n` };
}
