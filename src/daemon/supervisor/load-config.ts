/**
 * Reads a configuration with everything around it that the pure front end is given: files, environment,
 * host name, facts of this host. Serves start, reload and `tandem check` alike, so that they agree.
 */
import { hostname } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { monotonicUs } from 'dgram-extensions';
import { type Diagnostic, fileFinding } from '../../core/language/diagnostic.ts';
import { formatFindings } from '../../core/language/format-diagnostic.ts';
import type { HostFacts } from '../../core/language/host.ts';
import { type ParseResult, parseConfig } from '../../core/language/parse-config.ts';
import { printTree } from '../../core/language/print.ts';
import type { ExitStatus } from '../../core/language/severity.ts';
import type { Config } from '../../core/model/config.ts';
import { type ConfigFiles, withConfigFiles } from '../../drivers/config-files.ts';
import { REGEX_PROBLEM } from '../../drivers/regex.ts';
import { YAML_READER } from '../../drivers/yaml-source.ts';
import { AT_ONCE, readSteadily, SETTLED, type SteadyOptions } from './steady-read.ts';

/** What changes how a file is read. */
export interface ReadOptions {
  /** keepalived's `-i`; the host name up to its first dot when undefined. */
  readonly configId?: string | undefined;
  /** keepalived's `-e`: every include must match a file. */
  readonly strictIncludes?: boolean;
  /** The network namespace that we are in for `net_namespace`. */
  readonly namespace?: string | undefined;
  /** Without a look at this host's interfaces, programs and users. */
  readonly offline?: boolean;
}

/** What the thread of a reload is told. */
export interface LoadOrder {
  readonly file: string;
  readonly options: Pick<ReadOptions, 'configId' | 'strictIncludes' | 'namespace'>;
}

/** The outcome of a start or reload. */
export interface LoadedConfig {
  /** Absent when nothing can be run from the file. */
  readonly config: Config | undefined;
  /** Findings but `not-supported-yet`, which the configuration itself lists. */
  readonly findings: readonly Diagnostic[];
  readonly seconds: number;
  readonly errors: number;
  readonly warnings: number;
  /** All of it with what it includes, as statements that count, for `config_save_dir`; absent without that keyword. It has secrets. */
  readonly text?: string;
  /** What `tandem check` of the same file ends with. */
  readonly exitStatus: ExitStatus;
}

/** Reads and checks a file with all it includes. Never throws on input. */
export function readConfigFile(file: string, options: ReadOptions): ParseResult {
  return withConfigFiles((files) => parseFile(file, options, files), { given: [file] });
}

/** Reads a configuration for running it, or for saying what running it would do. */
export function loadConfig(
  file: string,
  options: ReadOptions,
  steady: SteadyOptions = AT_ONCE,
): LoadedConfig {
  const startUs = monotonicUs();
  const read = withConfigFiles(
    ({ loader: files, facts }) =>
      readSteadily(files, (loader) => parseFile(file, options, { loader, facts }), steady),
    { given: [file] },
  );
  const seconds = (monotonicUs() - startUs) / 1e6;
  if (!read.ok) {
    const attempts = steady.pausesMs.length + 1;
    const message = `"${read.error}" changes while it is read, ${attempts} times in a row`;
    return notLoaded(fileFinding('file-changing', message), seconds);
  }
  const { config, diagnostics, verdict, tree } = read.value;
  const isSaved = config?.global.files?.savedConfigs !== undefined;
  return {
    config,
    ...(isSaved ? { text: `# ${file}\n${printTree(tree)}` } : {}),
    findings: diagnostics.filter((item) => item.code !== 'not-supported-yet'),
    seconds,
    errors: verdict.errors,
    warnings: verdict.warnings,
    exitStatus: verdict.exitStatus,
  };
}

/** The thread of a reload: does what it was ordered and sends the outcome. */
export function loadInThread(): void {
  const { file, options } = workerData as LoadOrder;
  parentPort?.postMessage(loadConfig(file, options, SETTLED));
}

function parseFile(
  file: string,
  options: ReadOptions,
  { loader, facts }: ConfigFiles,
): ParseResult {
  const [shortName = ''] = hostname().split('.', 1);
  return parseConfig({
    file,
    loader,
    yaml: YAML_READER,
    regexProblem: REGEX_PROBLEM,
    configId: options.configId ?? shortName,
    strictIncludes: options.strictIncludes ?? false,
    environment: (name) => process.env[name],
    random: Math.random,
    ...(options.offline === true ? {} : { host: factsOf(facts(), options.namespace) }),
  });
}

function factsOf(host: HostFacts, namespace: string | undefined): HostFacts {
  return namespace === undefined ? host : { ...host, namespace };
}

/** No configuration, and one finding that says why. */
export function notLoaded(finding: Diagnostic, seconds: number): LoadedConfig {
  return {
    config: undefined,
    findings: [finding],
    seconds,
    errors: 1,
    warnings: 0,
    exitStatus: finding.exit,
  };
}

/** Findings with source lines and carets, for people. */
export function findingsText(findings: readonly Diagnostic[]): string {
  return formatFindings(findings)
    .map((text) => `${text}\n`)
    .join('');
}
