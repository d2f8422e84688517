/**
 * What the builders share: where to report, what the host is like, and the way back from each part of
 * the model to the block it was built from, so that rules can point at lines.
 */
import type { DiagnosticCode } from '../codes.ts';
import type { DiagnosticDetail, DiagnosticList } from '../diagnostic.ts';
import type { HostFacts } from '../host.ts';
import type { RegexProblem } from '../regex.ts';
import { atToken, type Statement, type Token, wordAt } from '../tree.ts';
import type { TypingContext } from '../typed/context.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';

/** The block or line that a part of the model was built from. */
export type Origin = TypedStatement;

/** Why a block does not count. */
export interface DroppedBlock {
  /** As a sentence without an end. */
  readonly why: string;
  /** The host lacks something; the file need not change. */
  readonly cause?: 'host';
}

/** State of building one configuration. */
export interface BuildContext {
  readonly diagnostics: DiagnosticList;
  readonly host: HostFacts;
  readonly typing: TypingContext;
  /** Why a pattern can't be used; undefined when nobody can say. */
  readonly regexProblem: RegexProblem | undefined;
  /** The typed root block. */
  readonly root: TypedBlock;
  /** From parts of the model to where they came from. */
  readonly origins: Map<object, Origin>;
  /** Blocks of the root that lack something essential and do not count as defined, and what it is. */
  readonly dropped: Map<TypedStatement, DroppedBlock>;
  /** Who scripts without a user of their own run as: one that exists, a `script_user` that does not, or nobody. */
  defaultScriptUser: 'exists' | 'unknown' | 'none';
  /** What `script_user` says. */
  scriptUser: { readonly user?: string; readonly group?: string };
  /** Commands that must not be run on this host: missing, insecure, without a user. */
  readonly unusableScripts: Set<unknown>;
}

/** Reports about a statement's first word. */
export function atStatement(
  context: BuildContext,
  code: DiagnosticCode,
  statement: Statement,
  message: string,
  more: DiagnosticDetail = {},
): void {
  context.diagnostics.report(code, message, { ...atToken(wordAt(statement, 0)), ...more });
}

/** Reports about a word. */
export function atWord(
  context: BuildContext,
  code: DiagnosticCode,
  token: Token,
  message: string,
  more: DiagnosticDetail = {},
): void {
  context.diagnostics.report(code, message, { ...atToken(token), ...more });
}
