/** Faults of clusters with `auth_hmac`, or with virtual routes and rules: each takes the place of one that every cluster may meet. */
import type { SeededRandom } from '../support/random.ts';
import type { Fault } from './faults.ts';
import { KEY_STEPS, ROLLS } from './keys.ts';
import type { ClusterPlan } from './plan.ts';
import type { Stroke } from './stroke.ts';

/** How often one takes that place. */
const SHARE = 0.25;

/** How far a clock is set off, seconds. */
const CLOCK_STEPS = [-20, -2, -1, 1, 2, 20] as const;

const KEY_FAULTS = {
  /** One director alone has other keys, or another mode. */
  reloadKeys: (stroke: Stroke): void => {
    const step = stroke.random.between(0, KEY_STEPS.length - 1);
    const mode = stroke.random.pick(['enforce', 'permissive', 'receive-only', 'off'] as const);
    stroke.edit(() => ({ hmac: { mode, step } }));
  },
  /** A change that goes over all of them, step by step. */
  rollKeys: (stroke: Stroke): void => {
    const { cluster, random } = stroke;
    const steps = random.pick([ROLLS[0] ?? [], ROLLS[1] ?? []]);
    const gap = cluster.interval * (0.05 + 0.3 * random.next());
    let delay = 0;
    for (const hmac of steps) {
      for (const i of cluster.directors.keys()) {
        stroke.laterIfIll(delay, () => cluster.edit(i, { ...cluster.edits[i], hmac }));
        delay += gap;
      }
    }
  },
  setClock: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    director.setClock(stroke.random.pick(CLOCK_STEPS));
    stroke.later(stroke.span(8), () => director.setClock(0));
  },
  /** Somebody sends again what was heard on a segment, to one host. */
  replay: (stroke: Stroke): void => {
    const { cluster, random } = stroke;
    const segment = random.pick([cluster.segments[0], cluster.segments[1]]);
    const { director } = stroke.victim();
    for (let i = 0; i < 12; i++) {
      stroke.later(stroke.span(2), () => {
        const packet = segment.recorded[random.between(0, segment.recorded.length - 1)];
        if (packet !== undefined) segment.replay(director.name, packet);
      });
    }
  },
} satisfies Record<string, (stroke: Stroke) => void>;

const ROUTE_FAULTS = {
  refuseRoutes: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    director.refuse({ routing: stroke.random.pick(['ENETUNREACH', 'EPERM', 'ENOMEM']) });
    stroke.later(stroke.span(3), () => director.refuse({ routing: undefined }));
  },
  /** Somebody else removes virtual routes or rules, once or again and again. */
  stealRoute: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    const times = stroke.random.pick([1, 1, 8]);
    const number = stroke.random.between(0, 9);
    for (let i = 0; i < times; i++) stroke.later(i * 50_000, () => director.stealRoute(number));
  },
  reloadRoutes: (stroke: Stroke): void => {
    const routing = stroke.random.pick(['none', 'more', 'moved'] as const);
    stroke.edit(() => ({ routing }));
  },
} satisfies Record<string, (stroke: Stroke) => void>;

/** All of them. */
export const LATER_FAULTS = { ...KEY_FAULTS, ...ROUTE_FAULTS };

/** The fault, or one of these in its place where the plan has what it is about. */
export function perhapsLater(fault: Fault, plan: ClusterPlan, random: SeededRandom): Fault {
  const isOther = random.chance(SHARE);
  const place = random.next();
  const kinds = [
    ...(plan.hmac === undefined ? [] : Object.keys(KEY_FAULTS)),
    ...(plan.routing === undefined ? [] : Object.keys(ROUTE_FAULTS)),
  ] as readonly (keyof typeof LATER_FAULTS)[];
  const kind = kinds[Math.floor(place * kinds.length)];
  return isOther && kind !== undefined ? { ...fault, kind } : fault;
}
