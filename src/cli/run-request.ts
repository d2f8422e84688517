/** What a command line in keepalived's style asks for. It reads nothing but the words themselves. */
import { type IpAddress, parseIp } from '../core/base/address.ts';
import { err, ok, type Result } from '../core/base/result.ts';
import type { LogPlace } from '../daemon/frame/run-options.ts';
import type { LogLevel } from '../daemon/outlets/log/log-text.ts';
import type { PidFiles } from '../daemon/supervisor/place-names.ts';
import { SIGNALS } from '../daemon/supervisor/signals.ts';
import { SYSLOG_FACILITY } from '../drivers/syslog.ts';
import { type GivenOption, getopt } from './getopt.ts';
import { RUN_FLAGS, type RunFlagName } from './run-flags.ts';

/** Settings of a run. */
export interface RunRequest {
  /** As given with `-f`; undefined = the default file. */
  readonly configFile: string | undefined;
  readonly configId: string | undefined;
  readonly strictIncludes: boolean;
  /** Undefined: as the configuration says. */
  readonly runtimeDir: string | undefined;
  readonly roles: { readonly vrrp: boolean; readonly health: boolean };
  readonly pidFiles: PidFiles;
  /** keepalived's `-s`. */
  readonly namespace: string | undefined;
  readonly foreground: boolean;
  readonly log: { readonly format: 'text' | 'json'; readonly level: LogLevel };
  /** Undefined: standard output in the foreground, the system log in the background. */
  readonly logPlace: LogPlace | undefined;
  /** keepalived's `-G`. */
  readonly noSyslog: boolean;
  /** Facility for when the system log is used. */
  readonly logFacility: number;
  readonly metrics: { readonly address: IpAddress; readonly port: number } | false | undefined;
  readonly keepIpvsOnStop: boolean;
  readonly umask: number | undefined;
  /** keepalived's `-R`. */
  readonly stopsWithChild: boolean;
  readonly ignoresInterrupt: boolean;
}

/** What is to be done. */
export type CommandLine =
  | { readonly action: 'run'; readonly request: RunRequest; readonly notices: readonly string[] }
  | {
      readonly action: 'test';
      readonly configFile: string | undefined;
      readonly configId: string | undefined;
      readonly strictIncludes: boolean;
      /** Diagnostics are appended to this file instead of going to standard error. */
      readonly logFile: string | undefined;
      readonly notices: readonly string[];
    }
  | { readonly action: 'signum'; readonly number: number }
  | { readonly action: 'version' }
  | { readonly action: 'help' };

const LOG_LEVELS: readonly LogLevel[] = ['error', 'warning', 'notice', 'info', 'debug'];
const LOG_FILE_DEFAULT = '/var/log/tandem.log';
const PORT_DEFAULT = 9165;
const LOOPBACK = '127.0.0.1';

/** Reads a command line; the error is a line for the operator. */
export function parseCommandLine(args: readonly string[]): Result<CommandLine, string> {
  const parsed = getopt(args, RUN_FLAGS);
  if (parsed.problem !== undefined) return err(parsed.problem);
  const given = new Given(parsed.options);
  if (given.has('help')) return ok({ action: 'help' });
  if (given.has('version')) return ok({ action: 'version' });
  if (given.has('genhash')) return err('-T (--genhash) has to be the first option');
  const signal = given.value('signum');
  if (signal !== undefined) {
    const number = SIGNALS[signal];
    if (number === undefined) return err(`unknown signal ${signal}: one of ${names(SIGNALS)}`);
    return ok({ action: 'signum', number });
  }
  const notices = noticesOf(parsed.options);
  if (given.has('config-test')) return ok(testRequest(given, parsed.words, notices));
  if (parsed.words.length > 0) notices.push(`ignored: ${parsed.words.join(' ')}`);
  const request = runRequest(given);
  return request.ok ? ok({ action: 'run', request: request.value, notices }) : request;
}

/** Options by name; of several the last counts. */
class Given {
  readonly #options: readonly GivenOption<RunFlagName>[];

  constructor(options: readonly GivenOption<RunFlagName>[]) {
    this.#options = options;
  }

  count(name: RunFlagName): number {
    return this.#options.filter((option) => option.name === name).length;
  }

  has(name: RunFlagName): boolean {
    return this.count(name) > 0;
  }

  value(name: RunFlagName): string | undefined {
    return this.#options.findLast((option) => option.name === name)?.value;
  }
}

function noticesOf(options: readonly GivenOption<RunFlagName>[]): string[] {
  const names = new Set(options.map((option) => option.name));
  return RUN_FLAGS.filter(({ name }) => names.has(name)).flatMap(
    ({ long = '', effect, help, instead }) => {
      if (effect === 'not-yet') return `--${long} has no effect yet (${help})`;
      return effect === 'never' ? `--${long} has no effect: ${instead}` : [];
    },
  );
}

