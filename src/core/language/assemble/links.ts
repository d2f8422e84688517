/** Builds what is said about interfaces apart from instances. */
import { microseconds } from '../../base/time.ts';
import type {
  AnnounceGroupConfig,
  LinkDelayConfig,
  LinksConfig,
  PolledLinkConfig,
} from '../../model/links.ts';
import { all, duration } from '../typed/access.ts';
import type { TypedBlock, TypedEntry } from '../typed/values.ts';
import { optional } from './optional.ts';

/** All of it; undefined when nothing is said. */
export function readLinks(root: TypedBlock): LinksConfig | undefined {
  const announceGroups = readAnnounceGroups(root);
  const polled = new Map<string, PolledLinkConfig>();
  const delays = new Map<string, LinkDelayConfig>();
  for (const { values } of entriesOf(root, 'linkbeat_interfaces')) {
    const [name, method] = values;
    const known = METHODS.find((one) => one === method);
    if (typeof name === 'string')
      polled.set(name, { interface: name, ...optional('method', known) });
  }
  for (const { values } of entriesOf(root, 'interface_up_down_delays')) {
    const [name, down, up = 0] = values;
    if (typeof name !== 'string' || typeof down !== 'number' || typeof up !== 'number') continue;
    delays.set(name, { interface: name, down: microseconds(down), up: microseconds(up) });
  }
  const pollsAll = all(root, 'linkbeat_use_polling').length > 0;
  const isEmpty = announceGroups.length + polled.size + delays.size === 0 && !pollsAll;
  if (isEmpty) return undefined;
  return { announceGroups, polled: [...polled.values()], pollsAll, delays: [...delays.values()] };
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
