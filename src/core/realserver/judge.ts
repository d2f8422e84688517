/** Whether a host has what it needs, and the commands that give it what is missing. */
import { type IpAddress, ipFamily, maxPrefixLength } from '../base/address.ts';
import type { ShellCommand } from '../base/shell-command.ts';
import { endpointKey } from '../model/config.ts';
import type { HostFacts, Listener } from './host.ts';
import type { Need } from './needs.ts';

/** A command that changes the host, and the one that takes it back; a module that was loaded stays. */
export interface Step {
  readonly run: ShellCommand;
  readonly undo?: ShellCommand;
}

/** What a need came to. */
export interface Finding {
  readonly need: Need;
  /**
   * `met`; `missing`: the steps mend it; `wrong`: a person has to, the text says what; `unsure`: it cannot be told from here, or is for others
   * to bring about. What is unsure does not count as a failure.
   */
  readonly verdict: 'met' | 'missing' | 'wrong' | 'unsure';
  /** One line for people: what was seen. */
  readonly text: string;
  /** What mends it, in order; empty unless `missing`. */
  readonly steps: readonly Step[];
}

/** What was seen for each need. `directors` are addresses that may be the gateway of a server behind NAT. */
export function judge(
  needs: readonly Need[],
  host: HostFacts,
  directors: ReadonlySet<IpAddress>,
): readonly Finding[] {
  return needs.map((need) => judgeOne(need, host, directors));
}

function judgeOne(need: Need, host: HostFacts, directors: ReadonlySet<IpAddress>): Finding {
  switch (need.kind) {
    case 'arp':
      return judgeArp(need, host);
    case 'device':
      return judgeDevice(need, host);
    case 'unpacking':
      return judgeUnpacking(need, host);
    case 'loose-filter':
      return judgeFilter(need, host);
    case 'address':
      return judgeAddress(need, host);
    case 'addresses-of-mark':
      return unsure(
        need,
        `the configuration does not name the virtual addresses of ${need.title}: set them up with --vip`,
      );
    case 'gateway':
      return judgeGateway(need, host, directors);
    case 'listener':
      return judgeListener(need, host);
  }
}

/** Values that keep a virtual address from ARP, the one to set first: ip-sysctl, measured. 3 of `arp_ignore` asks for the scope alone. */
const QUIET: Readonly<Record<'arp_ignore' | 'arp_announce', readonly number[]>> = {
  arp_ignore: [1, 2, 8],
  arp_announce: [2],
};

type Of<Kind extends Need['kind']> = Extract<Need, { readonly kind: Kind }>;

function judgeArp(need: Of<'arp'>, host: HostFacts): Finding {
  const name = (device: string): string => `net/ipv4/conf/${device}/${need.setting}`;
  const all = host.setting(name('all')) ?? 0;
  const wanted = QUIET[need.setting];
  // What counts is the interface where the question comes in: nobody asks on a loopback or a tunnel.
  const loud = host.links.filter(({ name: device, hasArp }) => {
    return hasArp && !wanted.includes(Math.max(all, host.setting(name(device)) ?? 0));
  });
  if (loud.length === 0) {
    return met(need, `${need.setting} keeps the virtual addresses from ARP on all interfaces`);
  }
  const names = loud.map(({ name: device }) => device).join(', ');
  const [value = 1] = wanted;
  // The greater of both counts: one above what is wanted has to be set on the interface itself.
  const above = loud.filter(({ name: device }) => (host.setting(name(device)) ?? 0) > value);
  const places = [...(all === value ? [] : ['all']), ...above.map((link) => link.name)];
  return missing(
    need,
    need.setting === 'arp_ignore'
      ? `arp_ignore lets this host answer ARP for addresses of other interfaces, on ${names}`
      : `arp_announce lets this host ask with a virtual address as the sender, on ${names}`,
    places.map((place) => settingStep(name(place), value, host.setting(name(place)))),
  );
}

function judgeDevice(need: Of<'device'>, host: HostFacts): Finding {
  const link = host.links.find(({ name }) => name === need.name);
  if (link?.isUp === true) return met(need, `${need.name} is up`);
  const set = (state: string): ShellCommand => ['ip', 'link', 'set', need.name, state];
  const up: Step = { run: set('up'), undo: set('down') };
  if (link !== undefined) return missing(need, `${need.name} is down`, [up]);
  const make: readonly Step[] =
    need.make === undefined
      ? []
      : [{ run: ['ip', ...need.make], undo: ['ip', 'link', 'delete', need.name] }];
  return missing(need, `there is no ${need.name}, which takes tunnelled packets`, [
    { run: ['modprobe', need.module] },
    ...make,
    up,
  ]);
}

function judgeUnpacking(need: Of<'unpacking'>, host: HostFacts): Finding {
  const { port, family } = need;
  const ip: ShellCommand = family === 'ipv6' ? ['ip', '-6'] : ['ip'];
  if (host.unpackingPorts.includes(port)) return met(need, `GUE is unpacked at UDP port ${port}`);
  return missing(need, `GUE is not unpacked at UDP port ${port}`, [
    { run: ['modprobe', 'fou'] },
    {
      run: [...ip, 'fou', 'add', 'port', String(port), 'gue'],
      undo: [...ip, 'fou', 'del', 'port', String(port)],
    },
  ]);
}

