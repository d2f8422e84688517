/**
 * `tandem plan FILE`: what a reload with a configuration would do to what runs (asked of the running Tandem), or
 * to another configuration. It changes nothing.
 */
import { diffConfig } from '../core/config/diff/plan.ts';
import type { ConfigPlan, RunningFacts } from '../core/config/diff/types.ts';
import { formatDiagnostic } from '../core/config/format-diagnostic.ts';
import type { Config } from '../core/config/model.ts';
import { controlSocketPath } from '../core/control/messages.ts';
import { RUNNING_VERSION, type RunningReport } from '../core/control/running.ts';
import { type ReadOptions, readConfigFile } from '../daemon/load-config.ts';
import { VERSION } from '../daemon/version.ts';
import { configFileOf } from './config-file.ts';
import { controlRequest } from './control-client.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, complainOf, print, textOptions } from './output.ts';
import { renderPlan } from './render-plan.ts';

/** What to compare, and how to show it. */
export interface PlanCommand extends ReadOptions {
  /** The default file when undefined. */
  readonly configFile: string | undefined;
  /** A configuration file; the running Tandem when undefined. */
  readonly against: string | undefined;
  readonly runtimeDir: string;
  readonly json: boolean;
  readonly detailedExitCode: boolean;
  /** Undefined: colours on a terminal. */
  readonly color: boolean | undefined;
}

/** With `--detailed-exitcode`: something would change. */
const EXIT_CHANGES = 2;

/** The left side of the comparison. */
export interface PlanBase {
  readonly kind: 'running' | 'file';
  /** Its configuration file. */
  readonly file: string;
  /** When the running configuration was read, ISO 8601. */
  readonly loadedAt?: string;
  readonly config: Config;
  readonly facts: RunningFacts;
}

/** Carries the command out; resolves with the exit status. */
export async function plan(command: PlanCommand): Promise<number> {
  const file = configFileOf(command.configFile);
  const next = await configOf(file, command);
  if (next === undefined) return EXIT_FAILED;
  const base =
    command.against === undefined
      ? await runningBase(command.runtimeDir)
      : await fileBase(command.against, command);
  if (base === undefined) return EXIT_FAILED;
  const result = diffConfig(base.config, next, base.facts);
  if (command.json) await print(`${JSON.stringify(document(file, base, result), null, 2)}\n`);
  else await print(renderPlan({ file, base, plan: result }, textOptions(command.color)));
  return command.detailedExitCode && result.changes.length > 0 ? EXIT_CHANGES : EXIT_OK;
}

/** A configuration that may run; else says why it may not, as the reload would. */
async function configOf(file: string, options: ReadOptions): Promise<Config | undefined> {
  const { config, diagnostics } = readConfigFile(file, options);
  if (config !== undefined) return config;
  const reasons = diagnostics.filter(({ refuses }) => refuses);
  await complain(reasons.map((item) => `${formatDiagnostic(item)}\n`).join(''));
  await complain(`tandem: ${file} is refused; a reload would change nothing`);
  return undefined;
}

async function fileBase(file: string, options: ReadOptions): Promise<PlanBase | undefined> {
  const config = await configOf(file, options);
  return config === undefined ? undefined : { kind: 'file', file, config, facts: {} };
}

async function runningBase(runtimeDir: string): Promise<PlanBase | undefined> {
  const path = controlSocketPath(runtimeDir);
  const reply = await controlRequest({ path, request: { command: 'config' } });
  if (!reply.ok) {
    await complainOf(reply.error);
    if (reply.error.code === 'not-running') {
      await complain('To compare with a file instead, use --against FILE.');
    }
    return undefined;
  }
  const report = reply.value;
  if (!isReport(report) || report.version !== VERSION) {
    await complain('tandem: the running Tandem is of another version; use --against with its file');
    return undefined;
  }
  const { vrrp, health } = report;
  return {
    kind: 'running',
    file: report.file,
    loadedAt: report.loadedAt,
    config: report.config,
    facts: {
      ...(vrrp === null ? {} : { vrrp: new Map(vrrp.map((one) => [one.name, one])) }),
      ...(health === null ? {} : { health }),
    },
  };
}

/** The version decides: the same version has the same fields. */
function isReport(value: unknown): value is RunningReport {
  return (
    typeof value === 'object' &&
    value !== null &&
    'runningVersion' in value &&
    value.runningVersion === RUNNING_VERSION
  );
}

function document(file: string, base: PlanBase, result: ConfigPlan): object {
  const { planVersion, ...rest } = result;
  const { kind, loadedAt } = base;
  return {
    planVersion,
    file,
    against: { kind, file: base.file, ...(loadedAt === undefined ? {} : { loadedAt }) },
    ...rest,
  };
}
