/** What the kernel has of IPVS, and its settings that change what becomes of connections. */
import { ipFamily } from '../base/address.ts';
import type { VirtualServerConfig } from '../model/config.ts';
import { protocolOf } from '../model/virtual-addresses.ts';
import { type Director, isLocal, served, serverName, serviceName } from './director.ts';
import { type Finding, MODULES_FILE, settings } from './finding.ts';
import { withIpvs } from './forwarding.ts';

/** Whether the host has IPVS, with the schedulers, engines, families and protocols that are asked for. */
export function judgeModules(director: Director): readonly Finding[] {
  const { config, host } = director;
  const { virtualServers } = config;
  if (virtualServers.length === 0) return [];
  const modules = [
    ...new Set(virtualServers.map(({ scheduler }) => `ip_vs_${scheduler}`)),
    ...new Set(
      virtualServers.flatMap(({ persistence }) =>
        persistence?.engine === undefined ? [] : [`ip_vs_pe_${persistence.engine}`],
      ),
    ),
  ];
  return [
    judgeIpvs(director),
    ...modules.flatMap((name) => judgeModule(director, name)),
    ...OPTIONS.flatMap(({ option, what, isNeeded }): Finding[] => {
      const about = virtualServers.filter(isNeeded).map((one) => serviceName(director, one));
      if (about.length === 0 || host.kernelOption(option) !== 'n') return [];
      // Without IPVS that is what is said.
      if (!host.hasIpvs && host.kernelOption('IP_VS') === 'n') return [];
      const text = `this kernel was built without ${what} for IPVS (CONFIG_${option})`;
      return [{ subject: option, verdict: 'wrong', text, about }];
    }),
  ];
}

interface KernelOption {
  readonly option: string;
  readonly what: string;
  readonly isNeeded: (virtualServer: VirtualServerConfig) => boolean;
}

const OPTIONS: readonly KernelOption[] = [
  {
    option: 'IP_VS_IPV6',
    what: 'IPv6',
    isNeeded: ({ services, realServers }) =>
      services.some(({ family }) => family === 'ipv6') ||
      realServers.some(({ address }) => ipFamily(address) === 'ipv6'),
  },
  ...(['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({
    option: `IP_VS_PROTO_${protocol}`,
    what: protocol,
    isNeeded: (one: VirtualServerConfig) => protocolOf(one) === protocol,
  })),
];

function judgeIpvs({ host }: Director): Finding {
  const about = { subject: 'ip_vs', about: [] };
  if (host.hasIpvs) return { ...about, verdict: 'met', text: 'IPVS is there' };
  const { modules } = host;
  if (host.kernelOption('IP_VS') === 'n') {
    const text = `the kernel ${host.kernelRelease} was built without IPVS (CONFIG_IP_VS)`;
    return { ...about, verdict: 'wrong', text };
  }
  if (!modules.ok) {
    return { ...about, verdict: 'unsure', text: `IPVS is not loaded; ${modules.why}` };
  }
  if (!modules.value.has('ip_vs')) {
    const text = `the kernel ${host.kernelRelease} has no module ip_vs: install the kernel package that has it`;
    return { ...about, verdict: 'wrong', text };
  }
  return {
    ...about,
    verdict: 'note',
    text: 'ip_vs is not loaded; Tandem loads it at its start, and then its settings have their defaults',
    mend: {
      commands: [['modprobe', 'ip_vs']],
      kept: [{ file: MODULES_FILE, line: 'ip_vs' }],
    },
  };
}

function judgeModule(director: Director, name: string): readonly Finding[] {
  const { modules, kernelRelease } = director.host;
  // Without IPVS that is what is said.
  if (!modules.ok || !modules.value.has('ip_vs') || modules.value.has(name)) return [];
  const about = director.config.virtualServers
    .filter(({ scheduler, persistence }) =>
      [`ip_vs_${scheduler}`, `ip_vs_pe_${persistence?.engine}`].includes(name),
    )
    .map((one) => serviceName(director, one));
  const text = `the kernel ${kernelRelease} has no module ${name}: it will refuse these virtual servers`;
  return [{ subject: name, verdict: 'wrong', text, about }];
}

/** What becomes of connections: reuse of ports, weight 0 and persistence, takeovers, directors that serve themselves. */
export function judgeConnections(director: Director): readonly Finding[] {
  const { virtualServers } = director.config;
  if (virtualServers.length === 0) return [];
  return [
    ...judgeReuse(director),
    ...judgeTemplates(director),
    ...judgeSloppy(director),
    ...judgeLocalServers(director),
    ...judgeSync(director),
  ];
}

const REUSE = 'net/ipv4/vs/conn_reuse_mode';

