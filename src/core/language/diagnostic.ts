/**
 * Diagnostics: what the front end has to say about a configuration. They are plain data with a
 * stable code, a place, what was expected and a suggestion, and they carry what they mean for
 * the exit status of `tandem check`, which is that of `keepalived -t`. All of them are collected;
 * nothing here stops at the first.
 */
import { DIAGNOSTIC_CODES, type DiagnosticCode } from './codes.ts';
import { CONFIG_LIMITS } from './limits.ts';
import { maskedLine, withoutSecretsOf } from './secret-words.ts';
import type { Cause, ExitStatus, Severity } from './severity.ts';

/** A stretch of one line of a file. Lines and columns count from 1, in UTF-16 units. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** A second place that belongs to a diagnostic, with what it is. */
export interface RelatedPlace {
  readonly span: Span;
  readonly note: string;
}

/** One finding. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One sentence without a final full stop, naming the word it is about. */
  readonly message: string;
  /** Where; absent for findings about the configuration as a whole. */
  readonly span?: Span;
  /** Last line this finding accounts for, when it covers several (a block that is skipped). */
  readonly endLine?: number;
  /** Headers of the blocks it stands in, outermost first; given for errors only. */
  readonly within?: readonly string[];
  /** The text of the line, secrets masked. */
  readonly sourceLine?: string;
  /** What would have been right, as a phrase: `a number from 1 to 255`. */
  readonly expected?: string;
  /** What to do, as a phrase: `did you mean "priority"?`. */
  readonly suggestion?: string;
  readonly related: readonly RelatedPlace[];
  /** How often it was found, when more than once: a definition that is used, a file that is read several times. */
  readonly times?: number;
  readonly exit: ExitStatus;
  readonly cause: Cause;
  /** True when the configuration must not be run because of it. */
  readonly refuses: boolean;
}

/** What a reporter gives besides code and message. */
export interface DiagnosticDetail {
  readonly span?: Span | undefined;
  readonly endLine?: number | undefined;
  readonly sourceLine?: string | undefined;
  readonly expected?: string | undefined;
  readonly suggestion?: string | undefined;
  readonly related?: readonly RelatedPlace[] | undefined;
  /** Replaces the severity of the code's table row. */
  readonly severity?: Severity | undefined;
  /** Replaces the exit status of the code's table row. */
  readonly exit?: ExitStatus | undefined;
  /** Replaces the cause of the code's table row. */
  readonly cause?: Cause | undefined;
  /** The line was made by substitution: a finding of this code at the same place is the same one. */
  readonly isMade?: boolean | undefined;
  /** Later findings about any of its words follow from this one. */
  readonly covers?: boolean | undefined;
  /** It follows from another finding: only its meaning for the verdict counts. */
  readonly isConsequence?: boolean | undefined;
}

/** What all diagnostics together mean. */
export interface Verdict {
  /** Exit status of `keepalived -t` for the same file. */
  readonly exitStatus: ExitStatus;
  /** True when no configuration may be run from it. */
  readonly refused: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly notices: number;
}

/** Collects diagnostics and keeps the verdict. Past the limit it counts, and says so once. */
export class DiagnosticList {
  readonly #kept: Diagnostic[] = [];
  readonly #counts: Record<Severity, number> = { error: 0, warning: 0, notice: 0 };
  /** Where in `#kept` a finding is, by what makes two findings the same. */
  readonly #places = new Map<string, number>();
  /** Stretches of lines that a finding accounts for. */
  readonly #covered = new Map<string, Span[]>();
  #exit: ExitStatus = 0;
  #refused = false;
  #reported = 0;

  /** Everything kept so far, in the order of reporting. */
  get items(): readonly Diagnostic[] {
    return this.#kept;
  }

  /** True when nothing more is kept: it need not be said well. */
  get isFull(): boolean {
    return this.#kept.length > CONFIG_LIMITS.diagnostics;
  }

  /** How many findings were reported, kept or not. */
  get count(): number {
    return this.#reported;
  }

  /** The verdict of everything reported so far. */
  get verdict(): Verdict {
    return {
      exitStatus: this.#exit,
      refused: this.#refused,
      errors: this.#counts.error,
      warnings: this.#counts.warning,
      notices: this.#counts.notice,
    };
  }

