/** What the configuration says of the processes themselves: names, file modes, the time that they have to stop. */
import type { Config } from '../../core/model/config.ts';
import type { ProgramSettings, ToChild } from '../frame/messages.ts';
import type { ChildName, ComponentName } from './state.ts';

/** keepalived's names (keyword `process_names`). It has no process for programs. */
const OWN_NAMES: Readonly<Record<ComponentName, string>> = {
  main: 'keepalived',
  vrrp: 'keepalived_vrrp',
  health: 'keepalived_lvs',
  runner: 'keepalived_run',
};

/** Longer than a child gives itself, so that longer means that it hangs, milliseconds. */
const STOP_MS_MAX: Readonly<Record<ChildName, number>> = {
  vrrp: 3_000,
  health: 5_000,
  runner: 5_000,
};
/** A farewell takes a moment, whatever the configuration says, milliseconds. */
const STOP_MS_LEAST = 1_000;
/** A child gives up so long before it would be killed, milliseconds. */
const GIVE_UP_MS = 500;

/**
 * The name of a process as `ps` and `pidof` see it; undefined: its own. Our BFD runs in the vrrp process: the name of the BFD process counts where that
 * one has none.
 */
export function processName(
  process: ComponentName,
  { global, tracked }: Config,
): string | undefined {
  const { processes = {} } = global;
  const bfd = tracked.bfd.length === 0 ? undefined : processes.bfd?.name;
  const given = {
    main: processes.name,
    vrrp: processes.vrrp?.name ?? bfd,
    health: processes.checkers?.name,
    runner: undefined,
  }[process];
  return given ?? (processes.areNamed === true ? OWN_NAMES[process] : undefined);
}

/** How long a child may take to stop, milliseconds (keyword `child_wait_time`). */
export function stopMsMax(child: ChildName, { place }: Config): number {
  const given = place?.stopTimeout;
  return given === undefined ? STOP_MS_MAX[child] : Math.max(given / 1_000, STOP_MS_LEAST);
}

/**
 * What a child is told before its configuration.
 *
 * @param umask of the command line, which goes before that of the configuration
 */
export function childSettings(
  child: ChildName,
  config: Config,
  umask: number | undefined,
): ToChild {
  return {
    type: 'settings',
    name: processName(child, config),
    umask: umask ?? config.global.processes?.umask,
    stopMs:
      config.place?.stopTimeout === undefined ? undefined : stopMsMax(child, config) - GIVE_UP_MS,
  };
}

/** How programs are started. */
export function programSettings({ global }: Config, umask: number | undefined): ProgramSettings {
  const mask = umask ?? global.processes?.umask;
  return {
    ...(mask === undefined ? {} : { umask: mask }),
    hasGroups: global.programs?.haveGroups === true,
  };
}
