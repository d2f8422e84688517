/**
 * `tandem check FILE` and keepalived's `-t`: reads a configuration with everything it includes, says what
 * is wrong with it, and runs nothing. Exit statuses are those of `keepalived -t`.
 */
import { appendFileSync } from 'node:fs';
import type { Diagnostic } from '../core/config/diagnostic.ts';
import { formatCounts, formatDiagnostic } from '../core/config/format-diagnostic.ts';
import type { ParseResult } from '../core/config/parse-config.ts';
import { type ReadOptions, readConfigFile } from '../daemon/load-config.ts';
import { configFileOf } from './config-file.ts';
import { EXIT_FAILED } from './exit.ts';
import { complain, print, textOptions } from './output.ts';
import { type Color, paint } from './table.ts';

/** What to read, and how. */
export interface CheckInput extends ReadOptions {
  /** The default file when undefined. */
  readonly configFile: string | undefined;
}

/** `tandem check`. */
export interface CheckCommand extends CheckInput {
  readonly json: boolean;
  /** Undefined: colours on a terminal. */
  readonly color: boolean | undefined;
}

/** keepalived's `-t`. */
export interface ConfigTest extends CheckInput {
  /** Findings are appended to this file instead of going to standard error. */
  readonly logFile: string | undefined;
}

/** Carries `tandem check` out; resolves with the exit status. */
export async function check(command: CheckCommand): Promise<number> {
  const file = configFileOf(command.configFile);
  const result = readConfigFile(file, command);
  const { verdict } = result;
  if (command.json) {
    const { files, diagnostics } = result;
    await print(`${JSON.stringify({ file, files, verdict, diagnostics }, null, 2)}\n`);
    return verdict.exitStatus;
  }
  const { color } = textOptions(command.color);
  const blocks = result.diagnostics
    .filter((item) => item.code !== 'not-supported-yet')
    .map((item) => `${colored(item, color)}\n\n`);
  await print(`${blocks.join('')}${withoutEffect(result)}${summary(file, result, color)}\n`);
  return verdict.exitStatus;
}

/** Carries `-t` out: silent when its status is 0; resolves with the exit status. */
export async function configTest(test: ConfigTest): Promise<number> {
  const result = readConfigFile(configFileOf(test.configFile), test);
  const text = result.diagnostics
    .filter((item) => item.severity !== 'notice')
    .map((item) => `${formatDiagnostic(item)}\n`)
    .join('');
  if (test.logFile === undefined) {
    if (text !== '') await complain(text);
    return result.verdict.exitStatus;
  }
  try {
    appendFileSync(test.logFile, text);
    return result.verdict.exitStatus;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await complain(`tandem: cannot write to ${test.logFile}: ${reason}`);
    return EXIT_FAILED;
  }
}

const SEVERITY_COLOR: Readonly<Record<Diagnostic['severity'], Color>> = {
  error: 'bad',
  warning: 'unsure',
  notice: 'faint',
};

/** The severity and the carets stand out. */
function colored(item: Diagnostic, isColored: boolean): string {
  const text = formatDiagnostic(item);
  if (!isColored) return text;
  const color = SEVERITY_COLOR[item.severity];
  const [first = '', ...rest] = text.split('\n');
  const head = first.replace(`${item.severity}:`, `${paint(item.severity, color, true)}:`);
  const lines = rest.map((line) =>
    line.replace(/^(\s+\|\s*)(\^+)$/, (_, margin: string, carets: string) => {
      return `${margin}${paint(carets, color, true)}`;
    }),
  );
  return [head, ...lines].join('\n');
}

/** One line for all keywords that do nothing yet; a block for each would drown the rest. */
function withoutEffect(result: ParseResult): string {
  const messages = result.diagnostics
    .filter((item) => item.code === 'not-supported-yet')
    .map((item) => item.message.replace(/: .*/, ''));
  return messages.length === 0 ? '' : `understood, no effect yet: ${messages.join(', ')}\n`;
}

function summary(file: string, result: ParseResult, isColored: boolean): string {
  const { verdict } = result;
  const found = verdict.errors + verdict.warnings + verdict.notices;
  if (verdict.refused) {
    return `${file}: ${paint('refused', 'bad', isColored)}, ${formatCounts(verdict)}`;
  }
  const counts = found === 0 ? '' : `, ${formatCounts(verdict)}`;
  return `${file}: ${paint('can be run', 'good', isColored)}${counts}`;
}
