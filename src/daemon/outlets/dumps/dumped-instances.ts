/** What dumps say about VRRP instances: configuration, last view and counters side by side. */
import type { VirtualAddressConfig } from '../../../core/model/address.ts';
import type { VrrpInstanceConfig } from '../../../core/model/config.ts';
import type { VrrpCounters, VrrpInstanceView } from '../../../core/vrrp/events-and-actions.ts';
import type { DaemonState } from '../../supervisor/state.ts';

/** One instance of which the vrrp process has told. */
export interface DumpedInstance {
  readonly config: VrrpInstanceConfig;
  readonly view: VrrpInstanceView;
  /** Since the start of the vrrp process, or since they were cleared. */
  readonly counters: Readonly<VrrpCounters>;
  /** The kernel has the address. */
  readonly isSet: (vip: VirtualAddressConfig) => boolean;
  /** Wall-clock microseconds since the epoch of a monotonic instant. */
  readonly wallUs: (at: number) => number;
  readonly syncGroup: string | undefined;
}

/** Counters as they stood when they were cleared, by instance. */
export type ClearedCounters = ReadonlyMap<string, Readonly<VrrpCounters>>;

/** In the order of the configuration. An instance that nothing is known of is left out. */
export function dumpedInstances(
  state: DaemonState,
  cleared: ClearedCounters,
): readonly DumpedInstance[] {
  const { components, config, vips } = state;
  if (!components.some(({ name, up }) => name === 'vrrp' && up)) return [];
  const held = new Set(
    vips.filter(({ present }) => present).map((vip) => `${vip.instance} ${keyOf(vip)}`),
  );
  const wallUs = (at: number): number => state.wallMs * 1_000 - (state.now - at);
  return config.vrrpInstances.flatMap((instance) => {
    const view = state.vrrp.get(instance.name);
    if (view === undefined) return [];
    const { name } = instance;
    const syncGroup = config.syncGroups.find(({ members }) => members.includes(name))?.name;
    return {
      config: instance,
      view,
      counters: since(cleared.get(name), view.counters),
      isSet: (vip: VirtualAddressConfig) => held.has(`${name} ${keyOf(vip)}`),
      wallUs,
      syncGroup,
    };
  });
}

/** Which counters to subtract from now on. */
export function countersNow(state: DaemonState): ClearedCounters {
  return new Map([...state.vrrp.values()].map(({ name, counters }) => [name, { ...counters }]));
}

/** A process that was restarted begins at zero: what is lower than before has not been counted before. */
function since(
  before: Readonly<VrrpCounters> | undefined,
  now: Readonly<VrrpCounters>,
): Readonly<VrrpCounters> {
  const keys = Object.keys(now) as (keyof VrrpCounters)[];
  if (before === undefined || keys.some((key) => now[key] < before[key])) return now;
  return Object.fromEntries(keys.map((key) => [key, now[key] - before[key]])) as Record<
    keyof VrrpCounters,
    number
  >;
}

function keyOf({
  address,
  prefixLength,
  interface: device,
}: Pick<VirtualAddressConfig, 'address' | 'prefixLength' | 'interface'>): string {
  return `${address}/${prefixLength} ${device}`;
}
