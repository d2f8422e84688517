/**
 * What to do about each finding, and the smallest text that brings it about: the part of a code's
 * documentation that its row in `../codes.ts` does not have. The codes of rules bring their own reason and fix.
 */
import { HOST_CODE_HELP } from './code-help-host.ts';
import { MEANING_CODE_HELP } from './code-help-meaning.ts';
import type { CodeHelpTable } from './code-help-row.ts';
import { TEXT_CODE_HELP } from './code-help-text.ts';
import { WORD_CODE_HELP } from './code-help-words.ts';

/** Help for every code that does not belong to a rule. */
export const CODE_HELP: CodeHelpTable = {
  ...TEXT_CODE_HELP,
  ...WORD_CODE_HELP,
  ...MEANING_CODE_HELP,
  ...HOST_CODE_HELP,
};
