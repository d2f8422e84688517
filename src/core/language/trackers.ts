/** What instances and sync groups can track, and what the weight of an entry comes to. */
import { asOptions, number, text } from './typed/access.ts';
import type { TypedBlock, TypedEntry } from './typed/values.ts';

/** A keyword that lists tracked objects. */
export type TrackerKind =
  | 'track_interface'
  | 'track_script'
  | 'track_process'
  | 'track_file'
  | 'track_bfd';

/** A kind of tracked object. */
export interface TrackerKindFacts {
  readonly kind: TrackerKind;
  /** The block that defines what an entry names; interfaces are defined by the host. */
  readonly definer: string | undefined;
  /** Weight where neither the entry nor the definition gives one. A file's is a multiplier. */
  readonly defaultWeight: 0 | 1;
}

/** Interfaces; the host defines them. */
export const INTERFACE_TRACKER: TrackerKindFacts = {
  kind: 'track_interface',
  definer: undefined,
  defaultWeight: 0,
};

/** All of them, in the order of the manual. */
export const TRACKER_KINDS: readonly TrackerKindFacts[] = [
  INTERFACE_TRACKER,
  { kind: 'track_script', definer: 'vrrp_script', defaultWeight: 0 },
  { kind: 'track_process', definer: 'vrrp_track_process', defaultWeight: 0 },
  { kind: 'track_file', definer: 'track_file', defaultWeight: 1 },
  { kind: 'track_bfd', definer: 'bfd_instance', defaultWeight: 0 },
];

/** What an entry says of its weight. */
export interface TrackerSetting {
  /** 0 = fault. */
  readonly weight: number;
  /** What it adds, or the fault, is turned round. */
  readonly reverse: boolean;
}

/** What counts for an entry: its own weight comes first, then that of the definition; the direction likewise. */
export function trackerSetting(
  { defaultWeight }: TrackerKindFacts,
  entry: TypedEntry,
  definition: TypedBlock | undefined,
): TrackerSetting {
  const given = asOptions(entry.values[1])?.given.findLast((one) => one.name === 'weight');
  const [own, direction] = given?.values ?? [];
  const weight = typeof own === 'number' ? own : (number(definition, 'weight') ?? defaultWeight);
  return { weight, reverse: (direction ?? text(definition, 'weight', 1)) === 'reverse' };
}

/** The most that an entry adds to a priority, or takes from it; 0 = fault. */
export function trackerWeight(
  facts: TrackerKindFacts,
  entry: TypedEntry,
  definition: TypedBlock | undefined,
): number {
  const { weight, reverse } = trackerSetting(facts, entry, definition);
  return reverse && weight !== 0 ? -weight : weight;
}
