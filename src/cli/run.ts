/** `tandem run`, and the program called in keepalived's way: options in, supervisor started. */
import { closeSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LogPlace, StartOptions } from '../daemon/frame/run-options.ts';
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
  /** The program has keepalived's name: PID files are where keepalived has them. */
  readonly isKeepalived: boolean;
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
    const runtimeDir = request.runtimeDir ?? (await runtimeDirOf(request));
    const more = ['--dont-fork', ...backgroundLog(request), ...placesFromHere(request)];
    return runInBackground([...args, ...more], resolve(runtimeDir));
  }
  if (request.umask !== undefined) process.umask(request.umask);
  const problem = logFileProblem(request.logPlace);
  if (problem !== undefined) {
    await complain(`tandem: ${problem}`);
    return EXIT_FAILED;
  }
  holdStops(request);
  if (request.namespace !== undefined) {
    const { enterNamespace } = await import('../daemon/supervisor/enter-place.ts');
    const entered = enterNamespace(request.namespace);
    if (!entered.ok) {
      await complain(`tandem: ${entered.error}`);
      return EXIT_FAILED;
    }
  }
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

/** Where the one that is started will be asked: the configuration may name it. */
async function runtimeDirOf({
  configFile,
  configId,
  strictIncludes,
  namespace,
}: RunRequest): Promise<string> {
  const [{ readConfigFile }, { runtimeDirectory }] = await Promise.all([
    import('../daemon/supervisor/load-config.ts'),
    import('../daemon/supervisor/place-names.ts'),
  ]);
  const file = configFileOf(configFile);
  const { config } = readConfigFile(file, { configId, strictIncludes, offline: true });
  return runtimeDirectory(undefined, {
    ...config?.place,
    ...(namespace === undefined ? {} : { namespace }),
  });
}

/** There is no console in the background: the system log takes its place, if it may. */
function backgroundLog(request: RunRequest): string[] {
  const hasPlace = request.logPlace !== undefined && request.logPlace.kind !== 'stdout';
  return hasPlace || request.noSyslog ? [] : ['--log-to', 'syslog'];
}

/**
 * The one in the background works in `/`, as keepalived does. What was named relative to where the command was
 * given is named to it by the whole path; a file that is not there may be meant relative to `/`.
 */
function placesFromHere({ configFile, runtimeDir }: RunRequest): string[] {
  const isHere = configFile !== undefined && existsSync(configFile);
  return [
    ...(isHere ? ['--use-file', resolve(configFile)] : []),
    ...(runtimeDir === undefined ? [] : ['--runtime-dir', resolve(runtimeDir)]),
  ];
}

function runOptions(request: RunRequest, { isKeepalived }: Invocation): StartOptions {
  const { runtimeDir, namespace, umask } = request;
  return {
    configFile: configFileOf(request.configFile),
    pidFiles: request.pidFiles,
    isKeepalived,
    logFormat: request.log.format,
    logLevel: request.log.level,
    logPlace: request.logPlace ?? { kind: 'stdout' },
    roles: request.roles,
    keepIpvsOnStop: request.keepIpvsOnStop,
    stopsWithChild: request.stopsWithChild,
    strictIncludes: request.strictIncludes,
    ...(request.configId === undefined ? {} : { configId: request.configId }),
    ...(runtimeDir === undefined ? {} : { runtimeDir }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(umask === undefined ? {} : { umask }),
    ...(request.metrics === undefined ? {} : { metrics: request.metrics }),
  };
}

async function complainAll(notices: readonly string[]): Promise<void> {
  for (const notice of notices) await complain(`tandem: ${notice}`);
}
