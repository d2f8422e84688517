/** The faults of a run: drawn one after another, each lasting a while. */
import type { Cluster } from './cluster.ts';
import type { Director } from './director.ts';
import type { SeededRandom } from './random.ts';
import { CLEAR } from './segment.ts';

type Fault = (cluster: Cluster, random: SeededRandom) => void;

/** Strikes once. */
export function strike(cluster: Cluster, random: SeededRandom): void {
  random.pick(FAULTS)(cluster, random);
}

/** Ends everything that is wrong, except what the routers themselves have to sort out. */
export function heal(cluster: Cluster): void {
  for (const segment of cluster.segments) segment.heal();
  for (const [i, director] of cluster.directors.entries()) {
    director.refuseAddresses = false;
    for (const { name } of director.interfaces) director.link(name, true);
    director.stall(false);
    director.reload(cluster.config(i, cluster.plan.priorities[i] ?? 100));
    director.start();
  }
}

const FAULTS: readonly [Fault, ...Fault[]] = [
  badWeather,
  badWeather,
  cut,
  cut,
  linkFlap,
  stall,
  stall,
  restart,
  restart,
  powerLoss,
  orderlyRestart,
  reload,
  resign,
  refuse,
];

/** A span of some advertisement intervals. */
function span(cluster: Cluster, random: SeededRandom, most: number): number {
  return cluster.interval * most * random.next();
}

function victim(cluster: Cluster, random: SeededRandom): Director {
  const [first, ...rest] = cluster.directors;
  if (first === undefined) throw new Error('a cluster without directors');
  return random.pick([first, ...rest]);
}

function later(cluster: Cluster, delay: number, run: () => void): void {
  cluster.queue.at(cluster.queue.now + delay, run);
}

function badWeather(cluster: Cluster, random: SeededRandom): void {
  const segment = random.pick([cluster.segments[0], cluster.segments[1]]);
  segment.weather.loss = random.pick([0, 0.05, 0.3, 1]);
  segment.weather.duplication = random.pick([0, 0.2]);
  segment.weather.corruption = random.pick([0, 0.2]);
  segment.weather.delayMax = random.pick([200, 5_000, Math.round(cluster.interval * 0.4)]);
  later(cluster, span(cluster, random, 8), () => Object.assign(segment.weather, CLEAR));
}

function cut(cluster: Cluster, random: SeededRandom): void {
  const segment = random.pick([cluster.segments[0], cluster.segments[1]]);
  const [a, b] = [victim(cluster, random).name, victim(cluster, random).name];
  if (a === b) return;
  const isBoth = random.chance(0.5);
  segment.cut(a, b, true);
  if (isBoth) segment.cut(b, a, true);
  later(cluster, span(cluster, random, 10), () => {
    segment.cut(a, b, false);
    segment.cut(b, a, false);
  });
}

function linkFlap(cluster: Cluster, random: SeededRandom): void {
  const director = victim(cluster, random);
  const name = random.pick(['eth0', 'eth1']);
  director.link(name, false);
  later(cluster, span(cluster, random, 8), () => director.link(name, true));
}

function stall(cluster: Cluster, random: SeededRandom): void {
  const director = victim(cluster, random);
  director.stall(true);
  later(cluster, span(cluster, random, 9), () => director.stall(false));
}

/** The process dies; its supervisor restarts it, adopting where that was quick. */
function restart(cluster: Cluster, random: SeededRandom): void {
  const director = victim(cluster, random);
  const masters = director.kill();
  const delay = span(cluster, random, 5);
  const isQuick = delay < 2 * cluster.interval;
  later(cluster, delay, () => director.start(isQuick ? masters : []));
}

function powerLoss(cluster: Cluster, random: SeededRandom): void {
  const director = victim(cluster, random);
  director.powerOff();
  later(cluster, span(cluster, random, 10), () => director.start());
}

function orderlyRestart(cluster: Cluster, random: SeededRandom): void {
  const director = victim(cluster, random);
  director.shutdown();
  later(cluster, span(cluster, random, 6), () => director.start());
}

/** Another priority, and in version 3 (where lists may differ) another address. */
function reload(cluster: Cluster, random: SeededRandom): void {
  const director = victim(cluster, random);
  const i = cluster.directors.indexOf(director);
  const extra = cluster.plan.version === 3 && random.chance(0.5) ? ['192.0.2.101'] : [];
  director.reload(cluster.config(i, random.between(10, 190), extra));
}

function resign(cluster: Cluster, random: SeededRandom): void {
  victim(cluster, random).resign(random.pick(['VI_1', 'VI_2', 'VI_3']));
}

function refuse(cluster: Cluster, random: SeededRandom): void {
  const director = victim(cluster, random);
  director.refuseAddresses = true;
  later(cluster, span(cluster, random, 3), () => {
    director.refuseAddresses = false;
  });
}
