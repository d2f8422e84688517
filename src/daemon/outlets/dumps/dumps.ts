/** Writes the files that a signal asks for, from what is known at that moment. Programs that send the signal read them milliseconds later. */
import { tmpdir } from 'node:os';
import type { Fact } from '../../../core/facts/catalogue.ts';
import type { Dumped } from '../../../core/facts/main-facts.ts';
import type { Trouble } from '../../../core/facts/troubles.ts';

import type { RunOptions } from '../../frame/run-options.ts';
import type { DaemonState } from '../../supervisor/state.ts';
import { dumpPaths } from './dump-paths.ts';
import { type ClearedCounters, countersNow, dumpedInstances } from './dumped-instances.ts';
import { jsonText } from './json-text.ts';
import { bfdData, checkData, parentData, vrrpData } from './state-text.ts';
import { statisticsText } from './statistics-text.ts';

/** What dumps are made of. */
export interface DumpsOptions {
  readonly state: () => DaemonState;
  readonly roles: RunOptions['roles'];
  /** Replaces a file as a whole, readable by root alone; says what went wrong. */
  readonly write: (path: string, text: string) => Trouble | undefined;
  readonly tell: (fact: Fact) => void;
  readonly troubled: (trouble: Trouble) => void;
  /** Where names without a directory belong; TMPDIR, or /tmp, when absent. */
  readonly temporary?: string;
}

type Dump = readonly [path: string, text: string];

/** The dumps of one run. */
export class Dumps {
  readonly #options: DumpsOptions;
  #cleared: ClearedCounters = new Map();

  constructor(options: DumpsOptions) {
    this.#options = options;
  }

  /** Writes at once. */
  write(kind: Dumped): void {
    const { write, tell, troubled } = this.#options;
    const state = this.#options.state();
    const written: string[] = [];
    const wanted = this.#dumps(kind, state);
    for (const [path, text] of wanted) {
      const trouble = write(path, text);
      if (trouble === undefined) written.push(path);
      else troubled(trouble);
    }
    if (kind === 'statistics-clear') this.#cleared = countersNow(state);
    if (written.length === wanted.length) tell({ id: 'dump.written', dump: kind, files: written });
  }

  /** What `keepalived.data` and its sibling of BFD would hold now, for copies around a reload. */
  data(): readonly { readonly process: 'vrrp' | 'bfd'; readonly text: string }[] {
    const state = this.#options.state();
    const vrrp = vrrpData(state, dumpedInstances(state, this.#cleared));
    const hasSessions = state.config.tracked.bfd.length > 0;
    return [
      { process: 'vrrp', text: vrrp },
      ...(hasSessions ? [{ process: 'bfd' as const, text: bfdData(state) }] : []),
    ];
  }

  #dumps(kind: Dumped, state: DaemonState): readonly Dump[] {
    const { roles, temporary = tmpdir() } = this.#options;
    const { config } = state;
    const paths = dumpPaths(config, temporary);
    const hasInstances = roles.vrrp && config.vrrpInstances.length > 0;
    const instances = dumpedInstances(state, this.#cleared);
    const one = (isThere: boolean, path: string, text: () => string): readonly Dump[] =>
      isThere ? [[path, text()]] : [];
    switch (kind) {
      case 'state':
        return [
          ...one(true, paths.parent, () => parentData(state)),
          ...one(hasInstances, paths.state, () => vrrpData(state, instances)),
          ...one(roles.health && config.virtualServers.length > 0, paths.check, () =>
            checkData(state),
          ),
          ...one(roles.vrrp && config.tracked.bfd.length > 0, paths.bfd, () => bfdData(state)),
        ];
      case 'statistics':
      case 'statistics-clear':
        return one(hasInstances, paths.statistics, () => statisticsText(instances));
      case 'json': {
        const { jsonVersion = 1 } = config.global.files ?? {};
        return one(hasInstances, paths.json, () => jsonText(instances, state, jsonVersion));
      }
    }
  }
}
