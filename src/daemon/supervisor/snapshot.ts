/** Puts together what is known at one moment. */
import { VERSION } from '../frame/version.ts';
import type { Children } from './children.ts';
import type { Knowledge } from './knowledge.ts';
import type { ComponentState, DaemonState } from './state.ts';

/** Where it is known. */
export interface SnapshotSources {
  readonly children: Pick<Children, 'states' | 'isUp' | 'programKeys'>;
  readonly knowledge: Knowledge;
}

/** The rest of a state. */
export type SnapshotContext = Pick<
  DaemonState,
  'now' | 'wallMs' | 'startedWallMs' | 'configFile' | 'config' | 'reload' | 'rules' | 'orders'
>;

/** Everything that is known. The part of a child that is dead or silent is unknown, never its last value. */
export function snapshot(
  { children, knowledge }: SnapshotSources,
  context: SnapshotContext,
): DaemonState {
  const isVrrpKnown = children.isUp('vrrp') && knowledge.isVrrpInForce;
  const isHealthUp = children.isUp('health');
  const main: ComponentState = {
    name: 'main',
    up: true,
    pid: process.pid,
    heartbeatAt: context.now,
    restarts: 0,
    latenessUs: 0,
  };
  return {
    ...context,
    version: VERSION,
    components: [main, ...children.states()],
    vrrp: isVrrpKnown ? knowledge.vrrp : new Map(),
    groups: isVrrpKnown ? knowledge.groups : [],
    vrrpRouter: knowledge.router,
    vips: isVrrpKnown ? knowledge.vips : [],
    trackers: children.isUp('runner') ? knowledge.trackers : [],
    ...(children.isUp('runner') && { programs: children.programKeys }),
    routing: isVrrpKnown ? knowledge.routing : [],
    links: isVrrpKnown ? knowledge.links : [],
    bfd: isVrrpKnown ? knowledge.bfd : undefined,
    takeover: isVrrpKnown ? knowledge.takeover : undefined,
    virtualServers: isHealthUp ? knowledge.virtualServers : new Map(),
    ipvs: knowledge.ipvs,
    preconditions: isHealthUp ? knowledge.preconditions : [],
    traffic: isHealthUp ? knowledge.traffic : new Map(),
  };
}
