/** Builds what is said about interfaces apart from instances. */
import { equalData } from '../../base/equal-data.ts';
import { exactSpanText } from '../../base/span-text.ts';
import { type Duration, microseconds, milliseconds } from '../../base/time.ts';
import type { VrrpInstanceConfig } from '../../model/config.ts';
import type {
  AnnounceGroupConfig,
  LinkDelayConfig,
  LinksConfig,
  PolledLinkConfig,
} from '../../model/links.ts';
import { all, duration } from '../typed/access.ts';
import type { TypedBlock, TypedEntry } from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';
import { optional } from './optional.ts';

/** All of it; undefined when nothing is said. */
export function readLinks(
  instances: readonly VrrpInstanceConfig[],
  context: BuildContext,
): LinksConfig | undefined {
  const { root } = context;
  const waits = shortestWaits(instances);
  const announceGroups = readAnnounceGroups(root);
  const polled = new Map<string, PolledLinkConfig>();
  const delays = new Map<string, LinkDelayConfig>();
  for (const { values } of entriesOf(root, 'linkbeat_interfaces')) {
    const [name, method] = values;
    const known = METHODS.find((one) => one === method);
    if (typeof name === 'string')
      polled.set(name, { interface: name, ...optional('method', known) });
  }
  for (const { token, values } of entriesOf(root, 'interface_up_down_delays')) {
    const [name, down, up = 0] = values;
    if (typeof name !== 'string' || typeof down !== 'number' || typeof up !== 'number') continue;
    const written = { interface: name, down: microseconds(down), up: microseconds(up) };
    const used = withinWait(written, waits.get(name));
    delays.set(name, used);
    if (equalData(written, used)) continue;
    const message = `the delays of ${name} are as long as the peers of an instance on it wait; ${exactSpanText(used.down)} down and ${exactSpanText(used.up)} up are used`;
    atWord(context, 'setting-reset', token, message);
  }
  const pollsAll = all(root, 'linkbeat_use_polling').length > 0;
  const isEmpty = announceGroups.length + polled.size + delays.size === 0 && !pollsAll;
  if (isEmpty) return undefined;
  return { announceGroups, polled: [...polled.values()], pollsAll, delays: [...delays.values()] };
}

/** How long the peers of the instances on each interface wait for more than one advertisement. */
function shortestWaits(instances: readonly VrrpInstanceConfig[]): ReadonlyMap<string, Duration> {
  const waits = new Map<string, Duration>();
  for (const { interface: name, advertInterval, downTimerAdverts } of instances) {
    const wait = (downTimerAdverts - 1) * advertInterval;
    waits.set(name, Math.min(waits.get(name) ?? wait, wait) as Duration);
  }
  return waits;
}

/** Delays below the wait of the peers, who would take over before the change counts here (as keepalived has it). */
function withinWait(delay: LinkDelayConfig, wait: Duration | undefined): LinkDelayConfig {
  if (wait === undefined) return delay;
  const longest = Math.max(0, wait - milliseconds(1));
  const cut = (span: Duration): Duration => (span < wait ? span : longest) as Duration;
  return { ...delay, down: cut(delay.down), up: cut(delay.up) };
}

const METHODS = ['MII', 'ETHTOOL', 'IOCTL'] as const;

/** A group without a gap does nothing. An interface belongs to the first group that names it. */
function readAnnounceGroups(root: TypedBlock): readonly AnnounceGroupConfig[] {
  const taken = new Set<string>();
  return all(root, 'garp_group').flatMap(({ block }): readonly AnnounceGroupConfig[] => {
    const [arpGap, naGap] = [duration(block, 'garp_interval'), duration(block, 'gna_interval')];
    if (arpGap === undefined && naGap === undefined) return [];
    const interfaces = namesOf(block).filter((name) => !taken.has(name));
    for (const name of interfaces) taken.add(name);
    const group = { interfaces, ...optional('arpGap', arpGap), ...optional('naGap', naGap) };
    return interfaces.length === 0 ? [] : [group];
  });
}

function namesOf(block: TypedBlock | undefined): readonly string[] {
  const single = all(block, 'interface').map(({ values }) => values[0]);
  const listed = all(block, 'interfaces').flatMap(({ block: list }) =>
    (list?.entries ?? []).map(({ values }) => values[0]),
  );
  return [...new Set([...single, ...listed])].filter((name) => typeof name === 'string');
}

function entriesOf(root: TypedBlock, keyword: string): readonly TypedEntry[] {
  return all(root, keyword).flatMap(({ block }) => block?.entries ?? []);
}
