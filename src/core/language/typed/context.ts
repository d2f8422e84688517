/**
 * What the readers of values share: where to report, which keyword they read for, and what has to be
 * asked of the host later (interfaces and programs that are named).
 */
import type { DiagnosticCode } from '../codes.ts';
import type { DiagnosticDetail, DiagnosticList } from '../diagnostic.ts';
import type { Keyword, NamedTable, ScriptType } from '../schema/keyword-table.ts';
import { atToken, type Token } from '../tree.ts';
import type { Tried } from './tried.ts';
import type { ArgsResult, ScriptValue } from './values.ts';

/** An interface that a word names. */
export interface InterfaceUse {
  readonly name: string;
  readonly token: Token;
  readonly exists: 'error' | 'fatal';
}

/** A program that a keyword runs. */
export interface ScriptUse {
  readonly script: ScriptValue;
  readonly keyword: string;
  readonly token: Token;
  readonly missing: ScriptType['missing'];
  readonly strict: boolean;
  /** Its block has a keyword for the user. */
  readonly ownsUser: boolean;
}

/** The state of one typing run. */
export interface TypingContext {
  readonly diagnostics: DiagnosticList;
  readonly interfaces: InterfaceUse[];
  readonly scripts: ScriptUse[];
  /** Names of keywords used that are not yet in effect, with their first place. */
  readonly notInEffect: Map<string, Token>;
  /** Whether the host knows a name for a number (`/etc/iproute2`, `/etc/protocols`). */
  readonly isHostName: (table: NamedTable, name: string) => boolean;
  /** What lines meant that gave no finding, by keyword and text. */
  readonly settings: Map<Keyword, Map<string, ArgsResult>>;
  /** Keywords that do not count, as far as somebody tried to write them. */
  readonly tried: Tried;
  /** Above zero inside a block that is itself not in effect: its keywords are not listed one by one. */
  quiet: number;
  /** Set when a word that must name an interface cannot: keepalived then skips all later VRRP checks. */
  badInterface: boolean;
}

/** A place for values to be read at: the context, and the keyword or option they belong to. */
export interface ReadPlace {
  readonly context: TypingContext;
  /** Name of the keyword or option, for messages. */
  readonly name: string;
  readonly secret: boolean;
  /** Complaints do not change the exit status. */
  readonly logged?: boolean;
}

/** Reports a bad word. */
export function complain(
  place: ReadPlace,
  code: DiagnosticCode,
  token: Token,
  message: string,
  more: DiagnosticDetail = {},
): void {
  const at = atToken(token);
  const masked = place.secret ? { sourceLine: maskSpan(at) } : {};
  const hint = more.suggestion ?? wordHint(token.text);
  context(place).report(code, `${place.name}: ${message}`, {
    ...at,
    ...masked,
    ...more,
    suggestion: hint,
    ...(place.logged === true ? { exit: 0 } : {}),
  });
}

/** A word as it may be shown in a message. */
export function shown(place: ReadPlace, token: Token): string {
  return place.secret ? 'the given word' : `"${clip(token.text)}"`;
}

/** Cuts an overlong word for messages. */
export function clip(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}...`;
}

/** Longer words say no more in a message. */
const MAX_SHOWN = 64;

function context(place: ReadPlace): DiagnosticList {
  return place.context.diagnostics;
}

/** The source line with the span's characters hidden: secrets are not shown. */
function maskSpan(detail: DiagnosticDetail): string | undefined {
  const { sourceLine, span } = detail;
  if (sourceLine === undefined || span === undefined) return undefined;
  const from = span.column - 1;
  return sourceLine.slice(0, from) + '*'.repeat(span.length) + sourceLine.slice(from + span.length);
}

/** Words of other languages, and those that templates leave behind when they are not filled in. */
function wordHint(text: string): string | undefined {
  if (text === '=' || text === ':') return `remove the "${text}": blanks separate words`;
  return /^(<.*>|%.*%|\[.*\]|\{\{.*\}\}|__.*__|@.*@|x\.x\.x\..*)$|\$|^\\/i.test(text)
    ? 'this looks like a template variable that was not filled in'
    : undefined;
}
