/** How the host forwards: what NAT needs, redirects, the reverse-path filter, and who answers ARP for virtual addresses. */
import { type IpFamily, ipFamily } from '../base/address.ts';
import { isMet, PRECONDITIONS, type Precondition } from '../language/preconditions.ts';
import { virtualAddresses } from '../model/virtual-addresses.ts';
import {
  clientDevices,
  type Director,
  deviceOf,
  deviceOfSubnet,
  heldBy,
  instanceName,
  type Served,
  served,
  serverName,
  serviceName,
} from './director.ts';
import { both, type Finding, type Mend, MODULES_FILE, type Part, settings } from './finding.ts';

/** The settings that `tandem check` and the running director look at too. */
export function judgePreconditions(director: Director): readonly Finding[] {
  return PRECONDITIONS.flatMap((one) => {
    const about = director.config.virtualServers.flatMap((virtualServer) =>
      one.neededBy(virtualServer) === undefined ? [] : [serviceName(director, virtualServer)],
    );
    return about.length === 0 ? [] : [judgePrecondition(director, one, about)];
  });
}

function judgePrecondition(director: Director, one: Precondition, about: Part[]): Finding {
  const { host, config } = director;
  const path = one.sysctl.replaceAll('.', '/');
  const value = host.setting(path);
  const finding = { subject: one.sysctl, about };
  if (isMet(one, value)) return { ...finding, verdict: 'met', text: `${one.sysctl} is ${value}` };
  const seen = value === undefined ? 'starts as 0' : `is ${value}`;
  const text = `${one.sysctl} ${seen}: ${one.consequence}`;
  if (one.name === 'vs_conntrack' && config.global.switchesConntrack) {
    return { ...finding, verdict: 'note', text: `${text}; lvs_conntrack sets it at the start` };
  }
  const mend = settings({ [path]: 1 });
  return {
    ...finding,
    verdict: 'wrong',
    text,
    mend: path.startsWith('net/ipv4/vs/') ? withIpvs(director, mend) : mend,
  };
}

/** Settings of IPVS are there with its module only, and a restart of the host reads them after it. */
export function withIpvs({ host }: Pick<Director, 'host'>, mend: Mend): Mend {
  const kept = [{ file: MODULES_FILE, line: 'ip_vs' }];
  return both({ commands: host.hasIpvs ? [] : [['modprobe', 'ip_vs']], kept }, mend);
}

/** A director whose clients and servers are on one device sends these to servers, which then go past it. */
export function judgeRedirects(director: Director): readonly Finding[] {
  const { host } = director;
  const armed = new Map<string, Part[]>();
  for (const one of served(director)) {
    const device = oneArmed(director, one);
    if (device === undefined) continue;
    const parts = armed.get(device) ?? [];
    armed.set(device, [...parts, serverName(director, one)]);
  }
  return [...armed].map(([device, about]): Finding => {
    const paths = [path('all', 'send_redirects'), path(device, 'send_redirects')];
    const on = paths.filter((one) => Number(host.setting(one) ?? 0) !== 0);
    const subject = `send_redirects of ${device}`;
    if (on.length === 0) return { subject, verdict: 'met', text: `${subject} is off`, about };
    return {
      subject,
      verdict: 'wrong',
      text: `${subject} is on, and clients and NAT servers are both on ${device}: the director tells the servers to send their answers past it`,
      about,
      mend: settings(Object.fromEntries(on.map((one) => [one, 0]))),
    };
  });
}

function oneArmed(director: Director, { virtualServer, server }: Served): string | undefined {
  if (server.forwarding.method !== 'NAT' || ipFamily(server.address) !== 'ipv4') return undefined;
  // Behind a router nobody would be told of a shorter way.
  const device = deviceOfSubnet(director.host, server.address);
  const [address] = virtualAddresses(virtualServer);
  return address !== undefined && device === deviceOf(director, address) ? device : undefined;
}

const STRICT = 1;

/** Strict where clients come in by another device than the way back leads out of. */
export function judgeReversePath(director: Director): readonly Finding[] {
  const { host } = director;
  const back = host.defaultDevices.ipv4;
  return [...clientDevices(director, 'ipv4')].flatMap(([device, about]): Finding[] => {
    if (back.length === 0 || back.includes(device)) return [];
    const subject = `rp_filter of ${device}`;
    if (greater(director, device, 'rp_filter') !== STRICT) {
      return [{ subject, verdict: 'met', text: `${subject} is not strict`, about }];
    }
    return [
      {
        subject,
        verdict: 'note',
        text: `${subject} is strict, and the default route leads out of ${back.join(', ')}: requests by ${device} of clients that no other route leads to are dropped`,
        about,
        mend: settings({ [path(device, 'rp_filter')]: 2 }),
      },
    ];
  });
}

/** Nobody but the master answers ARP for a virtual address, and the master does. */
export function judgeArp(director: Director): readonly Finding[] {
  const { config, host } = director;
  const loopbacks = new Set(host.links.flatMap((one) => (one.isLoopback ? [one.name] : [])));
  const quiet = new Set(
    host.addresses.flatMap((one) => (loopbacks.has(one.device) ? [one.address] : [])),
  );
  return config.vrrpInstances.flatMap((instance): Finding[] => {
    // An interface of its own has settings of its own, which Tandem sets.
    const own = heldBy(instance).filter((one) => ipFamily(one) === 'ipv4');
    if (own.length === 0 || instance.ownLink !== undefined) return [];
    const device = instance.interface;
    const value = greater(director, device, 'arp_ignore');
    const subject = `arp_ignore of ${device}`;
    const about = [instanceName(director, instance)];
    if (value === NEVER_ANSWERS) {
      const text = `${subject} is ${value}: nobody answers ARP for the virtual addresses`;
      const loud = ['all', device].filter((one) => host.setting(path(one, 'arp_ignore')) === '8');
      const mend = settings(Object.fromEntries(loud.map((one) => [path(one, 'arp_ignore'), 0])));
      return [{ subject, verdict: 'wrong', text, about, mend }];
    }
    const address = own.find((one) => quiet.has(one));
    if (address === undefined || value > 0) return [];
    return [
      {
        subject,
        verdict: 'wrong',
        text: `${subject} is 0, and ${address} is on a loopback: this host answers ARP for it beside the master`,
        about,
        mend: settings({ [path('all', 'arp_ignore')]: 1, [path('all', 'arp_announce')]: 2 }),
      },
    ];
  });
}

/** Of arp_ignore: no answer for any local address (ip-sysctl). */
const NEVER_ANSWERS = 8;

/** What counts of arp_ignore and rp_filter: the greater of `all` and the device. */
function greater({ host }: Director, device: string, name: string): number {
  const values = ['all', device].map((one) => Number(host.setting(path(one, name)) ?? 0));
  return Math.max(...values);
}

function path(device: string, name: string, family: IpFamily = 'ipv4'): string {
  return `net/${family}/conf/${device}/${name}`;
}
