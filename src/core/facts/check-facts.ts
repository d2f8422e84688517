/** Facts about checks, real and virtual servers, and the IPVS table. */
import { toSeconds } from '../base/time.ts';
import type { ProbeResult } from '../checkers/outcome.ts';
import type { IpvsRepair } from '../lvs/repair.ts';
import type { FactEntries, FieldValue } from './entry.ts';
import { count } from './words.ts';

interface OfCheck {
  readonly virtualServer: string;
  readonly realServer: string;
  readonly check: string;
  readonly result: ProbeResult;
}

const VIRTUAL_SERVER = 'key of the virtual server';
const OF_CHECK = {
  virtualServer: VIRTUAL_SERVER,
  realServer: 'address and port of the server',
  check: 'type and ordinal of the check',
  result: 'as `outcome`, `detail` and `elapsedSeconds`',
};

/** Fields of the facts about checks, servers and IPVS, by id. */
export interface CheckFacts {
  readonly 'check.changed': OfCheck & { readonly up: boolean; readonly attempts: number };
  readonly 'check.failed-once': OfCheck & { readonly retriesLeft: number };
  readonly 'check.impossible': OfCheck;
  readonly 'check.panic': {
    readonly virtualServer: string;
    readonly inPanic: boolean;
    readonly passing: number;
    readonly servers: number;
  };
  readonly 'check.suspended': { readonly virtualServer: string; readonly suspended: boolean };
  readonly 'server.changed': {
    readonly virtualServer: string;
    readonly realServer: string;
    readonly up: boolean;
    readonly reason: string;
    readonly removed?: true;
  };
  readonly 'server.flapping': {
    readonly virtualServer: string;
    readonly realServer: string;
    readonly isHeld: boolean;
  };
  readonly 'server.weight-changed': {
    readonly virtualServer: string;
    readonly realServer: string;
    readonly weight: number;
    readonly reason: string;
  };
  readonly 'quorum.changed': {
    readonly virtualServer: string;
    readonly up: boolean;
    readonly aliveWeight: number;
    readonly quorum: number;
  };
  readonly 'virtual-server.removed': { readonly virtualServer: string };
  readonly 'ipvs.available': { readonly services: number; readonly destinations: number };
  readonly 'ipvs.unavailable': { readonly reason: string };
  readonly 'ipvs.repaired': {
    readonly operations: number;
    readonly repairs: readonly IpvsRepair[];
  };
  readonly 'ipvs.refusals-ended': object;
  readonly 'ipvs.setting-changed': { readonly setting: string; readonly value: string };
  readonly 'ipvs.sync-changed': {
    /** `master on eth1, id 7`. */
    readonly running: readonly string[];
    readonly isRepair: boolean;
  };
}

