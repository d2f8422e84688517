/**
 * The second lab kernel: qemu, and Debian's standard kernel with what starts it, laid down in `.lab/qemu`. Done only when something needs it.
 * Nothing but qemu is installed on the machine: the kernel and a busybox are taken out of their packages.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import {
  canInstall,
  explainApt,
  hasApt,
  installPackages,
  isPresent,
  whyNotInstalled,
} from './packages.mjs';
import { run, step } from './terminal.mjs';

const ARCHITECTURES = {
  x64: {
    qemu: { name: 'qemu-system-x86', files: ['qemu-system-x86_64'], use: 'the second lab kernel' },
    kernel: 'linux-image-amd64',
  },
  arm64: {
    qemu: { name: 'qemu-system-arm', files: ['qemu-system-aarch64'], use: 'the second lab kernel' },
    kernel: 'linux-image-arm64',
  },
};

/** Of the kernel's modules, those that a lab without hardware can use; all of them are ten times as much. */
const MODULE_DIRECTORIES = ['arch', 'crypto', 'lib', 'net', 'fs/9p', 'fs/fscache', 'fs/netfs'];
const DRIVER_DIRECTORIES = ['virtio', 'net/bonding', 'net/ipvlan', 'net/vxlan'];
/** Loaded before there is a root. */
const ROOT_MODULES = ['virtio_pci', '9pnet_virtio', '9p'];

