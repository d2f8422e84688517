/** One conformance case of VRRP: its files, and how it is run. */

import { fromHex, toHex } from '../../src/core/base/bytes.ts';
import { seconds } from '../../src/core/base/time.ts';
import { causeText } from '../../src/core/facts/causes.ts';
import type { VrrpInstanceConfig } from '../../src/core/model/config.ts';
import type { VrrpAction } from '../../src/core/vrrp/events-and-actions.ts';
import { ip, vip } from '../support/builders/addresses.ts';
import { fact, HOST, type Host } from '../support/builders/host.ts';
import { announce, configuration, instance } from '../support/builders/instance.ts';
import type { PeerPacket } from '../support/builders/packet.ts';
import { noticeName } from '../support/facts.ts';
import { Bench, type Recorded } from '../support/vrrp-bench.ts';

/** An instance as a case writes it: changes to the checklist's instance, times in seconds. */
export interface CaseInstance
  extends Partial<
    Pick<
      VrrpInstanceConfig,
      | 'name'
      | 'initialState'
      | 'interface'
      | 'vrid'
      | 'priority'
      | 'version'
      | 'family'
      | 'preempt'
      | 'strict'
      | 'authentication'
      | 'answerLowerPriority'
      | 'trackInterfaces'
      | 'checksumWithoutPseudoHeader'
      | 'checkUnicastSource'
    >
  > {
  readonly interval?: number;
  readonly preemptDelay?: number;
  /** "ADDRESS" on eth0 or "ADDRESS eth1". */
  readonly addresses?: readonly string[];
  readonly peers?: readonly string[];
  readonly minTtl?: number;
  readonly source?: string;
  /** Counts, and times in seconds. */
  readonly announce?: {
    readonly repeat?: number;
    readonly delay?: number;
    readonly refresh?: number;
    readonly lowerPriorityRepeat?: number;
    readonly arpGap?: number;
  };
}

/** A configuration as a case writes it. */
export interface CaseConfig {
  readonly instances: readonly CaseInstance[];
  readonly syncGroups?: readonly { readonly name: string; readonly members: readonly string[] }[];
  readonly startupDelay?: number;
}

/** case.json */
export interface CaseFile {
  readonly title: string;
  readonly clause: string;
  readonly covers: readonly string[];
  readonly config: CaseConfig;
  readonly adopt?: readonly string[];
  /** Interfaces that are down, and addresses ("ADDRESS" or "ADDRESS eth1") that replace those of eth0, at the start. */
  readonly host?: HostChange;
  readonly until: number;
}

interface HostChange {
  readonly down?: readonly string[];
  readonly addresses?: readonly string[];
}

interface CasePacket extends Omit<PeerPacket, 'waited' | 'mutate' | 'auth'> {
  readonly instance?: string;
  readonly auth?: { readonly type: number; readonly data?: string };
  /** Seconds the packet waited in the queue. */
  readonly waited?: number;
  /** The message as hexadecimal text, instead of all fields. */
  readonly message?: string;
  /** Bytes to overwrite in the finished message: offset to value. */
  readonly set?: Readonly<Record<string, number>>;
  /** Cut the finished message to so many bytes. */
  readonly cut?: number;
}

/** A line of in.jsonl. */
export interface InputLine {
  readonly at: number;
  readonly packet?: CasePacket;
  /** Repeat the packet every so many seconds until a time. */
  readonly every?: number;
  readonly until?: number;
  readonly host?: HostChange;
  readonly reload?: CaseConfig;
  readonly resign?: string;
  readonly shutdown?: true;
  /** The process is stopped from `at` until this time; packets of the meantime carry `waited`. */
  readonly stalledUntil?: number;
}

/** Runs a case; the lines that out.jsonl must hold. */
export function runCase(file: CaseFile, inputs: readonly InputLine[]): readonly unknown[] {
  const host = hostOf(file.host);
  const bench = new Bench(configOf(file.config), { host, adopt: file.adopt ?? [] });
  for (const input of expand(inputs)) {
    bench.run(input.at);
    feed(bench, input);
  }
  bench.run(file.until);
  const names = bench.router.view().instances.map(({ name }) => name);
  return [
    ...bench.record.map(outputLine),
    ...names.map((name) => ({ at: file.until, instance: name, counters: bench.counters(name) })),
    { at: file.until, router: nonZero(bench.router.view().router) },
  ];
}

function expand(inputs: readonly InputLine[]): readonly InputLine[] {
  return inputs
    .flatMap((input) => {
      const { at, every, until } = input;
      if (every === undefined || until === undefined) return [input];
      const count = Math.floor((until - at) / every + 1e-9) + 1;
      return Array.from({ length: count }, (_, i) => ({ ...input, at: at + i * every }));
    })
    .toSorted((a, b) => a.at - b.at);
}