/** Their entries. */
export const CHECK_FACTS: FactEntries<CheckFacts> = {
  'check.changed': {
    component: 'health',
    level: ({ up }) => (up ? 'info' : 'notice'),
    text: ({ virtualServer, realServer, check, up, result, attempts }) => {
      const tries = attempts === 1 ? '' : ` after ${attempts} attempts`;
      return `${check} of ${realServer} in ${virtualServer} ${up ? 'passes' : `fails${tries}`}: ${resultText(result)}`;
    },
    meaning: 'A check reached another verdict.',
    fields: { ...OF_CHECK, up: 'the verdict', attempts: 'probes that led to it' },
    shown: ({ result }) => shownResult(result),
  },
  'check.failed-once': {
    component: 'health',
    level: 'info',
    text: ({ virtualServer, realServer, check, result, retriesLeft }) => {
      const left = retriesLeft === 1 ? '1 retry left' : `${retriesLeft} retries left`;
      return `${check} of ${realServer} in ${virtualServer} failed, ${left}: ${resultText(result)}`;
    },
    meaning: 'A probe failed, and the verdict waits for the retries (keyword `retry`).',
    fields: { ...OF_CHECK, retriesLeft: 'how many' },
    shown: ({ result }) => shownResult(result),
    limit: aboutCheck,
  },
  'check.impossible': {
    component: 'health',
    level: 'error',
    text: ({ virtualServer, realServer, check, result }) =>
      `${check} of ${realServer} in ${virtualServer} cannot be made on this host, its verdict stays: ${resultText(result)}`,
    meaning: 'This host cannot send the probe, for instance because it has no such source address.',
    fields: OF_CHECK,
    shown: ({ result }) => shownResult(result),
    limit: aboutCheck,
  },
  'check.panic': {
    component: 'health',
    level: ({ inPanic }) => (inPanic ? 'error' : 'notice'),
    text: ({ virtualServer, inPanic, passing, servers }) =>
      inPanic
        ? `PANIC: checks of ${virtualServer} are not believed, only ${passing} of ${servers} servers pass them; all stay in service (panic_threshold)`
        : `checks of ${virtualServer} are believed again${servers > 1 ? `, ${passing} of ${servers} servers pass them` : ''} (panic_threshold)`,
    meaning:
      'So many servers failed at once that the check, or the way to the servers, is likelier to be broken than all of them (keyword `panic_threshold`). Look at what they have in common.',
    fields: {
      virtualServer: VIRTUAL_SERVER,
      inPanic: 'whether checks are not believed',
      passing: 'servers that pass their checks',
      servers: 'servers in service, and those that have just failed',
    },
  },
  'check.suspended': {
    component: 'health',
    level: 'notice',
    text: ({ virtualServer, suspended }) =>
      suspended
        ? `checks of ${virtualServer} are suspended: this host does not have its address (ha_suspend)`
        : `checks of ${virtualServer} run again: this host has its address (ha_suspend)`,
    meaning:
      'The checks of a virtual server rest on the director that does not have its address, or go on (keyword `ha_suspend`). Meanwhile its servers keep their state.',
    fields: { virtualServer: VIRTUAL_SERVER, suspended: 'whether the checks rest' },
  },
  'server.changed': {
    component: 'health',
    level: ({ up, removed }) => (up || removed === true ? 'notice' : 'warning'),
    text: ({ virtualServer, realServer, up, reason, removed }) =>
      removed === true
        ? `real server ${realServer} of ${virtualServer} is ${reason}`
        : `real server ${realServer} of ${virtualServer} is ${up ? 'UP' : 'DOWN'} (${reason})`,
    meaning: 'A real server gets connections again, or none any more.',
    fields: {
      virtualServer: VIRTUAL_SERVER,
      realServer: 'address and port of the server',
      up: 'whether it is alive',
      reason: 'the check that decided, or the change of the configuration',
      removed: 'true when it left with the configuration',
    },
    shown: () => ({ removed: undefined }),
  },
  'server.flapping': {
    component: 'health',
    level: ({ isHeld }) => (isHeld ? 'warning' : 'notice'),
    text: ({ virtualServer, realServer, isHeld }) =>
      isHeld
        ? `real server ${realServer} of ${virtualServer} comes and goes: it stays out until its checks have not failed for the time of flap_damping`
        : `real server ${realServer} of ${virtualServer} has been calm: its checks count again (flap_damping)`,
    meaning:
      'A server failed so often within a time that it is held out of service, or has become calm (keyword `flap_damping`).',
    fields: {
      virtualServer: VIRTUAL_SERVER,
      realServer: 'address and port of the server',
      isHeld: 'whether it is held out',
    },
  },
  'server.weight-changed': {
    component: 'health',
    level: 'notice',
    text: ({ virtualServer, realServer, weight, reason }) =>
      `real server ${realServer} of ${virtualServer} has weight ${weight} (${reason})`,
    meaning:
      'A check that sets the weight (FILE_CHECK, MISC_CHECK with `misc_dynamic`) changed it.',
    fields: {
      virtualServer: VIRTUAL_SERVER,
      realServer: 'address and port of the server',
      weight: 'the weight that it has in IPVS while it is alive',
      reason: 'the check that decided',
    },
    limit: ({ virtualServer, realServer }) => ({ about: `${virtualServer} ${realServer}` }),
  },
  'quorum.changed': {
    component: 'health',
    level: ({ up }) => (up ? 'notice' : 'error'),
    text: ({ virtualServer, up, aliveWeight, quorum }) =>
      `virtual server ${virtualServer} ${up ? 'gained' : 'LOST'} its quorum (weight alive ${aliveWeight}, quorum ${quorum})`,
    meaning: 'Enough servers are alive, or no longer (keywords `quorum` and `hysteresis`).',
    fields: {
      virtualServer: VIRTUAL_SERVER,
      up: 'whether it has its quorum',
      aliveWeight: 'weight of the servers that are alive',
      quorum: 'weight that is needed',
    },
  },
  'virtual-server.removed': {
    component: 'health',
    level: 'notice',
    text: ({ virtualServer }) =>
      `virtual server ${virtualServer} is no longer in the configuration`,
    meaning: 'A reload took a virtual server away.',
    fields: { virtualServer: VIRTUAL_SERVER },
  },
  'ipvs.available': {
    component: 'health',
    level: 'notice',
    text: ({ services, destinations }) =>
      `IPVS is available: ${count(services, 'service')}, ${count(destinations, 'destination')} in the kernel`,
    meaning: 'The table of the kernel can be read and written.',
    fields: { services: 'services found', destinations: 'servers found' },
  },
  'ipvs.unavailable': {
    component: 'health',
    level: 'error',
    text: ({ reason }) => `IPVS is not available, VRRP and checks go on without it: ${reason}`,
    meaning: 'No connection is balanced on this host. Usually the module ip_vs is missing.',
    fields: { reason: 'what is known' },
  },
  'ipvs.repaired': {
    component: 'health',
    level: 'warning',
    text: ({ operations, repairs }) => {
      const more = operations - repairs.length;
      const what = [...repairs.map(repairText), ...(more > 0 ? [`${more} more`] : [])].join('; ');
      return `changed in the IPVS table by somebody else, and undone: ${what}`;
    },
    meaning: 'Another program or person changed services of ours. Find out who runs `ipvsadm`.',
    fields: { operations: 'kernel operations', repairs: 'the first of them' },
    shown: () => ({}),
    limit: () => ({}),
  },
  'ipvs.refusals-ended': {
    component: 'health',
    level: 'notice',
    text: () => 'the kernel takes all operations on the IPVS table again',
    meaning: 'The end of refused operations, which were reported as `trouble`.',
    fields: {},
    limit: () => ({}),
  },
  'ipvs.setting-changed': {
    component: 'health',
    level: 'notice',
    text: ({ setting, value }) => `${setting} is set to ${value}`,
    meaning:
      'The configuration asks for this setting of the kernel (`lvs_conntrack`). It is put back when Tandem stops, or when the configuration does not ask for it any more.',
    fields: { setting: 'name of the sysctl', value: 'what it is now' },
  },
  'ipvs.sync-changed': {
    component: 'health',
    level: ({ isRepair }) => (isRepair ? 'warning' : 'notice'),
    text: ({ running, isRepair }) => {
      const state = running.length === 0 ? 'is stopped' : `runs as ${running.join(' and ')}`;
      const why = isRepair ? 'was changed by somebody else, and ' : '';
      return `connection synchronisation ${why}${state}`;
    },
    meaning:
      'The daemon of IPVS that tells the other director about connections, or hears of them, was started or stopped (`lvs_sync_daemon`).',
    fields: { running: 'what the kernel runs now', isRepair: 'somebody else had changed it' },
  },
};

function aboutCheck({ virtualServer, realServer, check }: OfCheck): { readonly about: string } {
  return { about: `${virtualServer} ${realServer} ${check}` };
}

/** One probe's end in a few words: `connection refused (0.3 ms)`. */
function resultText({ outcome, detail, elapsed }: ProbeResult): string {
  const milliseconds = toSeconds(elapsed) * 1_000;
  const duration = `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  return `${detail === '' ? outcome : detail} (${duration})`;
}

function shownResult({
  outcome,
  detail,
  elapsed,
}: ProbeResult): Readonly<Record<string, FieldValue>> {
  return { outcome, detail, elapsedSeconds: toSeconds(elapsed) };
}

/** `weight of 10.0.0.1:80 in tcp:192.0.2.1:80 was 5, is 1 again`. */
function repairText({ service, server, found, settings }: IpvsRepair): string {
  const what = server === undefined ? `service ${service}` : `server ${server} of ${service}`;
  if (found === 'missing') return `${what} had been removed`;
  if (found === 'foreign') return `${what} had been added`;
  const object = server === undefined ? service : `${server} in ${service}`;
  return settings
    .map(({ name, was, is }) => `${name} of ${object} was ${was}, is ${is} again`)
    .join(', ');
}
