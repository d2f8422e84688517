/** The documentation of one diagnostic code, put together from its row, its help or its rule. */
import { DIAGNOSTIC_CODES, type DiagnosticCode } from '../language/codes.ts';
import { RULES } from '../language/rules/index.ts';
import { CODE_HELP } from './code-help.ts';

/** What there is to say about a code. */
export interface CodeDoc {
  readonly code: DiagnosticCode;
  readonly severity: string;
  /** What it means, one sentence without a full stop. */
  readonly summary: string;
  /** What follows for the configuration and for the exit status: a sentence. */
  readonly consequence: string;
  /** More about it: why, and what happens. */
  readonly more: string | undefined;
  readonly fix: string | undefined;
  /** A configuration that is told off with it. */
  readonly example: string | undefined;
  /** Everything but the example, as sentences. */
  readonly paragraphs: readonly string[];
}

/** The documentation of a code. */
export function codeDoc(code: DiagnosticCode): CodeDoc {
  const { severity, summary } = DIAGNOSTIC_CODES[code];
  const rule = RULES.find(({ name }) => code === `lint-${name}`);
  const help = CODE_HELP[code];
  const consequence = consequenceOf(code);
  const more = rule === undefined ? help?.more : sentence(rule.reason);
  const fix = rule === undefined ? help?.fix : sentence(rule.fix);
  const paragraphs = [`${summary}.`, consequence, more, fix].filter((text) => text !== undefined);
  return { code, severity, summary, consequence, more, fix, example: help?.example, paragraphs };
}

/** All codes, in the order of the table. */
export function allCodes(): readonly DiagnosticCode[] {
  return Object.keys(DIAGNOSTIC_CODES).filter(isCode);
}

/** True for the name of a code. */
export function isCode(word: string): word is DiagnosticCode {
  return Object.hasOwn(DIAGNOSTIC_CODES, word);
}

function consequenceOf(code: DiagnosticCode): string {
  const { severity, exit, refuses, cause } = DIAGNOSTIC_CODES[code];
  const status = exit === 0 ? 'The exit status is not affected.' : `Exit status ${exit}.`;
  if (refuses) return `The configuration is refused. ${status}`;
  const effect = {
    error: 'What it is about is not used as written; the rest is.',
    warning: 'The configuration is used.',
    notice: 'Nothing is wrong.',
  }[severity];
  const passes = cause === 'host' ? ' It may pass, so it refuses no reload.' : '';
  return `${effect} ${status}${passes}`;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
