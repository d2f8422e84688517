/** When the runner process is needed: some word of the configuration has something run, watched or told. */
import type { Config } from '../../core/model/config.ts';
import { tellsAnybody } from '../../core/notifications/need.ts';
import { trackingOf } from '../../core/tracking/tracked.ts';

/** Whether a configuration needs the runner process from its start. It is started later for the first program all the same. */
export function needsRunner(config: Config): boolean {
  const { scripts, processes, files } = trackingOf(config);
  return scripts.length + processes.length + files.length > 0 || tellsAnybody(config);
}
