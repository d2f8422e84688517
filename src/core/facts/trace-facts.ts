/** Traffic, for the level `debug`: what leaves and arrives, and what the kernel was asked. Made only while it is wanted. */
import type { IpAddress } from '../base/address.ts';
import { toSeconds } from '../base/time.ts';
import type { ProbeResult } from '../checkers/outcome.ts';
import type { FactEntries } from './entry.ts';

/** Fields of the facts about traffic, by id. */
export interface TraceFacts {
  readonly 'trace.advert-received': {
    readonly source: IpAddress;
    readonly destination: IpAddress;
    readonly ifindex: number;
    readonly vrid: number;
    readonly priority: number;
    /** Of the message. */
    readonly bytes: number;
  };
  readonly 'trace.advert-sent': {
    readonly instance: string;
    readonly destination: IpAddress;
    readonly priority: number;
    readonly errno?: string;
  };
  readonly 'trace.announced': {
    readonly instance: string;
    readonly kind: 'arp' | 'na';
    readonly address: IpAddress;
    readonly ifindex: number;
    readonly errno?: string;
  };
  readonly 'trace.netlink': {
    readonly operation: 'add' | 'remove';
    readonly address: string;
    readonly interface: string;
    readonly errno?: string;
  };
  readonly 'trace.routing': {
    readonly operation: 'add' | 'remove';
    readonly entry: string;
    readonly errno?: string;
  };
  readonly 'trace.probe': { readonly check: string; readonly result: ProbeResult };
}

/** A fact about traffic. */
export type TraceFact = {
  readonly [Id in keyof TraceFacts]: { readonly id: Id } & TraceFacts[Id];
}[keyof TraceFacts];

/** A fact about traffic on its way from a child process. */
export interface TraceReport {
  readonly type: 'trace';
  readonly fact: TraceFact;
}

const ERRNO = 'what the kernel answered, when it refused';

/** Their entries. */
export const TRACE_FACTS: FactEntries<TraceFacts> = {
  'trace.advert-received': {
    component: 'vrrp',
    level: 'debug',
    text: ({ source, destination, vrid, priority, bytes }) =>
      `received from ${source} to ${destination}: vrid ${vrid}, priority ${priority}, ${bytes} bytes`,
    meaning: 'A VRRP packet arrived, before any check of it.',
    fields: {
      source: 'who sent it',
      destination: 'to which address',
      ifindex: 'index of the interface',
      vrid: 'as it says',
      priority: 'as it says',
      bytes: 'length of the message',
    },
    limit: ({ source, vrid }) => ({ about: `${source} ${vrid}` }),
  },
  'trace.advert-sent': {
    component: 'vrrp',
    level: 'debug',
    text: ({ instance, destination, priority, errno }) =>
      `${instance}: sent to ${destination}: priority ${priority}${refused(errno)}`,
    meaning: 'An advertisement was sent, or refused by the kernel.',
    fields: {
      instance: 'name of the instance',
      destination: 'the group or a peer',
      priority: 'in the advertisement; 0 resigns',
      errno: ERRNO,
    },
    limit: ({ instance }) => ({ about: instance }),
  },
  'trace.announced': {
    component: 'vrrp',
    level: 'debug',
    text: ({ instance, kind, address, errno }) =>
      `${instance}: announced ${address} with ${kind === 'arp' ? 'a gratuitous ARP' : 'a neighbour advertisement'}${refused(errno)}`,
    meaning: 'A virtual address was announced to the segment, or the kernel refused the frame.',
    fields: {
      instance: 'name of the instance',
      kind: '`arp` or `na`',
      address: 'the virtual address',
      ifindex: 'index of the interface',
      errno: ERRNO,
    },
    limit: ({ instance }) => ({ about: instance }),
  },
  'trace.netlink': {
    component: 'vrrp',
    level: 'debug',
    text: ({ operation, address, interface: device, errno }) =>
      `netlink: ${operation} ${address} on ${device}${refused(errno)}`,
    meaning: 'The kernel was asked to add or remove an address.',
    fields: {
      operation: '`add` or `remove`',
      address: 'with prefix length',
      interface: 'name of the interface',
      errno: ERRNO,
    },
    limit: ({ interface: about }) => ({ about }),
  },
  'trace.routing': {
    component: 'vrrp',
    level: 'debug',
    text: ({ operation, entry, errno }) => `netlink: ${operation} ${entry}${refused(errno)}`,
    meaning: 'The kernel was asked to add or remove a route or a rule.',
    fields: {
      operation: '`add` or `remove`',
      entry: 'the route or rule, in the words of the configuration',
      errno: ERRNO,
    },
    limit: () => ({ about: 'routing' }),
  },
  'trace.probe': {
    component: 'health',
    level: 'debug',
    text: ({ check, result }) =>
      `probe ${check}: ${result.outcome} after ${(toSeconds(result.elapsed) * 1_000).toFixed(1)} ms`,
    meaning: 'A probe of a check ended, whatever it means for the server.',
    fields: { check: 'which check', result: 'as `outcome` and `detail`' },
    shown: ({ result }) => ({ outcome: result.outcome, detail: result.detail }),
    limit: ({ check }) => ({ about: check }),
  },
};

function refused(errno: string | undefined): string {
  return errno === undefined ? '' : `: refused, ${errno}`;
}
