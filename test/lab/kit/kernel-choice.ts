/**
 * Finding a kernel with IPVS by trying: this machine's own, then User-mode Linux, then qemu. A guest counts when it has booted, runs programs
 * and shows IPVS. What was found is remembered for the whole run.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from './background.ts';
import { runCommand } from './command.ts';
import { bootGuest, CONSOLE_FILE, readConsole } from './guests/guest.ts';
import { GUESTS, type GuestName, type IpvsKernel } from './ipvs-kernel.ts';
import { namespaceRefusal } from './namespaces.ts';
import { LAB_STATE } from './paths.ts';

/** How to find a kernel. */
export interface FindOptions {
  /** Installs and downloads what qemu needs, when nothing else will do. Throws with what a person can do. */
  readonly provideQemu?: () => Promise<void>;
}

/** Why a kernel can't be used. */
export interface Refusal {
  /** One line. */
  readonly reason: string;
  /** The last lines of a guest's console; empty when there is none. */
  readonly console: string;
}

/** Names the kernel to take, set by `--kernel`: `host`, `uml`, `qemu`, or `none` for the parts that need no IPVS. */
const KERNEL_VARIABLE = 'TANDEM_LAB_KERNEL';
/** The same text in all processes of one run, which then try once; set by `npm test`. */
const RUN_VARIABLE = 'TANDEM_LAB_RUN';
/** What the last run found, in `.lab`. */
const CHOICE_FILE = join(LAB_STATE, 'kernel.json');

const KINDS = ['host', 'uml', 'qemu'] as const;
type Kind = (typeof KINDS)[number];

let found: Promise<IpvsKernel> | undefined;

/** The kernel that everything of this run uses. It is looked for once. */
export function findIpvsKernel(options: FindOptions = {}): Promise<IpvsKernel> {
  found ??= recall() ?? choose(options).then(remember);
  return found;
}

/** Loads the module of this machine's kernel when it has one, and says whether IPVS is there. */
export async function hostHasIpvs(): Promise<boolean> {
  if (!existsSync('/proc/net/ip_vs')) {
    // Without the module, or without modprobe itself, the second look says so.
    await runCommand(['modprobe', 'ip_vs'], { allowFailure: true }).catch(() => undefined);
  }
  return existsSync('/proc/net/ip_vs');
}

/** Boots a guest for a moment. Returns why it can't be used; undefined when it runs programs and has IPVS. */
export async function guestRefusal(name: GuestName): Promise<Refusal | undefined> {
  const kind = GUESTS[name];
  const missing = kind.missing();
  if (missing !== undefined) return refusal(missing);
  const directory = join(LAB_STATE, `try-${name}`);
  const timeoutMs = kind.bootMsMax;
  let result: { readonly status: number | undefined; readonly timedOut: boolean };
  try {
    const argv = ['test', '-e', '/proc/net/ip_vs'];
    const program = bootGuest(kind, { argv, directory, timeoutMs });
    const isEnough = (): boolean => program.status() !== undefined;
    result = await program.follow({ timeoutMs, isEnough });
    // It has told all it knows; its orderly end would take as long as its boot.
    program.kill();
  } catch (error) {
    return refusal(messageOf(error));
  }
  if (result.status === 0) {
    rmSync(directory, { recursive: true, force: true });
    return undefined;
  }
  if (result.status !== undefined) return refusal(`${kind.title} has no IPVS`);
  const { reason, tail } = readConsole(directory);
  const how = result.timedOut
    ? `did not boot within ${timeoutMs / 1000} s`
    : 'does not boot on this machine';
  return {
    reason: `${kind.title} ${how}: ${reason}`,
    console: `The last lines of its console (${join(directory, CONSOLE_FILE)}):\n${tail.replace(/^/gm, '  ')}`,
  };
}

async function choose({ provideQemu }: FindOptions): Promise<IpvsKernel> {
  const forced = process.env[KERNEL_VARIABLE] ?? '';
  const isForced = forced !== '';
  const none = (why: Refusal): IpvsKernel => ({ kind: 'none', ...why, isFailure: isForced });
  if (process.getuid?.() !== 0) {
    return none(refusal('network namespaces and guest kernels need root: run this as root'));
  }
  if (forced === 'none') {
    return { kind: 'none', ...refusal('--kernel none asks for it'), isFailure: false };
  }
  if (isForced && !isKind(forced)) return none(refusal(unknownKind(forced)));
  const refusals: Readonly<Record<Kind, () => Promise<Refusal | undefined>>> = {
    host: hostRefusal,
    uml: () => guestRefusal('uml'),
    qemu: async () => {
      try {
        await provideQemu?.();
      } catch (error) {
        return refusal(`qemu can't be had: ${messageOf(error)}`);
      }
      return guestRefusal('qemu');
    },
  };
  if (isKind(forced)) {
    const why = await refusals[forced]();
    if (why === undefined) return { kind: forced, why: `--kernel ${forced} asks for it` };
    return none(why);
  }
  const met: Refusal[] = [];
  for (const kind of KINDS) {
    const why = await refusals[kind]();
    if (why === undefined) return { kind, why: reasonsOf(met) || 'it has IPVS' };
    met.push(why);
  }
  return none({
    reason: reasonsOf(met),
    console: met
      .map((one) => one.console)
      .join('\n')
      .trim(),
  });
}

async function hostRefusal(): Promise<Refusal | undefined> {
  if (!(await hostHasIpvs())) return refusal("this machine's kernel has no IPVS");
  const why = await namespaceRefusal();
  return why === undefined ? undefined : refusal(why);
}

function refusal(reason: string): Refusal {
  return { reason, console: '' };
}

function reasonsOf(refusals: readonly Refusal[]): string {
  return refusals.map((one) => one.reason).join('; ');
}

function isKind(text: string): text is Kind {
  return KINDS.some((kind) => kind === text);
}

function unknownKind(text: string): string {
  return `there is no lab kernel ${text}: ${KERNEL_VARIABLE} is one of ${KINDS.join(', ')}, none`;
}

/** What another process of this run has found, or what it is told. */
function recall(): Promise<IpvsKernel> | undefined {
  const run = process.env[RUN_VARIABLE];
  if (run === undefined) return undefined;
  const text = readText(CHOICE_FILE);
  const choice: { run: string; kernel: IpvsKernel } | undefined =
    text === '' ? undefined : JSON.parse(text);
  return choice?.run === run ? Promise.resolve(choice.kernel) : undefined;
}

function remember(kernel: IpvsKernel): IpvsKernel {
  const run = process.env[RUN_VARIABLE];
  if (run !== undefined) {
    mkdirSync(LAB_STATE, { recursive: true });
    writeFileSync(CHOICE_FILE, JSON.stringify({ run, kernel }));
  }
  return kernel;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
