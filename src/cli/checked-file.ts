/** A configuration that was checked: what all forms of output start from. */
import type { ParseResult } from '../core/language/parse-config.ts';

/** One configuration with its findings. */
export interface CheckedFile extends Pick<ParseResult, 'files' | 'verdict' | 'diagnostics'> {
  /** Name of the main file; `files` has those it includes too. */
  readonly file: string;
}
