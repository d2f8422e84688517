/** `tandem run`, and the program called in keepalived's way: options in, supervisor started. */
import { closeSync } from 'node:fs';
import type { LogPlace, RunOptions } from '../daemon/frame/run-options.ts';
import { holdStops } from '../daemon/supervisor/signals.ts';
import { startVrrpAhead } from '../daemon/supervisor/start-ahead.ts';
import { openToAppend } from '../drivers/append-file.ts';
import { configFileOf } from './config-file.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, print } from './output.ts';
import { runHelp } from './run-flags.ts';
import { parseCommandLine, type RunRequest } from './run-request.ts';

/** How the program was called. */
export interface Invocation {
  /**
   * `subcommand`: `tandem run`, which stays in the foreground. `keepalived`: bare options, which go to the
   * background without `-n`, as scripts written for keepalived expect.
   */
  readonly style: 'subcommand' | 'keepalived';
  /** Where the PID is written when no option says so; `undefined` = nowhere. */
  readonly pidFile: string | undefined;
}

/** Carries the command line out; resolves with the exit status. */
export async function run(args: readonly string[], invocation: Invocation): Promise<number> {
  const parsed = parseCommandLine(args);
  if (!parsed.ok) {
    await complain(`tandem: ${parsed.error}`);
    await complain("Try 'tandem run --help'.");
    return EXIT_FAILED;
  }
  const { value } = parsed;
  switch (value.action) {
    case 'help':
      await print(runHelp());
      return EXIT_OK;
    case 'version':
      // keepalived tells its version on standard error, and scripts read it there.
      await complain((await import('./version.ts')).versionLine());
      return EXIT_OK;
    case 'signum':
      await print(`${value.number}\n`);
      return EXIT_OK;
    case 'test': {
      await complainAll(value.notices);
      const { configTest } = await import('./check.ts');
      return configTest(value);
    }
    case 'run':
      await complainAll(value.notices);
      return start(args, value.request, invocation);
  }
}

async function start(
  args: readonly string[],
  request: RunRequest,
  invocation: Invocation,
): Promise<number> {
  if (invocation.style === 'keepalived' && !request.foreground) {
    const { runInBackground } = await import('./background.ts');
    return runInBackground([...args, '--dont-fork', ...backgroundLog(request)], request.runtimeDir);
  }
  if (request.umask !== undefined) process.umask(request.umask);
  const problem = logFileProblem(request.logPlace);
  if (problem !== undefined) {
    await complain(`tandem: ${problem}`);
    return EXIT_FAILED;
  }
  holdStops();
  const ahead = request.roles.vrrp ? startVrrpAhead() : undefined;
  // All else that is loaded is loaded beside it.
  const { runSupervisor } = await import('../daemon/compose/supervisor.ts');
  return runSupervisor(runOptions(request, invocation), ahead);
}

/** keepalived ends with status 1, too, when it cannot open its log file. */
function logFileProblem(place: LogPlace | undefined): string | undefined {
  if (place?.kind !== 'file') return undefined;
  try {
    closeSync(openToAppend(place.path));
    return undefined;
  } catch (error) {
    return `cannot open the log file: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** There is no console in the background: the system log takes its place, if it may. */
function backgroundLog(request: RunRequest): string[] {
  const hasPlace = request.logPlace !== undefined && request.logPlace.kind !== 'stdout';
  return hasPlace || request.noSyslog ? [] : ['--log-to', 'syslog'];
}

function runOptions(request: RunRequest, invocation: Invocation): RunOptions {
  const pidFile = request.pidFile ?? invocation.pidFile;
  return {
    configFile: configFileOf(request.configFile),
    runtimeDir: request.runtimeDir,
    logFormat: request.log.format,
    logLevel: request.log.level,
    logPlace: request.logPlace ?? { kind: 'stdout' },
    roles: request.roles,
    keepIpvsOnStop: request.keepIpvsOnStop,
    strictIncludes: request.strictIncludes,
    ...(request.configId === undefined ? {} : { configId: request.configId }),
    ...(pidFile === undefined ? {} : { pidFile }),
    ...(request.metrics === undefined ? {} : { metrics: request.metrics }),
  };
}

async function complainAll(notices: readonly string[]): Promise<void> {
  for (const notice of notices) await complain(`tandem: ${notice}`);
}