/**
 * keepalived ignores a word behind `-t` and checks the default file instead, which is never what was
 * meant: without `-f` the word is the file.
 */
function testRequest(
  given: Given,
  words: readonly string[],
  notices: readonly string[],
): Extract<CommandLine, { action: 'test' }> {
  const [word, ...surplus] = given.has('use-file') ? [undefined, ...words] : words;
  return {
    action: 'test',
    configFile: given.value('use-file') ?? word,
    configId: given.value('config-id'),
    strictIncludes: given.has('all-config'),
    logFile: given.value('config-test'),
    notices: surplus.length === 0 ? notices : [...notices, `ignored: ${surplus.join(' ')}`],
  };
}

function runRequest(given: Given): Result<RunRequest, string> {
  const level = given.value('log-level') ?? (given.count('log-detail') > 1 ? 'debug' : 'info');
  if (!isLogLevel(level)) return err(`--log-level is one of ${LOG_LEVELS.join(', ')}`);
  const format = given.value('log-format') ?? 'text';
  if (format !== 'text' && format !== 'json') return err('--log-format is text or json');
  const facility = facilityOf(given.value('log-facility') ?? 'daemon');
  if (facility === undefined) return err(`--log-facility is 0 to 7 or ${names(SYSLOG_FACILITY)}`);
  const umask = given.value('umask');
  if (umask !== undefined && !/^[0-7]{1,4}$/.test(umask)) return err('--umask is an octal number');
  const metrics = metricsOf(given);
  if (!metrics.ok) return metrics;
  const only = given.has('vrrp') !== given.has('check');
  return ok({
    configFile: given.value('use-file'),
    configId: given.value('config-id'),
    strictIncludes: given.has('all-config'),
    runtimeDir: given.value('runtime-dir'),
    roles: {
      vrrp: !only || given.has('vrrp'),
      health: !only || given.has('check'),
    },
    pidFiles: {
      ...named('main', given.value('pid')),
      ...named('vrrp', given.value('vrrp-pid')),
      ...named('health', given.value('checkers-pid')),
      ...named('bfd', given.value('bfd-pid')),
    },
    namespace: given.value('namespace'),
    foreground: given.has('dont-fork'),
    log: { format, level },
    logPlace: logPlaceOf(given, facility),
    noSyslog: given.has('no-syslog'),
    logFacility: facility,
    metrics: metrics.value,
    keepIpvsOnStop: given.has('dont-release-ipvs'),
    umask: umask === undefined ? undefined : Number.parseInt(umask, 8),
    stopsWithChild: given.has('dont-respawn'),
    ignoresInterrupt: given.has('ignore-sigint'),
  });
}

function named(process: keyof PidFiles, path: string | undefined): PidFiles {
  return path === undefined ? {} : { [process]: path };
}

function logPlaceOf(given: Given, facility: number): LogPlace | undefined {
  const place = given.value('log-to');
  if (place === 'stdout') return { kind: 'stdout' };
  if (place === 'syslog') return { kind: 'syslog', facility };
  if (place !== undefined) return { kind: 'file', path: place };
  if (given.has('log-file'))
    return { kind: 'file', path: given.value('log-file') ?? LOG_FILE_DEFAULT };
  return given.has('log-console') ? { kind: 'stdout' } : undefined;
}

/** A bare number is that of a `local` facility. */
function facilityOf(text: string): number | undefined {
  return /^[0-7]$/.test(text) ? SYSLOG_FACILITY[`local${text}`] : SYSLOG_FACILITY[text];
}

function metricsOf(given: Given): Result<RunRequest['metrics'], string> {
  if (given.has('no-metrics')) return ok(false);
  const text = given.value('metrics');
  if (text === undefined) return ok(undefined);
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*))?:?(\d+)?$/.exec(text) ?? [];
  const isPortOnly = plain !== undefined && /^\d+$/.test(plain) && port === undefined;
  const host = isPortOnly ? undefined : bracketed || plain || undefined;
  const address = parseIp(host ?? LOOPBACK);
  const number = Number((isPortOnly ? plain : port) ?? PORT_DEFAULT);
  if (address === undefined || number > 65_535) {
    return err('--metrics is ADDRESS:PORT, [ADDRESS]:PORT or PORT');
  }
  return ok({ address, port: number });
}

function isLogLevel(text: string): text is LogLevel {
  return LOG_LEVELS.some((level) => level === text);
}

function names(table: Readonly<Record<string, unknown>>): string {
  return Object.keys(table).join(', ');
}
