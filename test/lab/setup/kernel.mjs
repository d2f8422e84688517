/**
 * The kernel that the lab and its tests run in: taking it from the command line, and finding it as a step of the set-up. Needs the compiled
 * program.
 */
import { join } from 'node:path';
import { prepareQemu } from './qemu.mjs';
import { step } from './terminal.mjs';

/** What may follow `--kernel`. */
const KERNELS = ['host', 'uml', 'qemu', 'none'];
const VARIABLE = 'TANDEM_LAB_KERNEL';

/**
 * Takes `--kernel KIND` out of the arguments and hands it on to everything started from here, through the environment. Returns the other
 * arguments. Throws when the kind is none that we know.
 */
export function takeKernelOption(args) {
  const index = args.findIndex((word) => word === '--kernel' || word.startsWith('--kernel='));
  // Behind --in stands a command for a node, with options of its own.
  if (index === -1 || args.slice(0, index).includes('--in')) return args;
  const [, joined] = args[index].split('=');
  const kind = joined ?? args[index + 1];
  useKernel(kind);
  return args.toSpliced(index, joined === undefined ? 2 : 1);
}

/** Everything started from here uses this kernel. Throws when it is none that we know. */
export function useKernel(kind) {
  if (!KERNELS.includes(kind)) {
    throw new Error(`--kernel takes one of ${KERNELS.join(', ')}, not ${kind ?? 'nothing'}`);
  }
  process.env[VARIABLE] = kind;
}

/** Finds the kernel that is used, and says which and why. Throws when one was asked for by name and can't run. */
export async function findKernel(root) {
  const choice = await lab(root, 'kernel-choice.js');
  const { kernelTitle } = await lab(root, 'ipvs-kernel.js');
  const options = { provideQemu: () => prepareQemu(root) };
  let kernel;
  await step('lab kernel', async () => {
    kernel = await choice.findIpvsKernel(options);
    if (kernel.kind !== 'none') return `${kernelTitle(kernel.kind)}: ${kernel.why}`;
    if (!kernel.isFailure) return `none: ${kernel.reason}`;
    const lines = [
      kernel.reason,
      kernel.console,
      'Without --kernel, the lab takes one that runs here.',
    ];
    throw new Error(lines.filter((text) => text !== '').join('\n'));
  });
  return kernel;
}

function lab(root, file) {
  return import(join(root, 'test', 'dist', 'kit', file));
}
