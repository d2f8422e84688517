/** Builds the main process: reads the configuration, takes the runtime directory, opens the log, and runs the supervisor. */
import type { ChildProcess } from 'node:child_process';
import { hostname } from 'node:os';
import { DirectoryLock, interfaceIndex, monotonicUs } from 'dgram-extensions';
import { RealTimeSignals } from 'dgram-extensions/signals';
import { instant } from '../../core/base/time.ts';
import { loadIpvsModule } from '../../drivers/ipvs-module.ts';
import { PROCESS_SCHEDULING } from '../../drivers/process-scheduling.ts';
import { runRuleTool } from '../../drivers/rule-tool.ts';
import { rulesetGeneration } from '../../drivers/ruleset-generation.ts';
import { createSdNotify } from '../../drivers/sd-notify.ts';
import { Syslog } from '../../drivers/syslog.ts';
import { startControl } from '../control/server.ts';
import type { Message } from '../frame/dispatch.ts';
import type { LogPlace, RunOptions } from '../frame/run-options.ts';
import { lateLogger } from '../outlets/late.ts';
import type { Logger, LogTarget } from '../outlets/log/log.ts';
import { Child, type ChildOptions } from '../supervisor/child.ts';
import { findingsText, loadConfig } from '../supervisor/load-config.ts';
import { startProcess } from '../supervisor/role-process.ts';
import {
  holdRuntimeDirectory,
  removePidFile,
  writeDump,
  writePidFile,
} from '../supervisor/runtime-files.ts';
import { RuntimeRecord } from '../supervisor/runtime-record.ts';
import { catchSignals } from '../supervisor/signals.ts';
import { firstRights } from '../supervisor/start-ahead.ts';
import { Supervisor, type SupervisorParts } from '../supervisor/supervisor.ts';

/** Exit status when the configuration is refused at start, as keepalived's. */
const EXIT_CONFIG = 2;
const EXIT_FATAL = 1;

/**
 * Runs Tandem in the foreground until it is stopped.
 *
 * @param ahead the vrrp process, when it was started before this file was loaded; it is gone when this resolves
 * @returns the exit status: 0 after an orderly stop, 1 when a process had to be killed or something of ours may be left in the kernel, and when
 *   another Tandem runs with the same runtime directory; 2 when the configuration is refused.
 */
export async function runSupervisor(options: RunOptions, ahead?: ChildProcess): Promise<number> {
  try {
    return await supervise(options, ahead);
  } finally {
    // One that has a configuration has ended; one that has none holds nothing.
    ahead?.kill('SIGKILL');
  }
}

async function supervise(options: RunOptions, ahead: ChildProcess | undefined): Promise<number> {
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
  const logger = openLogger(options);
  const status = await new Supervisor(
    openParts(options, { ...loaded, config }, { logger, ahead }),
  ).run();
  held.value.close();
  return status;
}

function openParts(
  options: RunOptions,
  loaded: SupervisorParts['loaded'],
  { logger, ahead }: { readonly logger: Logger; readonly ahead: ChildProcess | undefined },
): SupervisorParts {
  const { pidFile, runtimeDir } = options;
  return {
    options,
    loaded,
    logger,
    clock: { monotonic: () => instant(monotonicUs()), wall: () => Date.now() },
    notify: createSdNotify(),
    makeChild: <In extends Message, Out>(child: ChildOptions<In>) =>
      new Child<In, Out>(child.role === 'vrrp' ? { ...child, ahead } : child, {
        now: monotonicUs,
        start: startProcess,
      }),
    rights: firstRights(),
    scheduling: PROCESS_SCHEDULING,
    // A start needs none of these.
    readConfig: async (order, limits) =>
      (await import('../supervisor/load-apart.ts')).loadApart(order, limits),
    listenForMetrics: async (...where) =>
      (await import('../outlets/metrics/listener.ts')).listenForMetrics(...where),
    notifications: async () => {
      const { NotificationMachine } = await import('../../core/notifications/machine.ts');
      return new NotificationMachine({ user: 'root', host: hostname() });
    },
    openDumps: async (dumps) => {
      const { Dumps } = await import('../outlets/dumps/dumps.ts');
      return new Dumps({ ...dumps, write: writeDump });
    },
    loadIpvsModule,
    firewall: { call: runRuleTool, generation: () => rulesetGeneration(), interfaceIndex },
    startControl,
    catchSignals: (handlers) =>
      catchSignals(handlers, (numbers, onSignal) => void new RealTimeSignals(numbers, onSignal)),
    pidFile: { write: () => writePidFile(pidFile), remove: () => removePidFile(pidFile) },
    openRecord: (collect, onTrouble) => new RuntimeRecord(runtimeDir, collect, onTrouble),
  };
}

function openLogger({ logFormat: format, logLevel: level, logPlace }: RunOptions): Logger {
  const load = async (): Promise<Logger> => {
    const { createLogger } = await import('../outlets/log/log.ts');
    return createLogger({ format, level, target: logTarget(logPlace) });
  };
  return lateLogger(level, load, (line) => void process.stderr.write(`tandem: ${line}\n`));
}

function logTarget(place: LogPlace): LogTarget {
  if (place.kind !== 'syslog') return place;
  const log = new Syslog({ tag: 'tandem', facility: place.facility });
  return { kind: 'sink', style: 'journal', write: (line) => log.write(line) };
}
