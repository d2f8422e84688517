/** The answer to the control request `config`, from the state. */
import { RUNNING_VERSION, type RunningReport } from '../core/control/running.ts';
import type { KnownHealth } from './messages.ts';
import type { ComponentName, DaemonState } from './state.ts';

/** The document; `health` are the verdicts as last heard. */
export function runningReport(state: DaemonState, health: KnownHealth): RunningReport {
  const isUp = (name: ComponentName): boolean =>
    state.components.some((component) => component.name === name && component.up);
  return {
    runningVersion: RUNNING_VERSION,
    version: state.version,
    file: state.configFile,
    loadedAt: new Date(state.reload.lastSuccessAt * 1_000).toISOString(),
    config: state.config,
    vrrp: isUp('vrrp')
      ? Array.from(state.vrrp.values(), (view) => ({
          name: view.name,
          state: view.state,
          effectivePriority: view.effectivePriority,
          ...(view.masterAddress === undefined ? {} : { masterAddress: view.masterAddress }),
          ...(view.masterPriority === undefined ? {} : { masterPriority: view.masterPriority }),
        }))
      : null,
    health: isUp('checker') ? health : null,
  };
}
