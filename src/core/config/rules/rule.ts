/**
 * The shape of a rule: advice about a whole configuration. A rule reads the model and reports, it never
 * changes anything; each has a reason and a fix. Rules run only on configurations that may run.
 */
import type { DiagnosticCode } from '../codes.ts';
import type { DiagnosticDetail } from '../diagnostic.ts';
import type { Config } from '../model.ts';
import type { TypedStatement } from '../typed/values.ts';

/** What a rule gets. */
export interface RuleInput {
  readonly config: Config;
  /** The block or line a part of the model was built from. */
  readonly originOf: (part: object) => TypedStatement | undefined;
  /** The statement of a keyword inside that block, else the block itself. */
  readonly report: (
    code: DiagnosticCode,
    part: object,
    keyword: string | undefined,
    message: string,
    more?: DiagnosticDetail,
  ) => void;
}

/** A rule: its name (kebab-case, the file's name), why it exists, and the check. */
export interface Rule {
  readonly name: string;
  readonly reason: string;
  readonly check: (input: RuleInput) => void;
}
