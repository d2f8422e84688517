/** Builds the lines of `virtual_rules` and `static_rules`; what can be no rule is reported and left out. */
import type { NumberSpan, RuleActionConfig, RuleConfig } from '../../model/routing.ts';
import { asOptions } from '../typed/access.ts';
import type { OptionsValue, TypedEntry, TypedStatement } from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';
import { optional } from './optional.ts';
import {
  familiesOf,
  familyOf,
  given,
  isWatched,
  namedOf,
  numberOf,
  prefixOf,
  protocolOf,
  realmsOf,
  validateProtocol,
  wordOf,
} from './routing-words.ts';
import { preferenceOf } from './rule-preferences.ts';
import { ruleProblem } from './rule-problems.ts';

/** A line that is a rule. */
export interface RuleLine {
  readonly entry: TypedEntry;
  readonly options: OptionsValue;
  readonly rule: RuleConfig;
}

/** The rules of a block. */
export function readRules(typed: TypedStatement, context: BuildContext): readonly RuleLine[] {
  return (typed.block?.entries ?? []).flatMap((entry): readonly RuleLine[] => {
    const options = asOptions(entry.values[0]);
    if (options === undefined) return [];
    const problem = ruleProblem(entry, options);
    if (problem !== undefined) {
      const { code, token, message, expected } = problem;
      atWord(context, code, token, `${message}; the rule is left out`, { expected });
      return [];
    }
    validateProtocol(options, context);
    const preference = preferenceOf(entry, options, context.root);
    if (given(options, 'preference') === undefined) {
      atWord(
        context,
        'default-assumed',
        entry.token,
        `this rule has no preference; ${preference} is given to it`,
        {
          suggestion: 'write preference N',
        },
      );
    }
    return [{ entry, options, rule: ruleOf(options, preference, context) }];
  });
}

function ruleOf(options: OptionsValue, preference: number, context: BuildContext): RuleConfig {
  const family = familyOf(familiesOf(options, undefined));
  const [from] = given(options, 'from')?.values ?? [];
  const [to] = given(options, 'to')?.values ?? [];
  const [mark] = given(options, 'fwmark')?.values ?? [];
  return {
    family,
    preference,
    isInverted: given(options, 'not') !== undefined,
    // "from all" says nothing.
    ...optional('from', typeof from === 'object' ? prefixOf(from, family) : undefined),
    ...optional('to', typeof to === 'object' ? prefixOf(to, family) : undefined),
    ...optional('tos', namedOf(options, 'tos', 'tos', context)),
    ...optional(
      'fwmark',
      typeof mark === 'object' && mark.kind === 'masked'
        ? { mark: mark.value, ...optional('mask', mark.mask) }
        : undefined,
    ),
    ...optional('inputInterface', wordOf(options, 'iif')),
    ...optional('outputInterface', wordOf(options, 'oif')),
    ...optional('users', spanOf(options, 'uidrange')),
    ...optional('tunnelId', numberOf(options, 'tunnel-id')),
    ...optional('ipProtocol', namedOf(options, 'ipproto', 'ipproto', context)),
    ...optional('sourcePorts', spanOf(options, 'sport')),
    ...optional('destinationPorts', spanOf(options, 'dport')),
    protocol: protocolOf(options, context),
    action: actionOf(options, context),
    isWatched: isWatched(options),
  };
}

function spanOf(options: OptionsValue, name: string): NumberSpan | undefined {
  const [found] = given(options, name)?.values ?? [];
  return typeof found === 'object' && found.kind === 'number-range'
    ? { from: found.from, to: found.to }
    : undefined;
}

/** There is exactly one. */
function actionOf(options: OptionsValue, context: BuildContext): RuleActionConfig {
  const table = namedOf(options, 'table', 'table', context);
  if (table !== undefined) {
    return {
      type: 'table',
      table,
      ...optional('suppressedPrefixLength', numberOf(options, 'suppress_prefixlength')),
      ...optional('suppressedGroup', namedOf(options, 'suppress_ifgroup', 'group', context)),
      ...optional('realms', realmsOf(given(options, 'realms'), context)),
    };
  }
  const target = numberOf(options, 'goto');
  if (target !== undefined) return { type: 'goto', preference: target };
  if (given(options, 'l3mdev') !== undefined) return { type: 'l3mdev' };
  return { type: PLAIN_ACTIONS.find((one) => given(options, one) !== undefined) ?? 'nop' };
}

const PLAIN_ACTIONS = ['nop', 'blackhole', 'unreachable', 'prohibit'] as const;
