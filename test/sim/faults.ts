/**
 * The faults of a run: plain data, drawn before it begins, so that a run can be played again without some of them. Each draws what it needs
 * from its own numbers and lasts a while.
 */
import { SeededRandom } from '../support/random.ts';
import { type Cluster, RENAMED } from './cluster.ts';
import { LATER_FAULTS } from './later-faults.ts';
import { WELL, type World } from './runner.ts';
import { CLEAR } from './segment.ts';
import { Stroke } from './stroke.ts';

/** One fault. */
export interface Fault {
  readonly kind: FaultKind;
  /** After the one before it, in advertisement intervals. */
  readonly after: number;
  /** Everything else about it follows from this. */
  readonly seed: number;
}

/** What can go wrong or be done. */
export type FaultKind = keyof typeof FAULTS | keyof typeof LATER_FAULTS;

/** Draws a fault. */
export function drawFault(random: SeededRandom): Fault {
  const kind = random.pick(OFTEN);
  return { kind, after: random.next() * 5, seed: random.between(0, 0xffff_ffff) };
}

/** Begins a fault. */
export function strike(cluster: Cluster, { kind, seed }: Fault): void {
  ALL[kind](new Stroke(cluster, new SeededRandom(seed)));
}

/** Ends everything that is wrong, except what the routers themselves have to sort out. */
export function heal(cluster: Cluster): void {
  cluster.heals += 1;
  for (const segment of cluster.segments) segment.heal();
  for (const [i, director] of cluster.directors.entries()) {
    director.refuse({
      address: undefined,
      advertisement: undefined,
      announcement: undefined,
      routing: undefined,
    });
    director.setClock(0);
    for (const { name } of director.interfaces) {
      director.exist(name, true);
      director.link(name, true);
    }
    director.runner.change(WELL);
    director.witnesses(3);
    director.stall(false);
    cluster.edit(i, {});
    director.start();
  }
}

