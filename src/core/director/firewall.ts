/** Whether the firewall lets through what a director lives of: advertisements, what the virtual servers take, answers of NAT servers. */
import type { IpAddress } from '../base/address.ts';
import type { ServiceIdentity, VrrpInstanceConfig } from '../model/config.ts';
import {
  type Director,
  deviceOf,
  instanceName,
  served,
  serverName,
  serviceName,
} from './director.ts';
import { type Finding, type Mend, type Part, settings } from './finding.ts';
import { withIpvs } from './forwarding.ts';
import { type Packet, type Passage, Ruleset } from './packet-filter.ts';

/** More services are not looked at one by one: what a firewall drops it drops of the first ones too. */
const SERVICES_MAX = 500;

const PROTOCOL = { TCP: 6, UDP: 17, SCTP: 132, VRRP: 112 } as const;
const GROUP = { ipv4: '224.0.0.18', ipv6: 'ff02::12' } as const;
const SYNC_GROUP = '224.0.0.81';
const SYNC_PORT = 8848;

/** Something that has to get through. */
interface Wish {
  readonly what: string;
  readonly about: Part;
  readonly hook: 'input' | 'forward';
  readonly packet: Packet;
  /** The rule that lets it through, as words of nft. */
  readonly rule: readonly string[];
  /** What helps besides a rule. */
  readonly mend?: Mend;
}

/** One finding for each chain that drops something, by what it drops. */
export function judgeFirewall(director: Director): readonly Finding[] {
  const wishes = [...advertisements(director), ...syncMessages(director), ...requests(director)];
  const { ruleset, legacyTables } = director.host;
  const rules = new Ruleset(ruleset.ok ? ruleset.value : []);
  wishes.push(...answers(director, rules));
  if (wishes.length === 0) return [];
  const unseen = legacyTables.length === 0 ? [] : [unseenRules(legacyTables)];
  if (!ruleset.ok) {
    const text = `the rules of the firewall could not be looked at: ${ruleset.why}`;
    return [{ subject: 'firewall', verdict: 'unsure', text, about: [] }, ...unseen];
  }
  const found = new Map<string, Found>();
  for (const wish of wishes) {
    const passage: Passage = rules.passage(wish.hook, wish.packet);
    if (passage.kind === 'passes') continue;
    const { family, table, chain } = passage.by;
    const place = `chain ${chain} of table ${family} ${table}`;
    const key = `${passage.kind} ${place} ${wish.what}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { passage, place, wishes: [wish] });
    else known.wishes.push(wish);
  }
  const findings = [...found.values()].map(findingOf);
  if (findings.length > 0) return [...findings, ...unseen];
  const text = 'the firewall lets through what this configuration needs';
  return [{ subject: 'firewall', verdict: 'met', text, about: [] }, ...unseen];
}

interface Found {
  readonly passage: Exclude<Passage, { readonly kind: 'passes' }>;
  readonly place: string;
  readonly wishes: Wish[];
}

function findingOf({ passage, place, wishes }: Found): Finding {
  const [first] = wishes;
  const what = first?.what ?? '';
  const subject = `firewall, ${place}`;
  const about = wishes.map((one) => one.about);
  if (passage.kind === 'maybe') {
    const text = `${place} may drop ${what}: its rules ask for more than can be told from here`;
    return { subject, verdict: 'unsure', text, about };
  }
  const { family, table, chain } = passage.by;
  const rules = new Map(wishes.map(({ rule }) => [rule.join(' '), rule]));
  const insert = [...rules.values()].map(
    (rule) => ['nft', 'insert', 'rule', family, table, chain, ...rule, 'accept'] as const,
  );
  const kept = [...rules.keys()].map((rule) => ({
    file: '/etc/nftables.conf',
    line: `${rule} accept   # first in ${place}`,
  }));
  const text = `${place} drops ${what}`;
  const mend = first?.mend ?? { commands: insert, kept };
  return { subject, verdict: 'wrong', text, about, mend };
}

function unseenRules(tables: readonly string[]): Finding {
  const text = `${tables.join(', ')}: rules of the older iptables, which were not looked at`;
  return { subject: 'firewall', verdict: 'unsure', text, about: [] };
}

function advertisements(director: Director): Wish[] {
  return director.config.vrrpInstances.map((instance): Wish => {
    const about = instanceName(director, instance);
    const protocol = instance.authentication?.type === 'AH' ? PROTOCOLS_OF_AH : PROTOCOL.VRRP;
    const packet = advertisement(instance, protocol);
    return {
      what: protocol === PROTOCOL.VRRP ? 'VRRP (protocol 112)' : 'VRRP with AH (protocol 51)',
      about,
      hook: 'input',
      packet,
      rule: ['meta', 'l4proto', String(protocol)],
    };
  });
}

