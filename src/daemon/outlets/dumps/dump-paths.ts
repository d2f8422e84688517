/**
 * Names of the files that signals have written (keywords `state_dump_file`, `stats_dump_file`, `json_dump_file`,
 * `data_use_instance`).
 */
import { basename, join } from 'node:path';
import type { Config } from '../../../core/model/config.ts';

/** Where each goes. */
export interface DumpPaths {
  /** Data of the vrrp process. */
  readonly state: string;
  readonly parent: string;
  readonly check: string;
  readonly bfd: string;
  readonly statistics: string;
  readonly json: string;
}

/**
 * A name is absolute, or one inside the temporary directory; one with a slash at the end is a directory for the
 * usual name.
 *
 * @param temporary where names without a directory belong: TMPDIR of the daemon, or /tmp
 */
export function dumpPaths({ global, place }: Config, temporary: string): DumpPaths {
  const { files = {} } = global;
  const who = [place?.namespace, place?.instance].filter((name) => name !== undefined).join('_');
  const suffix = files.dumpsBearInstance === true && who !== '' ? `.${who}` : '';
  const path = (given: string | undefined, usual: string, part = ''): string => {
    const named = given === undefined ? usual : given.endsWith('/') ? `${given}${usual}` : given;
    const [, body = '', extension = ''] = /^(.*?)(\.[^./]*)?$/.exec(named) ?? [];
    const full = `${body}${part}${suffix}${extension}`;
    return full.startsWith('/') ? full : join(temporary, basename(full));
  };
  const state = (part?: string): string => path(files.stateDump, 'keepalived.data', part);
  return {
    state: state(),
    parent: state('_parent'),
    check: state('_check'),
    bfd: state('_bfd'),
    statistics: path(files.statisticsDump, 'keepalived.stats'),
    json: path(files.jsonDump, 'keepalived.json'),
  };
}
