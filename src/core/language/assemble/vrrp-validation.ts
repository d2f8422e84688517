/**
 * Reports settings of an instance that contradict each other or strict mode, and unicast settings without peers.
 */
import { OWNER_PRIORITY } from '../../wire/protocol.ts';
import type { Statement } from '../tree.ts';
import { all, bool, flag, last, number } from '../typed/access.ts';
import type { TypedBlock } from '../typed/values.ts';
import { atStatement, type BuildContext } from './context.ts';
import type { InstanceFacts } from './instance-facts.ts';

/** Reports everything of this file for one instance. */
export function validateStrictAndExtras(
  block: TypedBlock,
  facts: InstanceFacts,
  context: BuildContext,
): void {
  const reset = (statement: Statement, message: string): void =>
    atStatement(context, 'setting-reset', statement, message);
  if (facts.strict) validateStrict(block, facts, context, reset);
  validateUnicast(block, facts, context);
  validateOwner(block, facts, reset);
  validateTimerExpired(block, facts, reset);
}

type Reset = (statement: Statement, message: string) => void;

function validateStrict(
  block: TypedBlock,
  facts: InstanceFacts,
  context: BuildContext,
  reset: Reset,
): void {
  const down = last(block, 'down_timer_adverts');
  if (down !== undefined && number(block, 'down_timer_adverts') !== 3) {
    reset(down.statement, 'strict mode wants down_timer_adverts 3; it is used');
  }
  for (const name of ['garp_lower_prio_repeat', 'garp_lower_prio_delay']) {
    const typed = last(block, name);
    if (typed !== undefined && number(block, name) !== 0)
      reset(typed.statement, `strict mode wants ${name} 0; it is used`);
  }
  const lower = last(block, 'lower_prio_no_advert');
  if (lower !== undefined && bool(block, 'lower_prio_no_advert') === false) {
    reset(lower.statement, 'strict mode wants lower_prio_no_advert; it is used');
  }
  const higher = last(block, 'higher_prio_send_advert');
  if (higher !== undefined && bool(block, 'higher_prio_send_advert') === true) {
    reset(higher.statement, 'strict mode forbids higher_prio_send_advert; it is ignored');
  }
  const accept = last(block, 'accept');
  if (accept !== undefined && facts.version === 2 && facts.priority !== OWNER_PRIORITY) {
    reset(accept.statement, 'strict mode with version 2 forbids accept; it is ignored');
  }
  const none = last(block, 'no_virtual_ipaddress');
  if (none !== undefined)
    reset(none.statement, 'strict mode wants addresses; no_virtual_ipaddress is ignored');
  const peers = last(block, 'unicast_peer');
  if (facts.hasPeers && peers !== undefined) {
    atStatement(context, 'strict-refused', peers.statement, 'strict mode forbids unicast', {
      suggestion: 'remove unicast_peer, or strict_mode and vrrp_strict',
    });
  }
}

const UNICAST_KEYWORDS: readonly string[] = [
  'unicast_peer',
  'unicast_src_ip',
  'check_unicast_src',
  'old_unicast_checksum',
];

function validateUnicast(block: TypedBlock, facts: InstanceFacts, context: BuildContext): void {
  if (facts.hasPeers) {
    const group = last(block, 'mcast_dst_ip');
    if (group !== undefined)
      atStatement(
        context,
        'setting-reset',
        group.statement,
        'mcast_dst_ip has no effect with unicast peers and is ignored',
      );
    return;
  }
  const ttl = last(block, 'unicast_ttl');
  if (ttl !== undefined)
    atStatement(
      context,
      'setting-reset',
      ttl.statement,
      'unicast_ttl has no effect without unicast_peer and is ignored',
    );
  const used = UNICAST_KEYWORDS.map((name) => last(block, name)).find(
    (typed) => typed !== undefined,
  );
  if (used === undefined || flag(block, 'unicast_fault_no_peer')) return;
  atStatement(
    context,
    'setting-reset',
    used.statement,
    `"${used.keyword.name}" without peers: multicast is used`,
    {
      expected: 'unicast_peer { ADDRESS ... }',
    },
  );
}

function validateOwner(block: TypedBlock, facts: InstanceFacts, reset: Reset): void {
  const typed = last(block, 'owner_ignore_adverts');
  if (typed === undefined) return;
  const wanted = bool(block, 'owner_ignore_adverts');
  if (wanted === true && facts.priority !== OWNER_PRIORITY)
    reset(typed.statement, 'owner_ignore_adverts needs priority 255 and is ignored');
  if (wanted === false && facts.priority === OWNER_PRIORITY)
    reset(
      typed.statement,
      'an address owner ignores advertisements; owner_ignore_adverts stays on',
    );
}

function validateTimerExpired(block: TypedBlock, facts: InstanceFacts, reset: Reset): void {
  for (const name of ['timer_expired_backup', 'thread_timer_expired']) {
    for (const typed of all(block, name)) {
      if (facts.preempt) reset(typed.statement, `${name} needs nopreempt and is ignored`);
    }
  }
}
