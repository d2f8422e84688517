/** The list of rules, in the order they run. One file for each rule. */

import type { BuildContext } from '../build/context.ts';
import type { Config } from '../model.ts';
import { atToken, wordAt } from '../tree.ts';
import { last } from '../typed/access.ts';
import type { Rule } from './rule.ts';
import { VIP_NOT_HELD } from './vip-not-held.ts';

/** Every rule. */
export const RULES: readonly Rule[] = [VIP_NOT_HELD];

/** Runs all rules over a configuration. */
export function runRules(config: Config, context: BuildContext): void {
  for (const rule of RULES) {
    rule.check({
      config,
      originOf: (part) => context.origins.get(part),
      report: (code, part, keyword, message, more = {}) => {
        const origin = context.origins.get(part);
        const inner = keyword === undefined ? undefined : last(origin?.block, keyword);
        const statement = (inner ?? origin)?.statement;
        const at = statement === undefined ? {} : atToken(wordAt(statement, 0));
        context.diagnostics.report(code, message, { ...at, ...more });
      },
    });
  }
}
