/**
 * `tandem check FILE...` and keepalived's `-t`: reads configurations with everything they include, says
 * what is wrong with them, and runs nothing. Exit statuses are those of `keepalived -t`.
 */
import { appendFileSync, closeSync } from 'node:fs';
import { worstExit } from '../core/language/diagnostic.ts';
import { formatDiagnostic } from '../core/language/format-diagnostic.ts';
import type { ExitStatus } from '../core/language/severity.ts';
import { type ReadOptions, readConfigFile } from '../daemon/supervisor/load-config.ts';
import { openToAppend } from '../drivers/append-file.ts';
import { checkJson } from './check-json.ts';
import { checkSarif } from './check-sarif.ts';
import { checkText, checkTotals } from './check-text.ts';
import type { CheckedFile } from './checked-file.ts';
import { configFileOf } from './config-file.ts';
import { EXIT_FAILED } from './exit.ts';
import { complain, print, textOptions } from './output.ts';

/** How findings are written. */
export type CheckFormat = 'text' | 'json' | 'sarif';

/** `tandem check`. */
export interface CheckCommand extends ReadOptions {
  /** Files to check; the default file when there is none. */
  readonly files: readonly string[];
  readonly format: CheckFormat;
  /** Undefined: colours on a terminal. */
  readonly color: boolean | undefined;
}

/** keepalived's `-t`. */
export interface ConfigTest extends ReadOptions {
  /** The default file when undefined. */
  readonly configFile: string | undefined;
  /** Findings are appended to this file instead of going to standard error. */
  readonly logFile: string | undefined;
}

/** Carries `tandem check` out; resolves with the exit status. */
export async function check(command: CheckCommand): Promise<number> {
  const names = command.files.length === 0 ? [configFileOf(undefined)] : command.files;
  const checked: CheckedFile[] = [];
  let status: ExitStatus = 0;
  for (const file of names) {
    const { files, verdict, diagnostics } = readConfigFile(file, command);
    const one = { file, files, verdict, diagnostics };
    checked.push(one);
    status = worstExit(status, verdict.exitStatus);
    if (command.format === 'text') await print(checkText(one, textOptions(command.color)));
  }
  if (command.format === 'text' && checked.length > 1) await print(`\n${checkTotals(checked)}`);
  if (command.format === 'json') await print(checkJson(checked, status));
  if (command.format === 'sarif') await print(checkSarif(checked, status));
  return status;
}

/**
 * Carries `-t` out; resolves with the exit status. It tells what keepalived would tell, so that it is silent
 * when the status is 0; advice is `tandem check`'s.
 */
export async function configTest(test: ConfigTest): Promise<number> {
  const result = readConfigFile(configFileOf(test.configFile), test);
  const text = result.diagnostics
    .filter((item) => item.exit !== 0)
    .map((item) => `${formatDiagnostic(item)}\n`)
    .join('');
  if (test.logFile === undefined) {
    if (text !== '') await complain(text);
    return result.verdict.exitStatus;
  }
  let fd: number | undefined;
  try {
    fd = openToAppend(test.logFile);
    appendFileSync(fd, text);
    return result.verdict.exitStatus;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await complain(`tandem: cannot write to ${test.logFile}: ${reason}`);
    return EXIT_FAILED;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