/** First process of the guest: makes this machine's files the root and goes on with the script that the lab has written. */
const INIT = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
for module in /m/*; do /bin/busybox insmod $module; done
/bin/busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,ro,cache=loose root /root
/bin/busybox mount -t proc proc /root/proc
/bin/busybox mount -t sysfs sysfs /root/sys
/bin/busybox mount -t devtmpfs dev /root/dev
exec /bin/busybox switch_root /root $(/bin/busybox sed -n 's/.*labinit=\\([^ ]*\\).*/\\1/p' /proc/cmdline)
`;

/** Installs and downloads what is missing, one named step each. Throws when a step fails, with what to do. */
export async function prepareQemu(root) {
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined) throw new Error(`no qemu machine is known for ${process.arch}`);
  const { qemu, kernel } = architecture;
  if (!qemu.files.some(isPresent)) {
    await step('qemu', async () => {
      if (!canInstall())
        throw new Error(`${qemu.name} is not installed. ${whyNotInstalled([qemu])}`);
      const failures = await installPackages([qemu]);
      if (!qemu.files.some(isPresent)) throw new Error(failures.get(qemu.name));
      return `${qemu.name} installed`;
    });
  }
  const image = imageDirectory(root);
  if (imageIsCurrent(image)) return;
  await step('kernel for qemu', () => makeImage(image, kernel));
}

function imageDirectory(root) {
  return join(root, '.lab', 'qemu');
}

/** What an image is made from; one made from something else is made anew. */
const RECIPE = JSON.stringify([INIT, MODULE_DIRECTORIES, DRIVER_DIRECTORIES, ROOT_MODULES]);

function imageIsCurrent(image) {
  const made = join(image, 'recipe.json');
  return existsSync(made) && readFileSync(made, 'utf8') === RECIPE;
}

/** Makes the image beside its place and puts it there when it is whole. Returns the kernel's version. */
async function makeImage(image, metaPackage) {
  if (!hasApt()) {
    throw new Error(
      "The kernel is Debian's and comes with apt-get, which is not here. Nothing else takes its place.",
    );
  }
  const work = `${image}.new`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    const packageName = await kernelPackage(metaPackage);
    await download([packageName, 'busybox-static'], work);
    const version = packageName.replace('linux-image-', '');
    await unpackKernel(work, version);
    await makeInitrd(work, version);
    writeFileSync(join(work, 'recipe.json'), RECIPE);
    rmSync(image, { recursive: true, force: true });
    renameSync(work, image);
    return packageName;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The package with the kernel itself, which the meta package depends on. The cloud flavour would have no 9p. */
async function kernelPackage(metaPackage) {
  for (const refresh of [false, true]) {
    if (refresh) await run(['apt-get', '-qq', 'update']).catch(() => undefined);
    const output = await run(['apt-cache', 'depends', metaPackage]).catch(() => '');
    const found = /Depends: (linux-image-\d\S*)/.exec(output)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(
    `apt knows no package ${metaPackage}: the kernel is Debian's, this system's packages have none (or apt could not read the list of packages).`,
  );
}

/** Downloads packages into a directory; with an old list of packages, apt may ask for files that are gone. */
async function download(packages, directory) {
  const get = () => run(['apt-get', '-q', 'download', ...packages], { cwd: directory });
  try {
    await get();
  } catch {
    await run(['apt-get', '-qq', 'update']).catch(() => undefined);
    await get().catch((error) => {
      throw new Error(`could not be downloaded: ${explainApt(error.output ?? error.message).text}`);
    });
  }
}

async function unpackKernel(work, version) {
  const [full, root] = [join(work, 'full'), join(work, 'root')];
  await run(['dpkg-deb', '-x', debOf(work, 'linux-image-'), full]);
  renameSync(join(full, 'boot', `vmlinuz-${version}`), join(work, 'vmlinuz'));
  // From Debian 13 on, /lib is /usr/lib in packages, too.
  const from = ['lib', 'usr/lib']
    .map((lib) => join(full, lib, 'modules', version))
    .find(existsSync);
  if (from === undefined) throw new Error(`the kernel package ${version} holds no modules`);
  const to = join(root, 'lib', 'modules', version);
  const drivers = join(from, 'kernel', 'drivers', 'net');
  const wanted = [
    ...readdirSync(from).filter((name) => name.startsWith('modules.')),
    ...MODULE_DIRECTORIES.map((name) => `kernel/${name}`),
    ...DRIVER_DIRECTORIES.map((name) => `kernel/drivers/${name}`),
    ...readdirSync(drivers)
      .filter((name) => /\.ko(\.\w+)?$/.test(name))
      .map((name) => `kernel/drivers/net/${name}`),
  ];
  for (const name of wanted.filter((one) => existsSync(join(from, one)))) {
    mkdirSync(join(to, name, '..'), { recursive: true });
    renameSync(join(from, name), join(to, name));
  }
  rmSync(full, { recursive: true });
  await run(['depmod', '-b', root, version]);
}

/** The file system that the kernel starts with: busybox, the modules for 9p, and INIT. */
async function makeInitrd(work, version) {
  const tree = join(work, 'tree');
  for (const name of ['bin', 'm', 'proc', 'root']) mkdirSync(join(tree, name), { recursive: true });
  await run(['dpkg-deb', '-x', debOf(work, 'busybox-static'), join(work, 'busybox')]);
  const busybox = ['bin/busybox', 'usr/bin/busybox']
    .map((file) => join(work, 'busybox', file))
    .find(existsSync);
  cpSync(busybox, join(tree, 'bin', 'busybox'));
  for (const [index, module] of (await rootModules(work, version)).entries()) {
    const name = `${String(index).padStart(2, '0')}-${basename(module).replace(/\.xz$/, '')}`;
    if (module.endsWith('.xz'))
      writeFileSync(join(tree, 'm', name), output([busybox, 'xzcat', module]));
    else cpSync(module, join(tree, 'm', name));
  }
  writeFileSync(join(tree, 'init'), INIT, { mode: 0o755 });
  const names = ['.', ...readdirSync(tree, { recursive: true })].join('\n');
  writeFileSync(
    join(work, 'initrd'),
    output([busybox, 'cpio', '-o', '-H', 'newc'], { cwd: tree, input: names }),
  );
  for (const name of [
    'tree',
    'busybox',
    ...readdirSync(work).filter((one) => one.endsWith('.deb')),
  ]) {
    rmSync(join(work, name), { recursive: true });
  }
}

/** Files of the modules needed for the root, in the order to load them. */
async function rootModules(work, version) {
  const files = new Set();
  for (const module of ROOT_MODULES) {
    const root = join(work, 'root');
    const text = await run(['modprobe', '-d', root, '-S', version, '--show-depends', module]);
    for (const [, file] of text.matchAll(/^insmod (.*?\.ko(?:\.\w+)?)(?: |$)/gm)) files.add(file);
  }
  return [...files];
}

function debOf(work, prefix) {
  const name = readdirSync(work).find((file) => file.startsWith(prefix) && file.endsWith('.deb'));
  if (name === undefined) throw new Error(`apt-get downloaded no package ${prefix}*`);
  return join(work, name);
}

/** What a program prints, as bytes. Throws when it fails. */
function output([program, ...args], options = {}) {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    maxBuffer: 64 << 20,
    ...options,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args[0]}: ${stderr.toString().trim()}`);
  return stdout;
}
