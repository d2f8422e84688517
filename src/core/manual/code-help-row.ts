/** What is said about a code beside its row in `../language/codes.ts`. */
import type { DiagnosticCode } from '../language/codes.ts';

/** Help for a code. */
export interface CodeHelp {
  /** More about what happens, where the summary does not say enough. One or two sentences. */
  readonly more?: string;
  /** How to put it right: sentences. */
  readonly fix: string;
  /** A configuration that is told off with this code; absent where files, limits or the host matter. */
  readonly example?: string;
}

/** Help by code. */
export type CodeHelpTable = Readonly<Partial<Record<DiagnosticCode, CodeHelp>>>;
