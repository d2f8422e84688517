/** Builds the main process: reads the configuration, takes the runtime directory, opens the log, and runs the supervisor. */
import type { ChildProcess } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DirectoryLock, interfaceIndex, monotonicUs } from 'dgram-extensions';
import { RealTimeSignals } from 'dgram-extensions/signals';
import { instant } from '../../core/base/time.ts';
import { loadIpvsModule } from '../../drivers/ipvs-module.ts';
import type { NetworkNamespace } from '../../drivers/network-namespace.ts';
import { OwnProcess } from '../../drivers/own-process.ts';
import { ProcessEvents } from '../../drivers/process-events.ts';
import { PROCESS_SCHEDULING } from '../../drivers/process-scheduling.ts';
import { runRuleTool } from '../../drivers/rule-tool.ts';
import { rulesetGeneration } from '../../drivers/ruleset-generation.ts';
import { createSdNotify } from '../../drivers/sd-notify.ts';
import { Syslog } from '../../drivers/syslog.ts';
import { TrackedFile } from '../../drivers/tracked-file.ts';
import { startControl } from '../control/server.ts';
import type { Message } from '../frame/dispatch.ts';
import type { LogPlace, RunOptions, StartOptions } from '../frame/run-options.ts';
import { lateLogger } from '../outlets/late.ts';
import type { Logger, LogTarget } from '../outlets/log/log.ts';
import { Child, type ChildOptions } from '../supervisor/child.ts';
import { HoldingsRecord } from '../supervisor/holdings-record.ts';
import { loadInPlace } from '../supervisor/load-in-place.ts';
import { WrittenPidFiles } from '../supervisor/pid-files.ts';
import { type PidFiles, pidFiles, runtimeDirectory } from '../supervisor/place-names.ts';
import { startProcess } from '../supervisor/role-process.ts';
import {
  holdRuntimeDirectory,
  makeCopyDirectory,
  removeFile,
  replaceOwnFile,
  writeDump,
} from '../supervisor/runtime-files.ts';
import { RuntimeRecord } from '../supervisor/runtime-record.ts';
import { catchSignals } from '../supervisor/signals.ts';
import { firstRights } from '../supervisor/start-ahead.ts';
import { Supervisor, type SupervisorParts } from '../supervisor/supervisor.ts';

const EXIT_FATAL = 1;

/**
 * Runs Tandem in the foreground until it is stopped.
 *
 * @param ahead the vrrp process, when it was started before this file was loaded; it is gone when this resolves
 * @returns the exit status: 0 after an orderly stop, 1 when a process had to be killed or something of ours may be left in the kernel, and when
 *   another Tandem runs with the same runtime directory; 2 when the configuration is refused.
 */
export async function runSupervisor(options: StartOptions, ahead?: ChildProcess): Promise<number> {
  try {
    return await supervise(options, ahead);
  } finally {
    // One that has a configuration has ended; one that has none holds nothing.
    ahead?.kill('SIGKILL');
  }
}

async function supervise(given: StartOptions, early: ChildProcess | undefined): Promise<number> {
  const placed = loadInPlace(given);
  if (!placed.ok) {
    process.stderr.write(placed.error.text);
    return placed.error.status;
  }
  const { loaded, place, ipvsNamespace, hasMoved } = placed.value;
  const options: RunOptions = { ...given, runtimeDir: runtimeDirectory(given.runtimeDir, place) };
  const held = holdRuntimeDirectory(options.runtimeDir, (path) => new DirectoryLock(path));
  if (!held.ok) {
    process.stderr.write(`tandem: ${held.error}\n`);
    return EXIT_FATAL;
  }
  const parts = openParts(options, loaded, {
    logger: openLogger(options),
    // One that was started before is where we were then.
    ahead: hasMoved ? undefined : early,
    ipvsNamespace,
    files: pidFiles(given.pidFiles, place, given.isKeepalived),
  });
  if (hasMoved) early?.kill('SIGKILL');
  const status = await new Supervisor(parts).run();
  held.value.close();
  return status;
}

interface Opened {
  readonly logger: Logger;
  readonly ahead: ChildProcess | undefined;
  readonly ipvsNamespace: NetworkNamespace | undefined;
  readonly files: PidFiles;
}

function openParts(
  options: RunOptions,
  loaded: SupervisorParts['loaded'],
  { logger, ahead, ipvsNamespace, files }: Opened,
): SupervisorParts {
  const { runtimeDir } = options;
  return {
    options,
    loaded,
    logger,
    clock: { monotonic: () => instant(monotonicUs()), wall: () => Date.now() },
    notify: createSdNotify(),
    makeChild: <In extends Message, Out>(child: ChildOptions<In>) =>
      new Child<In, Out>(child.role === 'vrrp' ? { ...child, ahead } : child, {
        now: monotonicUs,
        start: (program) =>
          program.role === 'health' && ipvsNamespace !== undefined
            ? ipvsNamespace.during(() => startProcess(program))
            : startProcess(program),
      }),
    rights: firstRights(),
    scheduling: PROCESS_SCHEDULING,
    hearProcesses: (onChange) => new ProcessEvents(onChange),
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
    pidFiles: new WrittenPidFiles(files),
    own: new OwnProcess(),
    traces: {
      besides: files.main ?? join(runtimeDir, 'main.pid'),
      makeDirectory: makeCopyDirectory,
      write: replaceOwnFile,
      remove: removeFile,
    },
    reloadClock: {
      watch: (path, onRead) => new TrackedFile({ path, onRead }),
      remove: (path) => void removeFile(path),
    },
    openRecord: (collect, onTrouble) => new RuntimeRecord(runtimeDir, collect, onTrouble),
    openHoldings: (collect, onTrouble) => new HoldingsRecord(runtimeDir, collect, onTrouble),
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
