/** A director in memory: nothing hurts on it, until a test says what is otherwise. */
import { directorOf } from '../../../../src/core/director/director.ts';
import type { Finding } from '../../../../src/core/director/finding.ts';
import type { DirectorHost } from '../../../../src/core/director/host.ts';
import { judgeDirector } from '../../../../src/core/director/judge.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { parse } from '../../../support/parse-text.ts';

/** What a test says of the host. */
export type HostChange = Partial<Omit<DirectorHost, 'setting'>> & {
  readonly settings?: Readonly<Record<string, string>>;
};

/** Settings with which nothing hurts. */
const GOOD: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '1',
  'net/ipv6/conf/all/forwarding': '1',
  'net/ipv4/conf/all/send_redirects': '0',
  'net/ipv4/vs/conntrack': '0',
  'net/ipv4/vs/conn_reuse_mode': '1',
  'net/ipv4/vs/expire_nodest_conn': '1',
  'net/ipv4/vs/expire_quiescent_template': '1',
  'net/ipv4/vs/pmtu_disc': '1',
};

const MODULES = ['ip_vs', 'ip_vs_rr', 'ip_vs_wlc', 'ip_vs_sh', 'ip_vs_mh'];

/** A host with eth0 to clients and eth1 to servers. */
export function modelHost({ settings = {}, ...change }: HostChange = {}): DirectorHost {
  const all: Readonly<Record<string, string>> = { ...GOOD, ...settings };
  const link = (name: string) => {
    const isLoopback = name === 'lo';
    return { name, isUp: true, isLoopback, hasArp: !isLoopback };
  };
  return {
    links: ['lo', 'eth0', 'eth1'].map(link),
    addresses: [
      { address: ip('127.0.0.1'), prefixLength: 8, device: 'lo' },
      { address: ip('10.0.0.2'), prefixLength: 24, device: 'eth0' },
      { address: ip('10.1.0.2'), prefixLength: 24, device: 'eth1' },
    ],
    defaultDevices: { ipv4: ['eth0'], ipv6: ['eth0'] },
    setting: (path) => all[path],
    mtu: () => 1500,
    kernelRelease: '6.12.9-amd64',
    modules: { ok: true, value: new Set(MODULES) },
    hasIpvs: true,
    kernelOption: () => 'm',
    networkd: undefined,
    networkManager: [],
    ruleset: { ok: true, value: [] },
    legacyTables: [],
    isClockSynchronised: true,
    ...change,
  };
}

/** What is found of a configuration on a host. */
export function findingsOn(text: string, change: HostChange = {}): readonly Finding[] {
  const { config, placeOf, diagnostics } = parse(text);
  if (config === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return judgeDirector(directorOf(config, modelHost(change), placeOf));
}

/** A virtual server with servers of one method. */
export function service(method: string, servers: readonly string[], more = ''): string {
  const all = servers.map((one) => `  real_server ${one} {\n    TCP_CHECK {\n    }\n  }`);
  const lines = [`  lvs_sched rr`, `  lvs_method ${method}`, `  protocol TCP`, more, ...all];
  return `virtual_server 10.0.0.1 80 {\n${lines.join('\n')}\n}\n`;
}

/** An instance that holds the address of that virtual server. */
export function instance(more = ''): string {
  return `vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    10.0.0.1
  }
  ${more}
}
`;
}
