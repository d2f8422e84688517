/** Rule: a configuration says something. */
import type { Rule } from '../rule.ts';

/** Findings after which something may have been meant. */
const MISREAD = ['unknown-keyword', 'misplaced-keyword', 'other-product-keyword'] as const;

/** Reports a configuration without a statement: an empty file, or one whose includes gave nothing. */
export const NOTHING_TO_RUN: Rule = {
  name: 'nothing-to-run',
  reason:
    'A file that was emptied, or cut off while it was written, is a valid configuration that does nothing',
  fix: 'Look whether it is the right file, and whether its includes match',
  check: ({ config, root, hasFound, report }) => {
    if (root.statements.length > 0 || MISREAD.some(hasFound)) return;
    report({
      at: { part: config },
      message: 'the configuration is empty: there is nothing to do',
    });
  },
};
