/**
 * What each tracked object means for an instance: how much it adds to the priority, and whether it is a fault (reference: priority arithmetic,
 * measured on keepalived 2.4.3). A positive weight is added while the object is up, a negative one while it is not; `reverse` turns the sign round.
 * Weight 0 is a fault while the object is down, with `reverse` while it is up.
 */
import type { TrackInterfaceConfig, VrrpInstanceConfig } from '../model/config.ts';
import type { TrackerFacts } from '../model/tracker-facts.ts';
import type { TrackerConfig } from '../model/tracking.ts';
import type { TrackerView, TransitionCause } from './events-and-actions.ts';
import type { NetworkPicture } from './network-picture.ts';

/** A product of number and weight that is as bad as a fault, and the greatest that counts. */
const FILE_FAULT = -254;
const FILE_MAX = 253;

/** Everything that an instance tracks, interfaces first. */
export function trackersOf(config: VrrpInstanceConfig, network: NetworkPicture): TrackerView[] {
  return [
    ...config.trackInterfaces.map((tracked) => interfaceView(tracked, network)),
    ...(config.trackers ?? []).flatMap((tracked) => trackerView(tracked, network)),
  ];
}

/** Whether something without a weight is tracked of which nothing is known yet: an instance does not begin before that. */
export function waitsForTrackers(
  { trackers = [] }: VrrpInstanceConfig,
  facts: TrackerFacts,
): boolean {
  return trackers.some(
    ({ kind, name, weight }) => weight === 0 && facts.of(kind, name) === undefined,
  );
}

function interfaceView(
  { name, weight, reverse = false }: TrackInterfaceConfig,
  network: NetworkPicture,
): TrackerView {
  const state = network.stateOf(name);
  const isUp = state === 'up';
  const adds = added(weight, isUp, reverse);
  const isFault = weight === 0 && isUp === reverse;
  return { tracker: { kind: 'interface', name, state, adds }, weight, reverse, isFault };
}

function trackerView(
  { kind, name, weight, reverse = false }: TrackerConfig,
  network: NetworkPicture,
): readonly TrackerView[] {
  const fact = network.trackers.of(kind, name);
  const base = { kind, name, ...(fact && { fact }) } as const;
  if (fact === undefined) {
    return [{ tracker: { ...base, adds: 0 }, weight, reverse, isFault: false }];
  }
  if (fact.kind === 'file') {
    if (weight === 0) {
      const isFault = (fact.value !== 0) !== reverse;
      return [{ tracker: { ...base, adds: 0 }, weight, reverse, isFault }];
    }
    const product = fact.value * weight * (reverse ? -1 : 1);
    // Never -0, which is another number for those who compare.
    const adds = Math.min(FILE_MAX, product) || 0;
    return [{ tracker: { ...base, adds }, weight, reverse, isFault: product <= FILE_FAULT }];
  }
  const adds = added(weight, fact.isUp, reverse);
  return [
    { tracker: { ...base, adds }, weight, reverse, isFault: weight === 0 && fact.isUp === reverse },
  ];
}

function added(weight: number, isUp: boolean, reverse: boolean): number {
  const counts = weight > 0 === isUp;
  if (!counts || weight === 0) return 0;
  return reverse ? -weight : weight;
}

/** What a fault of a tracked object is about. */
export function trackerCause({ tracker, reverse }: TrackerView): TransitionCause {
  if (tracker.kind === 'interface') {
    return { kind: 'interface', interface: tracker.name, state: tracker.state };
  }
  const { kind: tracked, name, fact } = tracker;
  return { kind: 'tracker', tracked, name, ...(fact && { fact }), ...(reverse && { reverse }) };
}
