/**
 * Names that follow from where a director runs and what it is called (keywords `instance`, `net_namespace`, `use_pid_dir`): of its
 * runtime directory and of its PID files.
 */
import { join } from 'node:path';
import { DEFAULT_RUNTIME_DIR } from '../../core/control/messages.ts';
import type { PlaceConfig } from '../../core/model/global-options.ts';

/** PID files by process; one that is absent is not written. keepalived's BFD process is our vrrp process. */
export interface PidFiles {
  readonly main?: string;
  readonly vrrp?: string;
  readonly health?: string;
  readonly bfd?: string;
}

/** Where keepalived has its PID files. */
const RUN = '/run';

/** `given` by an option, else `/run/tandem`, with the names behind it: `/run/tandem-r1-nsx_inst`. */
export function runtimeDirectory(given: string | undefined, place: PlaceConfig = {}): string {
  if (given !== undefined) return given;
  const names = [place.namespace, place.instance].filter((name) => name !== undefined);
  return names.length === 0 ? DEFAULT_RUNTIME_DIR : `${DEFAULT_RUNTIME_DIR}-${names.join('_')}`;
}

/**
 * Those of the options, and where there is none keepalived's: when it is called in keepalived's name, or when a keyword asks for them.
 *
 * @param isKeepalived it is called so
 */
export function pidFiles(
  given: PidFiles,
  { instance, namespace, hasPidDirectory }: PlaceConfig = {},
  isKeepalived: boolean = false,
): PidFiles {
  const hasDirectory =
    hasPidDirectory === true || instance !== undefined || namespace !== undefined;
  if (!hasDirectory && !isKeepalived) return given;
  const directory = hasDirectory ? join(RUN, 'keepalived', namespace ?? '') : RUN;
  const file = (name: string): string =>
    join(directory, `${name}${instance === undefined ? '' : `_${instance}`}.pid`);
  return {
    main: file('keepalived'),
    vrrp: file('vrrp'),
    health: file('checkers'),
    bfd: file('bfd'),
    ...given,
  };
}
