/** Builds the main process: reads the configuration, takes the runtime directory, opens the log, and runs the supervisor. */
import { DirectoryLock } from 'dgram-extensions';
import { RealTimeSignals } from 'dgram-extensions/signals';
import { Syslog } from '../../drivers/syslog.ts';
import type { LogPlace, RunOptions } from '../frame/run-options.ts';
import { createLogger, type LogTarget } from '../outlets/log/log.ts';
import { findingsText, loadConfig } from '../supervisor/load-config.ts';
import { holdRuntimeDirectory } from '../supervisor/runtime-files.ts';
import { Supervisor } from '../supervisor/supervisor.ts';

/** Exit status when the configuration is refused at start, as keepalived's. */
const EXIT_CONFIG = 2;
const EXIT_FATAL = 1;

/**
 * Runs Tandem in the foreground until it is stopped.
 *
 * @returns the exit status: 0 after an orderly stop, 1 when a process had to be killed or something of ours may be left in the kernel, and when
 *   another Tandem runs with the same runtime directory; 2 when the configuration is refused.
 */
export async function runSupervisor(options: RunOptions): Promise<number> {
  const logger = createLogger({
    format: options.logFormat,
    level: options.logLevel,
    target: logTarget(options.logPlace),
  });
  const loaded = loadConfig(options.configFile, options);
  if (loaded.config === undefined) {
    process.stderr.write(findingsText(loaded.findings));
    return EXIT_CONFIG;
  }
  const held = holdRuntimeDirectory(options.runtimeDir, (path) => new DirectoryLock(path));
  if (!held.ok) {
    process.stderr.write(`tandem: ${held.error}\n`);
    return EXIT_FATAL;
  }
  const { config } = loaded;
  const status = await new Supervisor({
    options,
    logger,
    loaded: { ...loaded, config },
    listenRealTime: (numbers, onSignal) => void new RealTimeSignals(numbers, onSignal),
  }).run();
  held.value.close();
  return status;
}

function logTarget(place: LogPlace): LogTarget {
  if (place.kind !== 'syslog') return place;
  const log = new Syslog({ tag: 'tandem', facility: place.facility });
  return { kind: 'sink', style: 'journal', write: (line) => log.write(line) };
}
