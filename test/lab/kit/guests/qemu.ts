/**
 * Debian's standard kernel under qemu without acceleration: the kind of guest for machines where User-mode Linux does not run, and for what
 * that lacks (nftables' families, netem, dummy, a second processor). It needs no ptrace and no /dev/kvm. The kernel is what the set-up
 * (`test/lab/setup/qemu.mjs`) has laid down in `.lab/qemu`.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { LAB_STATE, REPOSITORY_ROOT } from '../paths.ts';
import { findProgram, type GuestKind } from './guest.ts';

/** What differs between architectures. */
interface Machine {
  readonly program: string;
  readonly parameters: readonly string[];
  readonly console: string;
}

const MACHINES: Readonly<Partial<Record<NodeJS.Architecture, Machine>>> = {
  x64: { program: 'qemu-system-x86_64', parameters: [], console: 'ttyS0' },
  arm64: { program: 'qemu-system-aarch64', parameters: ['-machine', 'virt'], console: 'ttyAMA0' },
};

const IMAGE = join(LAB_STATE, 'qemu');
const KERNEL = join(IMAGE, 'vmlinuz');
const INITRD = join(IMAGE, 'initrd');
/** More would only compete with each other. */
const PROCESSORS_MAX = 2;
/** Bytes in one 9p message. */
const MESSAGE_SIZE = 512_000;

/** Debian's kernel under qemu. */
export const QEMU: GuestKind = {
  title: "Debian's kernel under qemu",
  bootMsMax: 120_000,
  // An emulated processor is ten to twenty times slower; most waits are for timers, which are not.
  patience: 4,
  shell: {
    // The initrd has mounted /proc, /sys and /dev: mount(8) itself does not work without /proc.
    mountKernel: [],
    // The repository does not change while a guest uses it. The directory does, from both sides: no cache.
    mountHost: (what, path) => {
      const mode = what === 'repository' ? 'ro,cache=loose' : 'rw';
      return `mount -t 9p -o trans=virtio,version=9p2000.L,msize=${MESSAGE_SIZE},${mode} ${what} ${path}`;
    },
    modulesDirectory: join(IMAGE, 'root', 'lib', 'modules'),
  },
  missing: () => {
    const machine = MACHINES[process.arch];
    if (machine === undefined) return `the lab knows no qemu machine for ${process.arch}`;
    if (findProgram(machine.program) === undefined) return `${machine.program} is not installed`;
    if (!existsSync(KERNEL) || !existsSync(INITRD)) return 'the kernel for qemu is not downloaded';
    return undefined;
  },
  command: ({ init, directory, memoryMb }) => {
    const machine = MACHINES[process.arch];
    if (machine === undefined) throw new Error(QEMU.missing());
    return {
      argv: [
        findProgram(machine.program) ?? machine.program,
        ...machine.parameters,
        ...['-accel', 'tcg,thread=multi'],
        ...['-smp', String(Math.min(availableParallelism(), PROCESSORS_MAX))],
        ...['-cpu', 'max', '-m', String(memoryMb)],
        ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-serial', 'stdio'],
        ...['-kernel', KERNEL, '-initrd', INITRD],
        '-append',
        // panic=-1 starts it again at once, and -no-reboot makes that the end of qemu.
        `console=${machine.console} quiet panic=-1 labinit=${init}`,
        // Mount points would have the file ids of other files without `remap`.
        ...exported('root', '/', 'readonly=on,multidevs=remap'),
        ...exported('repository', REPOSITORY_ROOT, 'readonly=on,multidevs=remap'),
        ...exported('directory', directory, 'multidevs=remap'),
      ],
    };
  },
};

/** A directory of the host, offered to the guest under a tag. */
function exported(tag: string, path: string, mode: string): readonly string[] {
  const file = `local,id=${tag},path=${path.replaceAll(',', ',,')},security_model=none,${mode}`;
  return ['-fsdev', file, '-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`];
}