function feed(bench: Bench, input: InputLine): void {
  if (input.packet !== undefined) sendPacket(bench, input.packet);
  if (input.host !== undefined) bench.network(hostOf(input.host));
  if (input.reload !== undefined) bench.reload(configOf(input.reload));
  if (input.resign !== undefined) bench.send({ type: 'resign', instance: input.resign });
  if (input.shutdown === true) bench.send({ type: 'shutdown' });
  if (input.stalledUntil !== undefined) bench.stall(input.stalledUntil);
}

function sendPacket(bench: Bench, packet: CasePacket): void {
  const { instance: name, auth, waited, message, set, cut, ...fields } = packet;
  const peer: PeerPacket = {
    ...fields,
    ...(auth && {
      auth: { type: auth.type, ...(auth.data !== undefined && { data: bytes(auth.data) }) },
    }),
    ...(waited !== undefined && { waited: seconds(waited) }),
    mutate: (encoded) => {
      const out = message === undefined ? encoded.slice() : bytes(message);
      for (const [offset, value] of Object.entries(set ?? {})) out[Number(offset)] = value;
      return cut === undefined ? out : out.slice(0, cut);
    },
  };
  bench.packet(peer, name);
}

function bytes(text: string): Uint8Array {
  const found = fromHex(text);
  if (found === undefined) throw new Error(`not hexadecimal: ${text}`);
  return found;
}

function configOf(config: CaseConfig) {
  return configuration(config.instances.map(instanceOf), {
    syncGroups: config.syncGroups ?? [],
    startupDelay: seconds(config.startupDelay ?? 0),
    bfd: [],
  });
}

function instanceOf(one: CaseInstance): VrrpInstanceConfig {
  const { interval, preemptDelay, addresses, peers, minTtl, source, announce: plan, ...rest } = one;
  return instance({
    ...rest,
    ...(interval !== undefined && { advertInterval: seconds(interval) }),
    ...(preemptDelay !== undefined && { preemptDelay: seconds(preemptDelay) }),
    ...(source !== undefined && { sourceAddress: ip(source) }),
    ...(addresses && {
      addresses: addresses.map((text) => {
        const [address = '', device = 'eth0'] = text.split(' ');
        return vip(address, device);
      }),
    }),
    ...(peers && {
      unicastPeers: peers.map((peer) => ({
        address: ip(peer),
        minTtl: minTtl ?? 0,
        maxTtl: 255,
      })),
    }),
    ...(plan && {
      announce: announce({
        ...(plan.repeat !== undefined && { repeat: plan.repeat }),
        ...(plan.delay !== undefined && { delay: seconds(plan.delay) }),
        ...(plan.refresh !== undefined && { refresh: seconds(plan.refresh) }),
        ...(plan.lowerPriorityRepeat !== undefined && {
          lowerPriorityRepeat: plan.lowerPriorityRepeat,
        }),
        ...(plan.arpGap !== undefined && { arpGap: seconds(plan.arpGap) }),
      }),
    }),
  });
}

function hostOf(change: HostChange = {}): Host {
  const { down = [], addresses } = change;
  return {
    interfaces: HOST.interfaces.map((one) => ({ ...one, up: !down.includes(one.name) })),
    addresses:
      addresses === undefined
        ? HOST.addresses
        : [
            ...addresses.map((text) => {
              const [address = '', device] = text.split(' ');
              return fact(address, device === 'eth1' ? 3 : 2);
            }),
            ...HOST.addresses.filter((a) => a.ifindex !== 2),
          ],
  };
}

/** An order as out.jsonl has it. */
function outputLine({ at, action }: Recorded): unknown {
  return { at: at / 1e6, ...orderLine(action) };
}

function orderLine(action: VrrpAction): Readonly<Record<string, unknown>> {
  switch (action.type) {
    case 'sendAdvertisement': {
      const { instance: name, source, destination, ipId, message } = action;
      return { instance: name, send: toHex(message), source, destination, ipId };
    }
    case 'setAddresses': {
      const list = action.addresses.map(({ address }) => address);
      return { instance: action.instance, [action.present ? 'hold' : 'release']: list };
    }
    case 'announce':
      return { instance: action.instance, announce: toHex(action.frame), ifindex: action.ifindex };
    case 'transition': {
      const { instance: name, from, to, reason, cause } = action;
      return { instance: name, from, to, reason, ...(cause && { cause: causeText(cause) }) };
    }
    case 'priorityChanged':
      return { instance: action.instance, priority: action.to, was: action.from };
    case 'conflict':
      return { instance: action.instance, conflict: action.rival.name, phase: action.phase };
    case 'groupTransition':
      return { group: action.group, from: action.from, to: action.to };
    case 'notice':
      return { instance: action.instance, notice: noticeName(action) };
  }
}

function nonZero(values: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));
}
