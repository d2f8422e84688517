/** What several rules derive from a configuration in the same way. */
import type { IpAddress } from '../../base/address.ts';
import type { Duration } from '../../base/time.ts';
import { checkerOf } from '../../checkers/table.ts';
import type { VirtualAddressConfig } from '../../model/address.ts';
import type {
  CheckConfig,
  Config,
  RealServerConfig,
  VirtualServerConfig,
  VrrpInstanceConfig,
} from '../../model/config.ts';
import { virtualAddresses } from '../../model/virtual-addresses.ts';
import { TRACKER_KINDS, type TrackerKind, trackerWeight } from '../trackers.ts';
import { all } from '../typed/access.ts';
import type { TypedBlock, TypedEntry, TypedStatement } from '../typed/values.ts';
import type { RuleInput } from './rule.ts';

/** Advertised and excluded addresses of an instance. */
export function addressesOf(instance: VrrpInstanceConfig): readonly VirtualAddressConfig[] {
  return [...instance.addresses, ...instance.excludedAddresses];
}

/** The instance that holds each virtual address, the first of several. */
export function holders(config: Config): ReadonlyMap<IpAddress, VrrpInstanceConfig> {
  const found = new Map<IpAddress, VrrpInstanceConfig>();
  for (const instance of config.vrrpInstances) {
    for (const { address } of addressesOf(instance)) {
      if (!found.has(address)) found.set(address, instance);
    }
  }
  return found;
}

/** Addresses that this director has, by an instance, by `static_ipaddress` or already, each once. */
export function directorAddresses({
  config,
  host,
  root,
}: Pick<RuleInput, 'config' | 'host' | 'root'>): ReadonlySet<string> {
  return new Set<string>([
    ...holders(config).keys(),
    ...staticAddresses(root),
    ...(host.addresses ?? []).map(({ address }) => address),
  ]);
}

function staticAddresses(root: TypedBlock): string[] {
  return all(root, 'static_ipaddress').flatMap((typed) =>
    (typed.block?.entries ?? []).flatMap(({ values: [prefix] }) =>
      typeof prefix === 'object' && prefix.kind === 'prefix' ? [prefix.address] : [],
    ),
  );
}

/** The addresses of a virtual server, each once; none for marks. */
export function serviceAddresses(server: VirtualServerConfig): ReadonlySet<IpAddress> {
  return new Set(virtualAddresses(server));
}

/**
 * The longest time a server that has begun to hang stays in service: up to a period until the next check,
 * then all attempts with their limits and pauses. Pages of a web check are asked in turn, one in a period.
 */
export function detectionTime(check: CheckConfig): Duration {
  return (check.delayLoop + tryingTime(check)) as Duration;
}

/** The part of it that all attempts and pauses take. */
export function tryingTime(check: CheckConfig): Duration {
  const { retry, delayBeforeRetry } = check;
  const attempt = checkerOf(check).attemptTime(check);
  return ((retry + 1) * attempt + retry * delayBeforeRetry) as Duration;
}

/**
 * The first check of some real servers that a condition holds for. All rules about checks go through this one
 * loop: with tens of thousands of checks it has to be compiled early.
 */
export function findCheck(
  servers: readonly RealServerConfig[],
  isWanted: (check: CheckConfig) => boolean,
): CheckConfig | undefined {
  for (let i = 0; i < servers.length; i++) {
    const checks = servers[i]?.checks ?? [];
    for (let j = 0; j < checks.length; j++) {
      const check = checks[j];
      if (check !== undefined && isWanted(check)) return check;
    }
  }
  return undefined;
}

/** The detection time of the check of a server that notices first; undefined without checks. */
export function firstDetection({ checks }: RealServerConfig): Duration | undefined {
  let first: CheckConfig | undefined;
  for (const check of checks) {
    if (first === undefined || detectionTime(check) < detectionTime(first)) first = check;
  }
  return first && detectionTime(first);
}

/** A tracker of an instance as written. */
export interface Tracker {
  readonly kind: TrackerKind;
  readonly entry: TypedEntry;
  readonly name: string;
  /** With its sign turned round by `reverse`; 0 = fault. */
  readonly weight: number;
}

/** Everything an instance or sync group tracks, with the weights that count. */
export function trackersOf(
  owner: TypedStatement | undefined,
  definitionOf: RuleInput['definitionOf'],
): Tracker[] {
  return TRACKER_KINDS.flatMap((facts) => {
    const { kind, definer } = facts;
    return all(owner?.block, kind).flatMap((typed) =>
      (typed.block?.entries ?? []).flatMap((entry) => {
        const [name] = entry.values;
        if (typeof name !== 'string') return [];
        const definition = definer === undefined ? undefined : definitionOf(definer, name);
        if (definer !== undefined && definition === undefined) return [];
        return [{ kind, entry, name, weight: trackerWeight(facts, entry, definition?.block) }];
      }),
    );
  });
}

/** `a, b and 3 more`. */
export function listed(items: readonly string[]): string {
  const shown = items.slice(0, LISTED_MAX);
  const rest = items.length - shown.length;
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`;
}

/** More names say no more in a message. */
const LISTED_MAX = 3;