const FAULTS = {
  badWeather: (stroke: Stroke): void => {
    const { cluster, random } = stroke;
    const { weather } = random.pick([cluster.segments[0], cluster.segments[1]]);
    weather.loss = random.pick([0, 0.05, 0.3, 1]);
    weather.duplication = random.pick([0, 0.2]);
    weather.corruption = random.pick([0, 0.2]);
    // Beyond an interval advertisements overtake each other.
    weather.delayMax = random.pick([200, 5_000, cluster.interval * 0.4, cluster.interval * 1.5]);
    stroke.later(stroke.span(8), () => Object.assign(weather, CLEAR));
  },
  cut: (stroke: Stroke): void => {
    const { cluster, random } = stroke;
    const segment = random.pick([cluster.segments[0], cluster.segments[1]]);
    const [a, b] = [stroke.victim().director.name, stroke.victim().director.name];
    if (a === b) return;
    const isBoth = random.chance(0.5);
    segment.cut(a, b, true);
    if (isBoth) segment.cut(b, a, true);
    stroke.later(stroke.span(10), () => {
      segment.cut(a, b, false);
      segment.cut(b, a, false);
    });
  },
  /** A director alone on its side of a segment. */
  partition: (stroke: Stroke): void => {
    const { cluster, random } = stroke;
    const segment = random.pick([cluster.segments[0], cluster.segments[1]]);
    const alone = stroke.victim().director.name;
    const all = (isCut: boolean): void => {
      for (const { name } of cluster.directors) {
        if (name === alone) continue;
        segment.cut(alone, name, isCut);
        segment.cut(name, alone, isCut);
      }
    };
    all(true);
    stroke.later(stroke.span(10), () => all(false));
  },
  linkFlap: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    const name = stroke.random.pick(['eth0', 'eth1']);
    director.link(name, false);
    stroke.later(stroke.span(8), () => director.link(name, true));
  },
  interfaceAway: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    const name = stroke.random.pick(['eth0', 'eth1']);
    director.exist(name, false);
    stroke.later(stroke.span(6), () => director.exist(name, true));
  },
  stall: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    director.stall(true);
    stroke.later(stroke.span(9), () => director.stall(false));
  },
  /** The process dies; its supervisor restarts it, adopting where that was quick. */
  crash: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    const masters = director.kill();
    const delay = stroke.span(5);
    const isQuick = delay < 2 * stroke.cluster.interval;
    stroke.later(delay, () => director.start(isQuick ? masters : []));
  },
  /** The process dies and is not restarted at once: another says farewell for it. */
  burial: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    const masters = director.kill();
    const delay = stroke.span(3);
    const isQuick = delay < 2 * stroke.cluster.interval;
    stroke.later(delay, () => director.bury(isQuick ? masters : []));
    stroke.later(delay + stroke.span(6), () => director.start());
  },
  powerLoss: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    director.powerOff();
    stroke.later(stroke.span(10), () => director.start());
  },
  restart: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    director.shutdown();
    stroke.later(stroke.span(6), () => director.start());
  },
  runnerCrash: (stroke: Stroke): void => stroke.victim().director.runner.start(),
  serviceDown: (stroke: Stroke): void => {
    const { runner } = stroke.victim().director;
    const { random } = stroke;
    runner.change(
      random.pick<Partial<World>>([
        { status: 1 },
        { status: undefined },
        { processes: 0 },
        { file: random.pick(['7\n', '-300\n', '12345678901\n', 'nonsense']) },
      ]),
    );
    stroke.later(stroke.span(8), () => runner.change(WELL));
  },
  witnessesSilent: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    director.witnesses(stroke.random.pick([0, 1, 2]));
    stroke.later(stroke.span(8), () => director.witnesses(3));
  },
  reloadPriority: (stroke: Stroke): void => {
    const priority = stroke.random.between(10, 190);
    stroke.edit(() => ({ priority }));
  },
  reloadAddresses: (stroke: Stroke): void => {
    const extra = stroke.random.pick([[], ['192.0.2.101'], ['192.0.2.101', '192.0.2.102']]);
    stroke.edit(() => ({ extra }));
  },
  /** Addresses change their instance in one reload. */
  reloadMove: (stroke: Stroke): void =>
    stroke.edit(({ extra = [], fourthExtra = [] }) =>
      extra.length + fourthExtra.length === 0
        ? { extra: ['192.0.2.101'], fourthExtra: [] }
        : { extra: fourthExtra, fourthExtra: extra },
    ),
  reloadInterval: (stroke: Stroke): void => {
    const factor = stroke.random.pick([1, 2, 3]);
    const intervalCs = stroke.cluster.plan.intervalCs * factor;
    stroke.edit(() => ({ intervalCs: Math.min(intervalCs, 4_000) }));
  },
  reloadPreempt: (stroke: Stroke): void =>
    stroke.edit(({ preempt = true }) => ({ preempt: !preempt })),
  rename: (stroke: Stroke): void =>
    stroke.edit(({ isRenamed = false }) => ({ isRenamed: !isRenamed })),
  removeInstance: (stroke: Stroke): void => {
    const without = stroke.random.pick(['VI_1', 'VI_2', 'VI_3', 'VI_4', '']);
    stroke.edit(() => ({ without }));
  },
  reloadSecret: (stroke: Stroke): void => {
    const secret = stroke.random.pick(['seed', 'other']);
    stroke.edit(() => ({ secret }));
  },
  resign: (stroke: Stroke): void =>
    stroke.victim().director.resign(stroke.random.pick(['VI_1', 'VI_2', 'VI_3', 'VI_4', RENAMED])),
  refuseAddresses: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    director.refuse({ address: stroke.random.pick(['EPERM', 'ENOMEM', 'EINVAL']) });
    stroke.later(stroke.span(3), () => director.refuse({ address: undefined }));
  },
  refuseSending: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    director.refuse({ advertisement: stroke.random.pick(['ENOBUFS', 'EAGAIN', 'EPERM']) });
    stroke.later(stroke.span(5), () => director.refuse({ advertisement: undefined }));
  },
  refuseAnnouncements: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    director.refuse({ announcement: stroke.random.pick(['ENOBUFS', 'EAGAIN', 'EPERM']) });
    stroke.later(stroke.span(5), () => director.refuse({ announcement: undefined }));
  },
  /** Somebody else removes virtual addresses, once or again and again. */
  steal: (stroke: Stroke): void => {
    const { director } = stroke.victim();
    const times = stroke.random.pick([1, 1, 8]);
    for (let i = 0; i < times; i++) {
      stroke.later(i * 50_000, () => {
        const [key] = director.held;
        if (key !== undefined) director.steal(key);
      });
    }
  },
} satisfies Record<string, (stroke: Stroke) => void>;

const ALL: Readonly<Record<FaultKind, (stroke: Stroke) => void>> = { ...FAULTS, ...LATER_FAULTS };

/** Kinds that every cluster may meet, those that are met most often more than once. */
const OFTEN = [
  'badWeather',
  'cut',
  'stall',
  'crash',
  ...(Object.keys(FAULTS) as (keyof typeof FAULTS)[]),
] as const satisfies readonly [FaultKind, ...FaultKind[]];
