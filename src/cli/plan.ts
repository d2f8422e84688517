/**
 * `tandem plan [FILE]`: what a reload with a configuration would do to what runs (asked of the running Tandem), or to
 * another configuration, and whether it would be refused. It changes nothing.
 */
import { visibleData } from '../core/base/visible.ts';
import type { ControlError } from '../core/control/messages.ts';
import type { RunningReport } from '../core/control/running.ts';
import { type ConfigPlan, PLAN_VERSION } from '../core/plan/config-plan.ts';
import { diffConfig } from '../core/plan/diff-config.ts';
import {
  mayReload,
  mistakesOf,
  type ReloadVerdict,
  servingParts,
} from '../core/plan/reload-policy.ts';
import { VERSION } from '../daemon/frame/version.ts';
import {
  findingsText,
  type LoadedConfig,
  loadConfig,
  type ReadOptions,
} from '../daemon/supervisor/load-config.ts';
import { interfaceNames } from '../drivers/host-interfaces.ts';
import { ask, OTHER_VERSION } from './ask.ts';
import { configFileOf } from './config-file.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, complainOf, print, textOptions } from './output.ts';
import type { PlanBase } from './plan-base.ts';
import { renderPlan } from './render-plan.ts';

/** What to compare, and how to show it. */
export interface PlanCommand {
  /** The file of the running Tandem when undefined. */
  readonly configFile: string | undefined;
  /** A configuration file; the running Tandem when undefined. */
  readonly against: string | undefined;
  readonly runtimeDir: string;
  /** As the running Tandem has it when undefined. */
  readonly configId: string | undefined;
  /** As the running Tandem has it when undefined. */
  readonly strictIncludes: boolean | undefined;
  readonly offline: boolean;
  /** As `tandem reload --allow-empty` would. */
  readonly allowEmpty: boolean;
  readonly json: boolean;
  readonly detailedExitCode: boolean;
  /** Undefined: colours on a terminal. */
  readonly color: boolean | undefined;
}

const IS_OF_OTHER_VERSION = 'the running Tandem is of another version';
/** With `--detailed-exitcode`: something would change. */
const EXIT_CHANGES = 2;

/** Carries the command out; resolves with the exit status. */
export async function plan(command: PlanCommand): Promise<number> {
  const running = await askRunning(command);
  const file = command.configFile ?? running.report?.file ?? configFileOf(undefined);
  const options = readOptions(command, running.report);
  const base =
    command.against === undefined
      ? runningBase(running.report)
      : await fileBase(command.against, options);
  if (base === undefined) {
    if (command.against === undefined) await complainOfRunning(running, file);
    return EXIT_FAILED;
  }
  if (command.configFile === undefined && running.report === undefined) {
    const why = running.error?.message ?? IS_OF_OTHER_VERSION;
    await complain(`tandem: ${why}; this is about ${file}`);
  }
  const loaded = loadConfig(file, options);
  const verdict = mayReload(
    { config: servingParts(base.config, base.roles), mistakes: base.mistakes },
    loaded,
    command,
  );
  const { config } = loaded;
  const text = findingsText(verdict.findings);
  if (text !== '') await complain(text);
  if (verdict.isRefused || config === undefined)
    return refused({ file, base, verdict, loaded }, command);
  const facts = command.offline ? base.facts : { ...base.facts, interfaces: interfaceNames() };
  const result = diffConfig(base.config, config, facts);
  if (command.json) await printJson({ file, base, verdict, result });
  else
    await print(renderPlan(visibleData({ file, base, plan: result }), textOptions(command.color)));
  return command.detailedExitCode && result.changes.length > 0 ? EXIT_CHANGES : EXIT_OK;
}

/** What is known of the director that runs here. */
interface Running {
  readonly report?: RunningReport;
  readonly error?: ControlError;
}

/** With two files named nobody is asked. */
async function askRunning({ configFile, against, runtimeDir }: PlanCommand): Promise<Running> {
  if (configFile !== undefined && against !== undefined) return {};
  const reply = await ask({ command: 'config' }, { runtimeDir });
  if (!reply.ok) return reply.error.code === OTHER_VERSION ? {} : { error: reply.error };
  const { value: report } = reply;
  return report.version === VERSION ? { report } : {};
}

async function complainOfRunning({ error }: Running, file: string): Promise<void> {
  if (error === undefined) {
    await complain(`tandem: ${IS_OF_OTHER_VERSION}; use --against with its file`);
    return;
  }
  await complainOf(error);
  if (error.code === 'not-running') {
    await complain(
      `To compare with a file instead, use --against FILE. A start would read ${file}.`,
    );
  }
}

/** What the command line does not say is as the director has it: a reload reads the file in that way. */
function readOptions(command: PlanCommand, report: RunningReport | undefined): ReadOptions {
  return {
    configId: command.configId ?? report?.options.configId ?? undefined,
    strictIncludes: command.strictIncludes ?? report?.options.strictIncludes ?? false,
    offline: command.offline,
  };
}

async function fileBase(file: string, options: ReadOptions): Promise<PlanBase | undefined> {
  const loaded = loadConfig(file, options);
  const { config, findings } = loaded;
  if (config === undefined) {
    await complain(findingsText(findings.filter(({ refuses }) => refuses)));
    await complain(`tandem: nothing can be run from ${file}, so nothing can be compared with it`);
    return undefined;
  }
  const roles = { vrrp: true, health: true };
  return { kind: 'file', file, config, roles, mistakes: mistakesOf(loaded), facts: {} };
}

function runningBase(report: RunningReport | undefined): PlanBase | undefined {
  if (report === undefined) return undefined;
  const { vrrp, health, file, loadedAt, config, roles, mistakes } = report;
  return {
    kind: 'running',
    file,
    loadedAt,
    config,
    roles,
    mistakes,
    facts: {
      ...(vrrp === null ? {} : { vrrp: new Map(vrrp.map((one) => [one.name, one])) }),
      ...(health === null ? {} : { health }),
    },
  };
}

/** Says so; the exit status is that of `tandem check`, which tells what is wrong with the file. */
async function refused(
  outcome: Omit<Outcome, 'result'> & { readonly loaded: LoadedConfig },
  { json, detailedExitCode }: PlanCommand,
): Promise<number> {
  const { file, verdict, loaded } = outcome;
  if (json) await printJson(outcome);
  await complain(`tandem: a reload with ${file} would be refused: ${verdict.reasons.join('; ')}`);
  return detailedExitCode || loaded.exitStatus === 0 ? EXIT_FAILED : loaded.exitStatus;
}

/** What came out. */
interface Outcome {
  readonly file: string;
  readonly base: PlanBase;
  readonly verdict: ReloadVerdict;
  /** Absent when the reload would be refused. */
  readonly result?: ConfigPlan;
}

function printJson({ file, base, verdict, result }: Outcome): Promise<void> {
  const { kind, loadedAt } = base;
  const { isRefused, reasons, findings } = verdict;
  const document = {
    planVersion: PLAN_VERSION,
    file,
    against: { kind, file: base.file, ...(loadedAt === undefined ? {} : { loadedAt }) },
    reload: { refused: isRefused, reasons },
    findings,
    ...result,
  };
  return print(`${JSON.stringify(document, null, 2)}\n`);
}