function judgeReuse(director: Director): readonly Finding[] {
  const { host } = director;
  const value = host.setting(REUSE);
  const finding = { subject: 'net.ipv4.vs.conn_reuse_mode', about: [] };
  if (value === '0') {
    const text =
      'net.ipv4.vs.conn_reuse_mode is 0: a client that uses its port again goes to the same server, and keeps one busy that has weight 0';
    const mend = withIpvs(director, settings({ [REUSE]: 1 }));
    return [{ ...finding, verdict: 'wrong', text, mend }];
  }
  const isTracked = host.setting('net/ipv4/vs/conntrack') === '1';
  if (value === '1' && isTracked && isOlderThan(host.kernelRelease, 5, 9)) {
    const text =
      'net.ipv4.vs.conn_reuse_mode is 1 with net.ipv4.vs.conntrack: kernels before 5.9 hold a client that uses its port again for a second';
    return [{ ...finding, verdict: 'note', text }];
  }
  if (value === undefined) return [];
  return [{ ...finding, verdict: 'met', text: `net.ipv4.vs.conn_reuse_mode is ${value}` }];
}

function isOlderThan(release: string, major: number, minor: number): boolean {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  if (first === undefined) return false;
  return Number(first) < major || (Number(first) === major && Number(second) < minor);
}

const TEMPLATE = 'net/ipv4/vs/expire_quiescent_template';

/** With inhibit_on_failure it is a precondition; a drain is an operator's wish, and comes seldom. */
function judgeTemplates(director: Director): readonly Finding[] {
  const persistent = director.config.virtualServers.filter(
    ({ persistence, realServers }) =>
      persistence !== undefined && !realServers.some(({ inhibitOnFailure }) => inhibitOnFailure),
  );
  if (persistent.length === 0 || (director.host.setting(TEMPLATE) ?? '0') !== '0') return [];
  return [
    {
      subject: 'net.ipv4.vs.expire_quiescent_template',
      verdict: 'note',
      text: 'net.ipv4.vs.expire_quiescent_template is 0: persistent clients go on to a server that is drained, by "tandem server drain" or because a reload takes it out, until their time is over',
      about: persistent.map((one) => serviceName(director, one)),
      mend: withIpvs(director, settings({ [TEMPLATE]: 1 })),
    },
  ];
}

/** Schedulers that choose the same server on both directors. */
const SAME_CHOICE: ReadonlySet<string> = new Set(['sh', 'mh', 'dh']);
const SLOPPY = 'net/ipv4/vs/sloppy_tcp';

function judgeSloppy(director: Director): readonly Finding[] {
  const { config, host } = director;
  if (config.vrrpInstances.length === 0 || config.global.ipvs?.syncDaemon !== undefined) return [];
  const same = config.virtualServers.filter(
    (one) => SAME_CHOICE.has(one.scheduler) && protocolOf(one) !== 'UDP',
  );
  if (same.length === 0 || (host.setting(SLOPPY) ?? '0') !== '0') return [];
  return [
    {
      subject: 'net.ipv4.vs.sloppy_tcp',
      verdict: 'note',
      text: 'net.ipv4.vs.sloppy_tcp is 0, and no lvs_sync_daemon tells of connections: a takeover resets them, although the other director would choose the same servers',
      about: same.map((one) => serviceName(director, one)),
      mend: withIpvs(director, settings({ [SLOPPY]: 1 })),
    },
  ];
}

const BACKUP_ONLY = 'net/ipv4/vs/backup_only';

/** Two directors that are both real servers send packets to each other until their time to live ends. */
function judgeLocalServers(director: Director): readonly Finding[] {
  const { config, host } = director;
  if (config.vrrpInstances.length === 0) return [];
  // The loopback of a sorry server on the director itself is nobody else's.
  const about = served(director)
    .filter(({ server }) => !server.address.startsWith('127.') && isLocal(host, server.address))
    .map((one) => serverName(director, one));
  if (about.length === 0) return [];
  const finding = { subject: 'net.ipv4.vs.backup_only', about };
  if (config.global.ipvs?.syncDaemon === undefined) {
    const text =
      'this director is a real server too: where the other one is as well, both pass packets to and fro until one of them runs the backup of lvs_sync_daemon with net.ipv4.vs.backup_only';
    return [{ ...finding, verdict: 'note', text }];
  }
  const value = host.setting(BACKUP_ONLY) ?? '0';
  if (value !== '0') {
    return [{ ...finding, verdict: 'met', text: `net.ipv4.vs.backup_only is ${value}` }];
  }
  const text =
    'net.ipv4.vs.backup_only is 0, and this director is a real server too: as backup it schedules packets of the master once more';
  const mend = withIpvs(director, settings({ [BACKUP_ONLY]: 1 }));
  return [{ ...finding, verdict: 'wrong', text, mend }];
}

const SYNC_VERSION = 'net/ipv4/vs/sync_version';

/** Version 0 of the messages has no IPv6, and no time-outs of persistence engines. */
function judgeSync(director: Director): readonly Finding[] {
  const { config, host } = director;
  const { syncDaemon } = config.global.ipvs ?? {};
  if (syncDaemon === undefined) return [];
  const value = host.setting(SYNC_VERSION);
  const about = config.virtualServers
    .filter(({ services }) => services.some(({ family }) => family === 'ipv6'))
    .map((one) => serviceName(director, one));
  if (value !== '0' || about.length === 0) return [];
  return [
    {
      subject: 'net.ipv4.vs.sync_version',
      verdict: 'wrong',
      text: 'net.ipv4.vs.sync_version is 0, which has no IPv6: connections of these virtual servers end with a takeover',
      about,
      mend: withIpvs(director, settings({ [SYNC_VERSION]: 1 })),
    },
  ];
}
