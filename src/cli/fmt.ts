/**
 * `tandem fmt`: lays configuration files out in the canonical way. It works on the text as written, so
 * includes, definitions, conditions and comments stay, and it refuses what it cannot lay out safely.
 */
import { readFileSync, statSync } from 'node:fs';
import { visible } from '../core/base/visible.ts';
import { formatDiagnostic } from '../core/language/format-diagnostic.ts';
import { formatSource } from '../core/language/print-source.ts';
import { maskedLine } from '../core/language/secret-words.ts';
import { isYamlName } from '../core/language/yaml/document.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, print, textOptions } from './output.ts';
import { paint } from './table.ts';
import { unifiedDiff } from './text-diff.ts';
import { replaceFile } from './write-file.ts';

/** What to format, and what to do with the result. */
export interface FmtCommand {
  /** Names; `-` is standard input. */
  readonly files: readonly string[];
  /** Write the files. */
  readonly write: boolean;
  /** Fail when a file would change. */
  readonly check: boolean;
  /** Show the difference. */
  readonly diff: boolean;
  /** Blanks for each level. */
  readonly indent: number;
  /** Undefined: colours on a terminal. */
  readonly color: boolean | undefined;
}

/** Carries the command out; resolves with the exit status. */
export async function fmt(command: FmtCommand): Promise<number> {
  if (command.write && command.files.includes('-')) {
    await complain('tandem fmt: standard input cannot be written back: leave -w out');
    return EXIT_FAILED;
  }
  let status = EXIT_OK;
  for (const file of command.files) {
    if (isYamlName(file)) {
      await complain(
        `tandem fmt: ${file}: YAML has formatters of its own; this is for keepalived.conf`,
      );
      status = EXIT_FAILED;
      continue;
    }
    const read = readText(file);
    if (!read.ok) {
      await complain(`tandem fmt: ${read.problem}`);
      status = EXIT_FAILED;
    } else if ((await formatOne(file, read.text, command)) !== EXIT_OK) status = EXIT_FAILED;
  }
  return status;
}

async function formatOne(file: string, text: string, command: FmtCommand): Promise<number> {
  const name = file === '-' ? '<stdin>' : file;
  const result = formatSource({ file: name, text }, { indent: command.indent });
  if (!result.ok) {
    const findings = result.diagnostics.map((item) => `${formatDiagnostic(item)}\n\n`).join('');
    await complain(`${findings}${name}: not formatted: ${result.problem}`);
    return EXIT_FAILED;
  }
  const isChanged = result.text !== text;
  if (command.diff) await print(shownDiff(unifiedDiff(name, text, result.text), command.color));
  if (command.write) {
    if (!isChanged) return EXIT_OK;
    const problem = replaceFile(file, result.text);
    if (problem !== undefined) {
      await complain(`tandem fmt: ${problem}`);
      return EXIT_FAILED;
    }
    if (!command.diff) await print(`${name}\n`);
    return command.check ? EXIT_FAILED : EXIT_OK;
  }
  if (command.check) {
    if (isChanged && !command.diff) await print(`${name}\n`);
    return isChanged ? EXIT_FAILED : EXIT_OK;
  }
  if (!command.diff) await print(result.text);
  return EXIT_OK;
}

function shownDiff(lines: readonly string[], wantsColor: boolean | undefined): string {
  const { color } = textOptions(wantsColor);
  return lines
    .map(withoutSecret)
    .map((line, index) => {
      if (index < 2) return `${paint(line, 'strong', color)}\n`;
      const mark = line.charAt(0);
      if (mark === '@') return `${paint(line, 'faint', color)}\n`;
      const kind = mark === '+' ? 'good' : mark === '-' ? 'bad' : undefined;
      return `${paint(line, kind, color)}\n`;
    })
    .join('');
}

/** A difference goes to terminals and logs; what is written with -w is complete. */
function withoutSecret(line: string, index: number): string {
  return visible(index < 2 ? line : line.charAt(0) + maskedLine(line.slice(1)));
}

type ReadText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/** The text of a file, only if it is UTF-8: writing it back must not lose bytes. */
function readText(file: string): ReadText {
  let bytes: Buffer;
  try {
    // Reading a FIFO or a device may wait for ever.
    if (file !== '-' && !statSync(file).isFile()) {
      return { ok: false, problem: `${file}: not a regular file` };
    }
    bytes = readFileSync(file === '-' ? STANDARD_INPUT : file);
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { ok: true, text: decoder.decode(bytes) };
  } catch {
    return { ok: false, problem: `${file}: the file is not UTF-8` };
  }
}

/** Its file descriptor. */
const STANDARD_INPUT = 0;
