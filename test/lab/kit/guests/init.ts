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
  /** Who starts the program: the first process itself, or systemd, with a root that can be written to and is forgotten. */
  readonly serviceManager?: 'systemd';
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

/** In it: the program of the plan with its environment, and the end of the machine. */
const PROGRAM = `${GUEST_BIN}/program.sh`;

/** What systemd would start besides, and the guest has no use for. */
const MASKED_UNITS = [
  ...['configfs', 'dm_mod', 'fuse', 'loop'].map((name) => `modprobe@${name}.service`),
  ...[
    'tmpfiles-setup',
    'tmpfiles-setup-dev',
    'sysusers',
    'update-utmp',
    'sysctl',
    'remount-fs',
  ].map((name) => `systemd-${name}.service`),
  'kmod-static-nodes.service',
  'systemd-modules-load.service',
  'systemd-journal-flush.service',
  'proc-sys-fs-binfmt_misc.automount',
  'dev-mqueue.mount',
  'sys-kernel-config.mount',
  'sys-fs-fuse-connections.mount',
];

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
cat > ${PROGRAM} <<'END_OF_PROGRAM'
${environment.join('\n')}
cd ${repository}
${plan.argv.map(quote).join(' ')} > ${quote(`${plan.directory}/${OUTPUT_FILE}`)} 2>&1 < /dev/null
echo $? > ${quote(`${plan.directory}/${STATUS_FILE}`)}
sync
echo o > /proc/sysrq-trigger
END_OF_PROGRAM
${plan.serviceManager === 'systemd' ? systemdBoot(repository, directory) : `. ${PROGRAM}\nwhile :; do sleep 1; done`}
`;
}

/** Lines that end in systemd as the first process, with the program as its only unit. What is written goes to memory, above the host's files. */
function systemdBoot(repository: string, directory: string): string {
  const root = '/run/root';
  const units = `${root}/etc/systemd/system`;
  return `mkdir -p /run/layers ${root}
mount -t tmpfs tmpfs /run/layers
mkdir -p /run/layers/upper /run/layers/work
modprobe overlay
mount -t overlay overlay -o lowerdir=/,upperdir=/run/layers/upper,workdir=/run/layers/work ${root}
# Units, mounts and defaults of the host are not those of the guest.
rm -rf ${units}/* ${root}/etc/fstab ${root}/etc/default/tandem
for unit in ${MASKED_UNITS.join(' ')}; do ln -s /dev/null ${units}/$unit; done
printf '[Unit]\\nDefaultDependencies=no\\n[Service]\\nType=exec\\nExecStart=/bin/sh ${PROGRAM}\\nKillMode=process\\n' > ${units}/lab.service
for place in ${repository} ${directory}; do mkdir -p ${root}/$place && mount --bind $place ${root}/$place; done
mkdir -p ${root}/lib/modules
mount -t tmpfs tmpfs ${root}/run
cp -r ${GUEST_BIN} ${root}/run/
umount /dev/pts /dev/shm
exec chroot ${root} /lib/systemd/systemd --system --unit=lab.service --show-status=no --log-target=console --log-level=notice`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
