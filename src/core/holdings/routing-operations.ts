/** Changes to the routes and rules of the kernel, and the order in which they are made. */
import { HOST_IS_LITTLE_ENDIAN } from '../netlink/attributes.ts';
import { HEADER_LENGTH, RTA } from './routing-abi.ts';
import type { RoutingEntry } from './routing-entry.ts';
import { isSameRouting, type RoutingForm } from './routing-form.ts';
import type { RoutingNotice } from './routing-reports.ts';

/** keepalived's mark in the protocol field (RTPROT_KEEPALIVED), by which both know what they have set. */
export const OWN_PROTOCOL = 18;

/** Refusals that mean "it is already so", or that the kernel has dropped it itself. */
export const BENIGN: Readonly<Record<'add' | 'remove', ReadonlySet<string>>> = {
  add: new Set(['EEXIST']),
  // ENOENT is for rules. ENODEV: the interface is gone, and its routes with it; EAFNOSUPPORT: the family is.
  remove: new Set(['ESRCH', 'ENOENT', 'ENODEV', 'ENETDOWN', 'EAFNOSUPPORT']),
};

/** How a route comes beside others to the same place: in front, behind, or only where there is none. */
export type RoutingInsertion = 'prepend' | 'append' | 'add';

/** One change. */
export interface RoutingOperation {
  readonly kind: 'route' | 'rule';
  readonly type: 'add' | 'remove';
  readonly owner: string;
  /** Of its account. */
  readonly key: string;
  /** The body of RTM_NEWROUTE, RTM_DELROUTE, RTM_NEWRULE or RTM_DELRULE. */
  readonly payload: Uint8Array;
  readonly insertion: RoutingInsertion;
  /** What it is about. */
  readonly entry: RoutingEntry;
  /** What is asked for. */
  readonly form: RoutingForm;
}

/** What to do and what to say. */
export interface RoutingWork {
  /** Before the changes of addresses: what goes without a successor. */
  readonly before: readonly RoutingOperation[];
  /** Behind the changes of addresses. */
  readonly behind: readonly RoutingOperation[];
  readonly notices: readonly RoutingNotice[];
  /** Owners of what was removed by others and cannot be set again; each is told once. */
  readonly lost: readonly string[];
}

/** The change that sets an entry. */
export function addOf(
  key: string,
  owner: string,
  entry: RoutingEntry,
  form: RoutingForm,
): RoutingOperation {
  const { kind, payload } = form;
  const insertion = entry.kind === 'route' ? entry.route.insertion : 'add';
  return { kind, type: 'add', owner, key, payload, insertion, entry, form };
}

/** The change that removes a form of an entry. */
export function removeOf(
  key: string,
  owner: string,
  entry: RoutingEntry,
  form: RoutingForm,
): RoutingOperation {
  const { kind } = form;
  const payload = removal(form);
  return { kind, type: 'remove', owner, key, payload, insertion: 'add', entry, form };
}

/** What names a form, without what the kernel only tells, and with the flags that it keeps cleared. */
function removal({ kind, payload, attributes }: RoutingForm): Uint8Array {
  if (kind === 'rule' || ![RTA.CACHEINFO, RTA.EXPIRES].some((type) => attributes.has(type))) {
    return payload;
  }
  const told: readonly number[] = [RTA.CACHEINFO, RTA.EXPIRES];
  const parts: Uint8Array[] = [payload.subarray(0, HEADER_LENGTH)];
  for (const [type, data] of attributes) {
    if (told.includes(type)) continue;
    const padded = new Uint8Array(4 + ((data.length + 3) & ~3));
    const view = new DataView(padded.buffer);
    view.setUint16(0, 4 + data.length, HOST_IS_LITTLE_ENDIAN);
    view.setUint16(2, type, HOST_IS_LITTLE_ENDIAN);
    padded.set(data, 4);
    parts.push(padded);
  }
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/**
 * Gathers changes and puts them in order. Rules go before the routes of their tables, and come behind them. What has a successor
 * at its place goes after that has come, so that traffic always has a way; only where the kernel would take both for the same does it
 * go first.
 */
export class RoutingOrders {
  #adds: RoutingOperation[] = [];
  #removes: RoutingOperation[] = [];
  #replaced: RoutingOperation[] = [];

  add(operation: RoutingOperation): void {
    this.#adds.push(operation);
  }

  remove(operation: RoutingOperation, hasSuccessor: boolean): void {
    (hasSuccessor ? this.#replaced : this.#removes).push(operation);
  }

  /** All of it, in order; nothing is left here. */
  take(): Pick<RoutingWork, 'before' | 'behind'> {
    const adds = this.#adds;
    const coming = new Map<string, RoutingForm[]>();
    for (const { form } of this.#replaced.length === 0 ? [] : adds) {
      coming.set(form.place, [...(coming.get(form.place) ?? []), form]);
    }
    const isSame = ({ form }: RoutingOperation): boolean =>
      (coming.get(form.place) ?? []).some((one) => isSameRouting(one, form));
    const first = this.#replaced.filter(isSame);
    const last = this.#replaced.filter((one) => !isSame(one));
    const work = {
      before: ordered(this.#removes, 'rule'),
      behind: [...ordered(first, 'rule'), ...ordered(adds, 'route'), ...ordered(last, 'rule')],
    };
    this.#adds = [];
    this.#removes = [];
    this.#replaced = [];
    return work;
  }
}

function ordered(
  operations: readonly RoutingOperation[],
  first: RoutingOperation['kind'],
): readonly RoutingOperation[] {
  return [
    ...operations.filter(({ kind }) => kind === first),
    ...operations.filter(({ kind }) => kind !== first),
  ];
}