const PROTOCOLS_OF_AH = 51;

function advertisement(instance: VrrpInstanceConfig, protocol: number): Packet {
  const { family, unicastPeers, sourceAddress, multicastGroup } = instance;
  const [peer] = unicastPeers;
  const destination = peer === undefined ? (multicastGroup ?? GROUP[family]) : sourceAddress;
  return {
    family,
    protocol,
    inputDevice: instance.interface,
    ...(peer !== undefined && { source: peer.address }),
    ...(destination !== undefined && { destination }),
    state: 'new',
  };
}

function syncMessages({ config }: Director): Wish[] {
  const { syncDaemon } = config.global.ipvs ?? {};
  if (syncDaemon === undefined) return [];
  const { port = SYNC_PORT, group = SYNC_GROUP as IpAddress, interface: device } = syncDaemon;
  const family = group.includes(':') ? 'ipv6' : 'ipv4';
  return [
    {
      what: 'connections of the other director (lvs_sync_daemon)',
      about: { name: 'lvs_sync_daemon' },
      hook: 'input',
      packet: {
        family,
        protocol: PROTOCOL.UDP,
        inputDevice: device,
        destination: group,
        destinationPort: port,
        state: 'new',
      },
      rule: ['udp', 'dport', String(port)],
    },
  ];
}

/** Requests pass `input`: IPVS takes them behind it. */
function requests(director: Director): Wish[] {
  const all = director.config.virtualServers.flatMap((virtualServer) =>
    virtualServer.services.flatMap((service) =>
      service.kind === 'address' ? [{ virtualServer, service }] : [],
    ),
  );
  return all.slice(0, SERVICES_MAX).map(({ virtualServer, service }): Wish => {
    const { family, address, protocol, port } = service;
    const inputDevice = deviceOf(director, address);
    const isAny = port === 0;
    return {
      what: 'requests of clients',
      about: serviceName(director, virtualServer),
      hook: 'input',
      packet: {
        family,
        protocol: PROTOCOL[protocol],
        ...(inputDevice !== undefined && { inputDevice }),
        destination: address,
        ...(!isAny && { destinationPort: port }),
        state: 'new',
      },
      rule: requestRule(service),
    };
  });
}

function requestRule(service: Extract<ServiceIdentity, { readonly kind: 'address' }>): string[] {
  const { family, address, protocol, port } = service;
  const name = protocol.toLowerCase();
  const to = [family === 'ipv4' ? 'ip' : 'ip6', 'daddr', address];
  return port === 0 ? [...to, 'meta', 'l4proto', name] : [...to, name, 'dport', String(port)];
}

/**
 * Answers of NAT pass `forward`, with the address of the server. Without `net.ipv4.vs.conntrack` connection tracking does not know the connection, and
 * calls the first answer invalid.
 */
function answers(director: Director, rules: Ruleset): Wish[] {
  const { host, config } = director;
  const isTracked =
    host.setting('net/ipv4/vs/conntrack') === '1' || config.global.switchesConntrack;
  const known = new Set<string>();
  return served(director).flatMap((one): Wish[] => {
    const { address, port, forwarding } = one.server;
    if (forwarding.method !== 'NAT' || known.size >= SERVICES_MAX) return [];
    if (known.has(address)) return [];
    known.add(address);
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    const packet: Packet = {
      family,
      protocol: PROTOCOL.TCP,
      source: address,
      ...(port !== 0 && { sourcePort: port }),
      state: isTracked ? 'established' : 'invalid',
    };
    const wish: Wish = {
      what: isTracked
        ? 'answers of NAT servers'
        : 'answers of NAT servers, which are invalid to it while net.ipv4.vs.conntrack is 0',
      about: serverName(director, one),
      hook: 'forward',
      packet,
      rule: [family === 'ipv4' ? 'ip' : 'ip6', 'saddr', address],
    };
    // A firewall that takes established connections does with the setting.
    const tracked = { ...packet, state: 'established' } as const;
    const helps = !isTracked && rules.passage('forward', tracked).kind === 'passes';
    const mend = withIpvs(director, settings({ 'net/ipv4/vs/conntrack': 1 }));
    return [{ ...wish, ...(helps && { mend }) }];
  });
}
