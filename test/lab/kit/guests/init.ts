/**
 * The first process of a guest, as a shell script: makes the file systems and modules usable, runs one program, writes its exit status and
 * switches the machine off. The guest's root is the host's own file system, read-only.
 */
import { OUTPUT_FILE, STATUS_FILE } from '../background.ts';

/** What the guest is to do. All paths are host paths, and the same inside. */
export interface GuestPlan {
  readonly argv: readonly string[];
  /** Writable in the guest; receives `output.log` (the program's output), `status` (its exit status) and what the program writes. */
  readonly directory: string;
  /** Must stay visible although /tmp and /run are fresh in the guest. */
  readonly repository: string;
  readonly env: Readonly<Record<string, string>>;
  /** Kernel modules to load before the program starts. */
  readonly modules: readonly string[];
}

/** What differs between kinds of guest: pieces of shell. */
export interface GuestShell {
  /** Lines that mount what the kind's boot has not mounted of `/proc`, `/sys` and `/dev`. */
  readonly mountKernel: readonly string[];
  /** The command that mounts the host's directory of the plan at the same path; it exists. Paths are quoted already. */
  readonly mountHost: (what: 'repository' | 'directory', path: string) => string;
  /** Directory whose entry `$(uname -r)` holds the guest's modules. */
  readonly modulesDirectory: string;
}

/** Directory (in the guest's /run) with the `modprobe` that knows where the guest's modules are. */
const GUEST_BIN = '/run/tandem-guest';

/** The script, for `/bin/sh`. */
export function guestInitScript(plan: GuestPlan, shell: GuestShell): string {
  const repository = quote(plan.repository);
  const directory = quote(plan.directory);
  const environment = Object.entries(plan.env).map(
    ([name, value]) => `export ${name}=${quote(value)}`,
  );
  return `#!/bin/sh
export PATH=${GUEST_BIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp TERM=dumb
${shell.mountKernel.join('\n')}
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mkdir -p /dev/shm /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t devpts devpts /dev/pts
ln -sf /proc/self/fd /dev/fd
mkdir -p ${repository} && ${shell.mountHost('repository', repository)}
mkdir -p ${directory} && ${shell.mountHost('directory', directory)}
# The guest's modules are not where modprobe looks, neither ours nor the one that the kernel itself calls.
mkdir -p ${GUEST_BIN}/root/lib/modules /run/lock
ln -s ${quote(shell.modulesDirectory)}/"$(uname -r)" ${GUEST_BIN}/root/lib/modules/
printf '#!/bin/sh\\nexec /sbin/modprobe -d ${GUEST_BIN}/root "$@"\\n' > ${GUEST_BIN}/modprobe
chmod +x ${GUEST_BIN}/modprobe
echo ${GUEST_BIN}/modprobe > /proc/sys/kernel/modprobe
${plan.modules.length > 0 ? `modprobe -a ${plan.modules.map(quote).join(' ')}` : ''}
hostname tandem-lab
ip link set lo up
${environment.join('\n')}
cd ${repository}
${plan.argv.map(quote).join(' ')} > ${quote(`${plan.directory}/${OUTPUT_FILE}`)} 2>&1 < /dev/null
echo $? > ${quote(`${plan.directory}/${STATUS_FILE}`)}
sync
echo o > /proc/sysrq-trigger
while :; do sleep 1; done
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
