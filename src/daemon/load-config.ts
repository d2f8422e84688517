/**
 * Reads a configuration with everything around it that the pure front end is given: files, environment,
 * host name, facts of this host. Serves start, reload and `tandem check` alike, so that they agree.
 */
import { hostname } from 'node:os';
import { monotonicUs } from 'dgram-extensions';
import { formatDiagnostic, placeText } from '../core/config/format-diagnostic.ts';
import type { Config } from '../core/config/model.ts';
import { type ParseResult, parseConfig } from '../core/config/parse-config.ts';
import { withConfigFiles } from '../drivers/config-files.ts';
import { REGEX_PROBLEM } from '../drivers/regex.ts';
import { YAML_READER } from '../drivers/yaml-source.ts';

/** What changes how a file is read. */
export interface ReadOptions {
  /** keepalived's `-i`; the host name up to its first dot when undefined. */
  readonly configId?: string | undefined;
  /** keepalived's `-e`: every include must match a file. */
  readonly strictIncludes?: boolean;
  /** Without a look at this host's interfaces, programs and users. */
  readonly offline?: boolean;
}

/** A finding as the log takes it. */
export interface LoadedDiagnostic {
  readonly severity: 'error' | 'warning' | 'notice';
  readonly code: string;
  readonly place: string;
  readonly message: string;
}

/** The outcome of a start or reload. */
export interface LoadedConfig {
  /** Absent when the file is refused. */
  readonly config: Config | undefined;
  /** Findings but `not-supported-yet`, which the configuration itself lists. */
  readonly diagnostics: readonly LoadedDiagnostic[];
  /** The same with source lines and carets, for people. */
  readonly text: string;
  readonly seconds: number;
  readonly errors: number;
  readonly warnings: number;
}

/** Reads and checks a file with all it includes. Never throws on input. */
export function readConfigFile(file: string, options: ReadOptions): ParseResult {
  const [shortName = ''] = hostname().split('.', 1);
  return withConfigFiles(({ loader, facts }) =>
    parseConfig({
      file,
      loader,
      yaml: YAML_READER,
      regexProblem: REGEX_PROBLEM,
      configId: options.configId ?? shortName,
      strictIncludes: options.strictIncludes ?? false,
      environment: (name) => process.env[name],
      random: Math.random,
      ...(options.offline === true ? {} : { host: facts() }),
    }),
  );
}

/** Reads a configuration for running it. */
export function loadConfig(file: string, options: ReadOptions): LoadedConfig {
  const startUs = monotonicUs();
  const { config, diagnostics, verdict } = readConfigFile(file, options);
  const shown = diagnostics.filter((item) => item.code !== 'not-supported-yet');
  return {
    config,
    diagnostics: shown.map((item) => ({
      severity: item.severity,
      code: item.code,
      place: placeText(item.span),
      message: item.message,
    })),
    text: shown.map((item) => `${formatDiagnostic(item)}\n`).join(''),
    seconds: (monotonicUs() - startUs) / 1e6,
    errors: verdict.errors,
    warnings: verdict.warnings,
  };
}
