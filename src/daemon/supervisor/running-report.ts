/** The answer to the control request `config`, from the state. */
import { resolve } from 'node:path';
import { RUNNING_VERSION, type RunningReport } from '../../core/control/running.ts';
import type { RunningInstance } from '../../core/plan/config-plan.ts';
import type { HeldTakeover } from '../../core/vrrp/takeover-hold.ts';
import type { KnownHealth } from '../frame/messages.ts';
import type { ComponentName, DaemonState } from './state.ts';

/** What the state does not hold. */
export interface RunningContext extends Pick<RunningReport, 'options' | 'roles' | 'mistakes'> {
  /** The verdicts as last heard. */
  readonly health: KnownHealth;
}

/** The document. */
export function runningReport(state: DaemonState, context: RunningContext): RunningReport {
  const { options, roles, mistakes, health } = context;
  const isUp = (name: ComponentName): boolean =>
    state.components.some((component) => component.name === name && component.up);
  return {
    runningVersion: RUNNING_VERSION,
    version: state.version,
    file: resolve(state.configFile),
    options,
    loadedAt: new Date(state.reload.lastSuccessAt * 1_000).toISOString(),
    config: state.config,
    roles,
    mistakes,
    vrrp: isUp('vrrp')
      ? Array.from(state.vrrp.values(), (view) => ({
          name: view.name,
          state: view.state,
          effectivePriority: view.effectivePriority,
          ...(view.masterAddress === undefined ? {} : { masterAddress: view.masterAddress }),
          ...(view.masterPriority === undefined ? {} : { masterPriority: view.masterPriority }),
          ...(view.takeoverHeld && { heldBy: holderOf(view.takeoverHeld) }),
        }))
      : null,
    health: isUp('health') ? health : null,
  };
}

function holderOf({ hold }: HeldTakeover): NonNullable<RunningInstance['heldBy']> {
  return hold.kind === 'heartbeat'
    ? { kind: hold.kind, name: hold.heartbeat }
    : { kind: hold.kind, name: hold.witness };
}
