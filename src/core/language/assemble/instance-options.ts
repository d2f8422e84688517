/** Builds what few instances say: routes, rules, HMAC keys and single settings. What contradicts other settings is left out; `vrrp-validation.ts` reports it. */
import type { VrrpInstanceConfig } from '../../model/config.ts';
import type { InstanceOptionsConfig } from '../../model/instance-options.ts';
import { OWNER_PRIORITY } from '../../wire/protocol.ts';
import { OPTION_READER } from '../settings/instance-options.ts';
import { all, last, text } from '../typed/access.ts';
import type { TypedBlock } from '../typed/values.ts';
import { readHmac } from './auth-hmac.ts';
import type { BuildContext } from './context.ts';
import { extraAnnouncement } from './extra-announcement.ts';
import type { VrrpDefaults } from './global.ts';
import type { InstanceFacts } from './instance-facts.ts';
import { optional } from './optional.ts';
import { readRoutes } from './routes.ts';
import { readRules } from './rules.ts';

/** These fields of an instance. */
export function readInstanceOptions(
  block: TypedBlock,
  facts: InstanceFacts,
  defaults: VrrpDefaults,
  context: BuildContext,
): Pick<VrrpInstanceConfig, 'hmac' | 'routes' | 'rules' | 'options'> {
  const routes = all(block, 'virtual_routes').flatMap((typed) => readRoutes(typed, context));
  const rules = all(block, 'virtual_rules').flatMap((typed) => readRules(typed, context));
  const options = readOptions(block, facts, defaults);
  return {
    ...optional('hmac', readHmac(block, facts, context)),
    ...(routes.length === 0 ? {} : { routes: routes.map(({ route }) => route) }),
    ...(rules.length === 0 ? {} : { rules: rules.map(({ rule }) => rule) }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
}

function readOptions(
  block: TypedBlock,
  facts: InstanceFacts,
  defaults: VrrpDefaults,
): InstanceOptionsConfig {
  const { promotesSecondaries, vrf, ...plain } = OPTION_READER.read(block, defaults.options);
  const hasOwnLink =
    last(block, 'use_vmac') !== undefined || last(block, 'use_ipvlan') !== undefined;
  const extra = extraAnnouncement(block, '') ?? defaults.options.extraAnnouncement;
  const isUsed = extra !== undefined && extra.everySeconds > 0;
  return {
    ...plain,
    ...optional('expiredTimerPriority', facts.preempt ? undefined : expiredTimer(block)),
    ...optional('acceptsPackets', accept(block, facts)),
    ...optional('promotesSecondaries', hasOwnLink ? undefined : promotesSecondaries),
    ...optional('oldUnicastChecksum', oldChecksum(block)),
    ...optional('vrf', text(block, 'interface') === undefined ? vrf : undefined),
    ...optional('extraAnnouncement', isUsed ? extra : undefined),
  };
}

/** The last of the right and the wrong name counts. */
function expiredTimer({ statements }: TypedBlock): number | undefined {
  const names = ['timer_expired_backup', 'thread_timer_expired'];
  const [found] =
    statements.findLast(({ keyword, usable }) => usable && names.includes(keyword.name))?.values ??
    [];
  return typeof found === 'number' ? found : undefined;
}

function accept({ statements }: TypedBlock, facts: InstanceFacts): boolean | undefined {
  const typed = statements.findLast(
    ({ keyword, usable }) => usable && (keyword.name === 'accept' || keyword.name === 'no_accept'),
  );
  if (typed?.keyword.name === 'no_accept') return false;
  const isForbidden = facts.strict && facts.version === 2 && facts.priority !== OWNER_PRIORITY;
  return typed === undefined || isForbidden ? undefined : true;
}

function oldChecksum(block: TypedBlock): InstanceOptionsConfig['oldUnicastChecksum'] {
  if (last(block, 'old_unicast_checksum') === undefined) return undefined;
  return text(block, 'old_unicast_checksum') === 'never' ? 'never' : 'always';
}
