/** What must hold for every result of the configuration front end, whatever the input. */
import { expect } from 'vitest';
import type { Diagnostic } from '../../src/core/language/diagnostic.ts';
import { formatDiagnostic } from '../../src/core/language/format-diagnostic.ts';
import { CONFIG_LIMITS } from '../../src/core/language/limits.ts';
import type { ParseResult } from '../../src/core/language/parse-config.ts';

/** Far more than any input of these sizes takes, on any machine. */
export const TIME_MAX_MS = 5_000;

/** Runs `parse` and checks what comes of it; `files` are the texts that findings may point into. */
export function checkParse(
  files: Readonly<Record<string, string>>,
  parse: () => ParseResult,
): ParseResult {
  const start = performance.now();
  const result = parse();
  expect(performance.now() - start, 'time').toBeLessThan(TIME_MAX_MS);
  expect(result.diagnostics.length).toBeLessThanOrEqual(CONFIG_LIMITS.diagnostics + 1);
  expect(result.config === undefined, 'refused').toBe(result.verdict.refused);
  const lines = new Map(Object.entries(files).map(([name, text]) => [name, text.split('\n')]));
  const isPlain = !Object.values(files).some((text) => MISTAKES.test(text));
  for (const item of result.diagnostics) {
    checkFinding(item, lines);
    if (isPlain) expect(item.message).not.toMatch(MISTAKES);
  }
  return result;
}

/** What a message says when something in it was not what it should be. */
const MISTAKES = /undefined|\[object|NaN/;

function checkFinding(item: Diagnostic, files: ReadonlyMap<string, readonly string[]>): void {
  expect(formatDiagnostic(item)).toContain(item.code);
  for (const span of [item.span, ...item.related.map((related) => related.span)]) {
    if (span === undefined) continue;
    const lines = files.get(span.file);
    if (lines === undefined) continue;
    const line = lines[span.line - 1];
    expect(line, `line ${span.line} of ${span.file}`).toBeDefined();
    expect(span.column).toBeGreaterThanOrEqual(1);
    expect(span.length).toBeGreaterThanOrEqual(1);
    // One behind the end is where something is missing.
    expect(span.column).toBeLessThanOrEqual((line ?? '').length + 2);
  }
  const { span, endLine } = item;
  if (span === undefined || endLine === undefined) return;
  expect(endLine).toBeGreaterThanOrEqual(span.line);
  const lines = files.get(span.file);
  if (lines !== undefined) expect(endLine).toBeLessThanOrEqual(lines.length);
}