const STRICT = 1;
const LOOSE = 2;

function judgeFilter(need: Of<'loose-filter'>, host: HostFacts): Finding {
  const { device } = need;
  const path = `net/ipv4/conf/${device}/rp_filter`;
  const all = host.setting('net/ipv4/conf/all/rp_filter') ?? 0;
  // A device that is yet to be made gets what the default says.
  const own = host.setting(path) ?? host.setting('net/ipv4/conf/default/rp_filter') ?? 0;
  if (Math.max(all, own) !== STRICT) return met(need, `rp_filter of ${device} is not strict`);
  return missing(
    need,
    `rp_filter is strict on ${device}: what comes out of the tunnel is dropped`,
    // 2 counts whatever "all" says.
    [settingStep(path, LOOSE, own)],
  );
}

/** Where a virtual address goes: packets that come out of a tunnel find it there as well. */
const QUIET_DEVICE = 'lo';

function judgeAddress(need: Of<'address'>, host: HostFacts): Finding {
  const { address } = need;
  const prefixLength = maxPrefixLength(ipFamily(address));
  const text = `${address}/${prefixLength}`;
  const asked = new Set(host.links.flatMap(({ name, hasArp }) => (hasArp ? [name] : [])));
  const places = host.addresses.filter((one) => one.address === address);
  const loud = places.find(({ device }) => asked.has(device));
  if (loud !== undefined) {
    return wrong(
      need,
      `${address} is on ${loud.device}: this host is its director now, or a second one; nothing is added`,
    );
  }
  const wide = places.find((one) => one.prefixLength !== prefixLength);
  if (wide !== undefined) {
    const had = `${address}/${wide.prefixLength}`;
    return wrong(
      need,
      `${had} is on ${wide.device}, which makes the whole prefix local; it has to be ${text}: ip address del ${had} dev ${wide.device}`,
    );
  }
  const [first] = places;
  if (first !== undefined) return met(need, `${text} is on ${first.device}`);
  const nodad = address.includes(':') ? ['nodad'] : [];
  return missing(need, `${text} is not on ${QUIET_DEVICE}`, [
    {
      run: ['ip', 'address', 'add', text, 'dev', QUIET_DEVICE, ...nodad],
      undo: ['ip', 'address', 'del', text, 'dev', QUIET_DEVICE],
    },
  ]);
}

function judgeGateway(
  need: Of<'gateway'>,
  host: HostFacts,
  directors: ReadonlySet<IpAddress>,
): Finding {
  const { family, server } = need;
  const gateways = host.gateways[family];
  const name = family === 'ipv4' ? 'IPv4' : 'IPv6';
  if (gateways.length === 0) {
    return wrong(
      need,
      `there is no ${name} default route: answers of ${server} have to go back through the director`,
    );
  }
  const through = gateways.map((gateway) => (gateway === '' ? 'a link' : gateway)).join(', ');
  if (gateways.some((gateway) => gateway !== '' && directors.has(gateway))) {
    return met(need, `the ${name} default route goes through the director (${through})`);
  }
  return unsure(
    need,
    `the ${name} default route goes through ${through}, which has to be the director: answers of ${server} to clients must not pass it by`,
  );
}

function judgeListener(need: Of<'listener'>, host: HostFacts): Finding {
  const { protocol, address, port } = need;
  const what = `${protocol.toLowerCase()} ${endpointKey(address, port)}`;
  if (host.listeners === undefined || protocol === 'SCTP') {
    return unsure(need, `whether a program takes ${what} was not looked at`);
  }
  if (host.listeners.some((one) => takes(one, need))) {
    return met(need, `a program takes ${what}`);
  }
  return unsure(need, `no program takes ${what} now`);
}

function takes(one: Listener, { protocol, address, port }: Of<'listener'>): boolean {
  if (one.protocol !== protocol || one.port !== port) return false;
  // A socket for all IPv6 addresses takes IPv4 as well, unless it says otherwise.
  const all = address.includes(':') ? ['::'] : ['::', '0.0.0.0'];
  return one.address === address || all.includes(one.address);
}

function settingStep(path: string, value: number, before: number | undefined): Step {
  // With slashes: names of interfaces may have dots.
  const set = (to: number): ShellCommand => ['sysctl', '-q', '-w', `${path}=${to}`];
  return { run: set(value), ...(before !== undefined && { undo: set(before) }) };
}

function met(need: Need, text: string): Finding {
  return { need, verdict: 'met', text, steps: [] };
}

function missing(need: Need, text: string, steps: readonly Step[]): Finding {
  return { need, verdict: 'missing', text, steps };
}

function wrong(need: Need, text: string): Finding {
  return { need, verdict: 'wrong', text, steps: [] };
}

function unsure(need: Need, text: string): Finding {
  return { need, verdict: 'unsure', text, steps: [] };
}
