/**
 * The shape of a rule: advice about a whole configuration. A rule reads the model, and the typed tree where
 * the model does not say enough; it reports and never changes anything. Each has a reason and a fix. Rules
 * run only on configurations that may run, and what keepalived complains about is no business of theirs.
 */

import type { CheckConfig, Config } from '../../model/config.ts';
import type { DiagnosticCode } from '../codes.ts';
import type { RelatedPlace } from '../diagnostic.ts';
import type { HostFacts } from '../host.ts';
import type { RegexProblem } from '../regex.ts';
import type { Severity } from '../severity.ts';
import type { Token } from '../tree.ts';
import type { ScriptUse } from '../typed/context.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import type { RuleName } from './codes.ts';

/** What a rule gets. */
export interface RuleInput {
  readonly config: Config;
  /** The typed tree. */
  readonly root: TypedBlock;
  /** All `global_defs` as one block. */
  readonly globals: TypedBlock | undefined;
  /** What is known of the host; a rule that needs more than is known says nothing. */
  readonly host: HostFacts;
  /** The block or line a part of the model was built from. */
  readonly originOf: (part: object) => TypedStatement | undefined;
  /** The first block of a keyword with a name, from outside all blocks. */
  readonly definitionOf: (keyword: string, name: string) => TypedStatement | undefined;
  /** Commands in the order they were read. */
  readonly scripts: readonly ScriptUse[];
  /** Whether the reading of the file gave findings of a code. */
  readonly hasFound: (code: DiagnosticCode) => boolean;
  /** Why a pattern can't be used; absent when nobody can say. */
  readonly regexProblem: RegexProblem | undefined;
  readonly report: (finding: Finding) => void;
}

/** One finding of a rule; its code is that of the rule. */
export interface Finding {
  readonly at: FindingPlace;
  /** One sentence without a final full stop. */
  readonly message: string;
  /** What to do, as a phrase. */
  readonly suggestion?: string | undefined;
  readonly related?: readonly RelatedPlace[] | undefined;
  /** Replaces the rule's severity. */
  readonly severity?: Severity | undefined;
}

/** A word, a statement, or a keyword (else the block itself) of the block a part of the model came from. */
export type FindingPlace =
  | { readonly token: Token }
  | { readonly typed: TypedStatement }
  | { readonly part: object; readonly keyword?: string };

/** A rule. */
export interface Rule {
  /** Keywords whose lack it reports, in the block it points at or one around it: when a line was meant for one, it is silent. */
  readonly lacks?: readonly string[];
  /** The same for the whole configuration. */
  readonly lacksAnywhere?: readonly string[];
  /** Name of its file; with `lint-` before it, its code. */
  readonly name: RuleName;
  /** Why it exists: what goes wrong. */
  readonly reason: string;
  /** What to do about it. */
  readonly fix: string;
  /**
   * For rules about checks: `check` is called only when this holds for one check at least. All rules are asked
   * in one pass, because tens of thousands of checks take their time to be looked at.
   */
  readonly concerns?: (check: CheckConfig) => boolean;
  readonly check: (input: RuleInput) => void;
}