  /** Adds a finding; severity, exit status, cause and refusal come from the code's row unless `detail` says otherwise. */
  report(code: DiagnosticCode, message: string, detail: DiagnosticDetail = {}): void {
    const row = DIAGNOSTIC_CODES[code];
    const severity = detail.severity ?? row.severity;
    const exit = detail.exit ?? row.exit;
    const refuses = row.refuses;
    this.#reported++;
    this.#exit = worstExit(this.#exit, exit);
    this.#refused ||= refuses;
    if (detail.isConsequence === true || this.#isCovered(detail)) return;
    const key = identity(code, message, detail);
    const known = this.#places.get(key);
    if (known !== undefined) {
      this.#countAgain(known);
      return;
    }
    this.#counts[severity]++;
    this.#cover(detail);
    if (this.#kept.length >= CONFIG_LIMITS.diagnostics) {
      if (this.#kept.length === CONFIG_LIMITS.diagnostics) this.#kept.push(tooMany());
      return;
    }
    this.#places.set(key, this.#kept.length);
    // What is not of the line is safe from it.
    const shown = (text: string): string =>
      detail.sourceLine === undefined ? text : withoutSecretsOf(detail.sourceLine, text);
    this.#kept.push({
      code,
      severity,
      message: shown(message),
      ...(detail.span === undefined ? {} : { span: detail.span }),
      ...(detail.endLine === undefined ? {} : { endLine: detail.endLine }),
      ...(detail.sourceLine === undefined ? {} : { sourceLine: maskedLine(detail.sourceLine) }),
      ...(detail.expected === undefined ? {} : { expected: detail.expected }),
      ...(detail.suggestion === undefined ? {} : { suggestion: shown(detail.suggestion) }),
      related: detail.related ?? [],
      exit,
      cause: detail.cause ?? row.cause,
      refuses,
    });
  }

  /** Takes over everything another list holds. */
  take(other: DiagnosticList): void {
    const { verdict } = other;
    for (const [key, index] of other.#places) this.#places.set(key, this.#kept.length + index);
    for (const [key, spans] of other.#covered) this.#covered.set(key, spans);
    this.#reported += other.#reported;
    this.#kept.push(...other.items);
    this.#counts.error += verdict.errors;
    this.#counts.warning += verdict.warnings;
    this.#counts.notice += verdict.notices;
    this.#exit = worstExit(this.#exit, verdict.exitStatus);
    this.#refused ||= verdict.refused;
  }

  #countAgain(index: number): void {
    const before = this.#kept[index];
    if (before !== undefined) this.#kept[index] = { ...before, times: (before.times ?? 1) + 1 };
  }

  #cover({ covers, span }: DiagnosticDetail): void {
    if (covers !== true || span === undefined) return;
    const key = lineKey(span);
    const spans = this.#covered.get(key);
    if (spans === undefined) this.#covered.set(key, [span]);
    else spans.push(span);
  }

  #isCovered({ covers, span }: DiagnosticDetail): boolean {
    if (covers === true || span === undefined || this.#covered.size === 0) return false;
    const spans = this.#covered.get(lineKey(span)) ?? [];
    return spans.some(
      ({ column, length }) => span.column < column + length && span.column + span.length > column,
    );
  }
}

function lineKey({ file, line }: Span): string {
  return `${line} ${file}`;
}

/** What two findings have in common that are one: names in the message may differ on lines that were made. */
function identity(
  code: DiagnosticCode,
  message: string,
  { span, isMade }: DiagnosticDetail,
): string {
  const place = span === undefined ? '' : `${lineKey(span)} ${span.column} ${span.length}`;
  return `${code} ${place} ${isMade === true && span !== undefined ? '' : message}`;
}

/** A finding about reading the files as such, from outside the front end. */
export function fileFinding(code: 'file-changing' | 'load-failed', message: string): Diagnostic {
  const { summary: _, ...row } = DIAGNOSTIC_CODES[code];
  return { code, message, related: [], ...row };
}

/** The exit status of two findings together: 2 ends keepalived at once, then 6, 5, 4 hide what is lower. */
export function worstExit(a: ExitStatus, b: ExitStatus): ExitStatus {
  return EXIT_ORDER.indexOf(a) >= EXIT_ORDER.indexOf(b) ? a : b;
}

/** Orders diagnostics by file (as first seen), line and column; those without a place come last. */
export function sortDiagnostics(items: readonly Diagnostic[]): Diagnostic[] {
  const fileOrder = new Map<string, number>();
  for (const { span } of items) {
    if (span !== undefined && !fileOrder.has(span.file)) fileOrder.set(span.file, fileOrder.size);
  }
  const rank = (item: Diagnostic): readonly [number, number, number] =>
    item.span === undefined
      ? [Number.MAX_SAFE_INTEGER, 0, 0]
      : [fileOrder.get(item.span.file) ?? 0, item.span.line, item.span.column];
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2])
    .map(({ item }) => item);
}

const EXIT_ORDER: readonly ExitStatus[] = [0, 4, 5, 6, 2];

function tooMany(): Diagnostic {
  return {
    code: 'too-many-diagnostics',
    severity: 'notice',
    message: `only the first ${CONFIG_LIMITS.diagnostics} findings are shown`,
    related: [],
    exit: 0,
    cause: 'file',
    refuses: false,
  };
}
