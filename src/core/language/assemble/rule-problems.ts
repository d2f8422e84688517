/** What keeps a line of `virtual_rules` or `static_rules` from being a rule: a rule has exactly one action, and one family. */
import type { DiagnosticCode } from '../codes.ts';
import { RULE_ACTIONS } from '../keywords/rule-entries.ts';
import type { Token } from '../tree.ts';
import type { OptionsValue, TypedEntry } from '../typed/values.ts';
import { familiesOf, numberOf } from './routing-words.ts';

/** Why a line can be no rule. */
export interface RuleProblem {
  readonly code: DiagnosticCode;
  readonly token: Token;
  readonly message: string;
  readonly expected?: string;
}

/** What keeps a line from being a rule; undefined when nothing does. */
export function ruleProblem(entry: TypedEntry, options: OptionsValue): RuleProblem | undefined {
  const [first, second] = options.given.filter((one) => ACTIONS.has(one.name));
  if (first === undefined) {
    return {
      code: 'missing-value',
      token: entry.token,
      message: 'this rule has no action',
      expected: 'table T, l3mdev, goto N, nop, blackhole, unreachable or prohibit',
    };
  }
  if (second !== undefined) {
    const message = `"${second.name}" is a second action`;
    return { code: 'duplicate-option', token: second.token, message };
  }
  const onlyForTables = options.given.find((one) => TABLE_ONLY.has(one.name));
  if (onlyForTables !== undefined && first.name !== 'table') {
    const message = `"${onlyForTables.name}" needs a table`;
    return { code: 'setting-reset', token: onlyForTables.token, message };
  }
  if (familiesOf(options, undefined).size > 1) {
    const message = 'this rule mixes IPv4 and IPv6';
    return { code: 'family-conflict', token: entry.token, message };
  }
  const target = numberOf(options, 'goto');
  const preference = numberOf(options, 'preference');
  if (target !== undefined && (preference === undefined || target <= preference)) {
    return {
      code: 'invalid-value',
      token: entry.token,
      message: 'goto must lead to a rule of a greater preference',
      expected: 'preference N below the target',
    };
  }
  return undefined;
}

const ACTIONS: ReadonlySet<string> = new Set(['table', 'l3mdev', 'goto', ...RULE_ACTIONS]);
const TABLE_ONLY: ReadonlySet<string> = new Set([
  'realms',
  'suppress_prefixlength',
  'suppress_ifgroup',
]);
