/**
 * System packages that the build, the lab and the tests use. Installed by apt when we are root on a Debian-like system and something is
 * missing; otherwise what is missing is named together with what will be left out.
 */
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { run } from './terminal.mjs';

/** A file shows that a package is there, also on systems that are not Debian. */
export const PACKAGES = [
  { name: 'gcc', files: ['cc', 'gcc'], use: 'the native module (nothing runs without it)' },
  {
    name: 'libc6-dev',
    files: ['/usr/include/stdio.h'],
    use: 'the native module (nothing runs without it)',
  },
  { name: 'iproute2', files: ['ip'], use: 'the lab: network namespaces' },
  { name: 'procps', files: ['sysctl'], use: 'the lab: kernel settings' },
  { name: 'kmod', files: ['modprobe'], use: 'loading kernel modules' },
  { name: 'ipvsadm', files: ['ipvsadm'], use: 'lab scenarios with IPVS' },
  {
    name: 'user-mode-linux',
    files: ['linux.uml'],
    use: 'lab scenarios with IPVS, where the kernel has none',
    needed: () => !kernelHasIpvs(),
  },
  { name: 'tcpdump', files: ['tcpdump'], use: 'lab tests that look at packets' },
  { name: 'nftables', files: ['nft'], use: 'firewall rules' },
  { name: 'iptables', files: ['iptables'], use: 'lab scenarios with address translation' },
  { name: 'iputils-ping', files: ['ping'], use: 'the lab: reachability' },
  { name: 'iputils-arping', files: ['arping'], use: 'the lab: address announcements' },
  { name: 'curl', files: ['curl'], use: 'the lab: a second HTTP client' },
  { name: 'keepalived', files: ['keepalived'], use: 'interoperation tests with keepalived' },
  { name: 'frr', files: ['/usr/lib/frr/vrrpd'], use: 'interoperation tests with FRR' },
];

const PROGRAM_DIRECTORIES = [
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/usr/local/sbin',
  '/usr/local/bin',
];

/** dpkg asks this program whether it may start a service. */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';

/** The packages that are not here. */
export function missingPackages() {
  return PACKAGES.filter((p) => (p.needed?.() ?? true) && !p.files.some(isPresent));
}

/** True when packages can be installed here. */
export function canInstall() {
  return process.getuid?.() === 0 && isPresent('apt-get');
}

/** Installs packages; when the set as a whole is refused (a name unknown here), one by one. Never starts a service. */
export async function installPackages(packages) {
  const names = packages.map((p) => p.name);
  const removePolicy = forbidServiceStarts();
  try {
    await aptGet(['update']).catch(() => undefined);
    try {
      await aptGet(['install', ...names]);
    } catch {
      for (const name of names) await aptGet(['install', name]).catch(() => undefined);
    }
  } finally {
    removePolicy();
  }
}

/** True when this machine's kernel has IPVS loaded, or a module to load. */
export function kernelHasIpvs() {
  return (
    existsSync('/proc/net/ip_vs') ||
    existsSync(`/lib/modules/${kernelRelease()}/kernel/net/netfilter/ipvs`)
  );
}

function kernelRelease() {
  return process.report.getReport().header.osRelease;
}

function isPresent(file) {
  if (file.startsWith('/')) return existsSync(file);
  return PROGRAM_DIRECTORIES.some((directory) => existsSync(`${directory}/${file}`));
}

function aptGet(args) {
  const options = ['-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  return run(['apt-get', ...options, ...args], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
}

/** Keeps dpkg from starting keepalived or FRR here, and returns the undoing. A policy of the machine's own is left as it is. */
function forbidServiceStarts() {
  if (existsSync(SERVICE_POLICY)) return () => undefined;
  writeFileSync(
    SERVICE_POLICY,
    '#!/bin/sh\n# Made by the set-up of Tandem for one installation; remove it if you find it.\nexit 101\n',
  );
  chmodSync(SERVICE_POLICY, 0o755);
  return () => rmSync(SERVICE_POLICY, { force: true });
}
