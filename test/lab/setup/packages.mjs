/**
 * System packages that the build, the lab and the tests use. Installed by apt when we are root on a Debian-like system and something is
 * missing; otherwise what is missing is named together with what will be left out.
 */
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
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
    needed: umlIsNeeded,
  },
  { name: 'tcpdump', files: ['tcpdump'], use: 'lab tests that look at packets' },
  { name: 'nftables', files: ['nft'], use: 'firewall rules' },
  {
    name: 'iptables',
    files: ['iptables'],
    use: 'lab scenarios with address translation, firewall rules of iptables',
  },
  { name: 'ipset', files: ['ipset'], use: 'firewall rules of iptables with sets' },
  { name: 'iputils-ping', files: ['ping'], use: 'the lab: reachability' },
  { name: 'iputils-arping', files: ['arping'], use: 'the lab: address announcements' },
  { name: 'curl', files: ['curl'], use: 'the lab: a second HTTP client' },
  { name: 'keepalived', files: ['keepalived'], use: 'interoperation tests with keepalived' },
  { name: 'haproxy', files: ['haproxy'], use: 'the lab: a pair with HAProxy' },
  {
    name: 'openvpn',
    files: ['openvpn'],
    use: 'the lab: directors and servers with tunnels in between',
  },
  {
    name: 'conntrackd',
    files: ['conntrackd'],
    use: 'the lab: a download over a failover of Full-NAT',
  },
  {
    name: 'conntrack',
    files: ['conntrack'],
    use: 'the lab: a download over a failover of Full-NAT',
  },
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
  return PACKAGES.filter((p) => (p.needed?.() ?? true) && !isHere(p));
}

/** True when packages can be installed here. */
export function canInstall() {
  return process.getuid?.() === 0 && hasApt();
}

/** True when apt-get can be run. */
export function hasApt() {
  const path = (process.env.PATH ?? '').split(delimiter);
  return path.some((directory) => existsSync(`${directory}/apt-get`));
}

/** What a person can do about packages that can't be installed here: one sentence. */
export function whyNotInstalled(packages) {
  const names = packages.map((p) => p.name).join(' ');
  if (!hasApt()) {
    return `This system has no apt-get: install what Debian calls ${names} with its own package manager.`;
  }
  return `This is not root; as root: apt-get install ${names}`;
}

/** As `aptInstall`, and no service is started. */
export async function installPackages(packages) {
  const removePolicy = forbidServiceStarts();
  try {
    return await aptInstall(packages);
  } finally {
    removePolicy();
  }
}

/**
 * Installs packages; when the set as a whole is refused (a name unknown here), one by one. Returns for each that is still not here why, and
 * what to do: one or two sentences.
 */
export async function aptInstall(packages) {
  const failures = new Map();
  await aptGet(['update']).catch(() => undefined);
  const refusal = await refusalOf(packages);
  for (const one of refusal === undefined ? [] : packages) {
    // What stands in the way of all of them would be met again for each.
    const own = refusal.concernsAll ? refusal : await refusalOf([one]);
    if (own !== undefined) failures.set(one.name, own.text);
  }
  for (const one of packages.filter((p) => !isHere(p) && !failures.has(p.name))) {
    failures.set(
      one.name,
      `apt says it is installed, but ${one.files[0]} is missing: apt-get install --reinstall ${one.name}`,
    );
  }
  return failures;
}

/** Why apt does not install these; undefined when it does. */
async function refusalOf(packages) {
  try {
    await aptGet(['install', ...packages.map((p) => p.name)]);
    return undefined;
  } catch (error) {
    return explainApt(error.output ?? error.message);
  }
}

/** Words of apt and dpkg, and what a person is told. The first that is found counts. */
const APT_REFUSALS = [
  {
    pattern: /dpkg was interrupted/,
    text: 'an installation was interrupted before: run dpkg --configure -a, then this again',
  },
  {
    pattern:
      /Could not get lock|Unable to acquire the dpkg frontend lock|is another process using it/,
    text: 'another program is installing packages: wait for its end, then run this again',
  },
  {
    pattern: /No space left on device|You don't have enough free space/,
    text: 'no space is left on the disk',
  },
  {
    pattern:
      /Temporary failure resolving|Could not resolve|Could not connect|Failed to fetch|Connection timed out/,
    text: 'apt does not reach its mirror: is there a network, and does /etc/apt/sources.list name a mirror that is there?',
  },
];

/** What apt's output means. `concernsAll`: it would be the same for every package. */
export function explainApt(output) {
  const known = APT_REFUSALS.find(({ pattern }) => pattern.test(output));
  if (known !== undefined) return { concernsAll: true, text: known.text };
  const lines = output.trimEnd().split('\n');
  const errors = lines.filter((row) => /^(E:|dpkg: error)/.test(row));
  const text = (errors[0] ?? lines.at(-1) ?? '').replace(/^E: /, '');
  return { concernsAll: false, text: `apt-get: ${text}` };
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

function isHere({ files }) {
  return files.some(isPresent);
}

/** User-mode Linux is the first choice where the kernel has no IPVS, on the one architecture it is for. */
function umlIsNeeded() {
  const forced = process.env.TANDEM_LAB_KERNEL;
  if (forced !== undefined) return forced === 'uml';
  return process.arch === 'x64' && !kernelHasIpvs();
}

/** True when a file is there, or a program is in one of the usual directories. */
export function isPresent(file) {
  if (file.startsWith('/')) return existsSync(file);
  return PROGRAM_DIRECTORIES.some((directory) => existsSync(`${directory}/${file}`));
}

function aptGet(args) {
  const options = ['-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  options.push('-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::Retries=1');
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
