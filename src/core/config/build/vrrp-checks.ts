/**
 * Checks of an instance that change nothing in the model yet or belong to strict mode: settings that
 * contradict each other, unicast without peers, VMAC settings without a VMAC, HMAC keys.
 */
import type { IpFamily } from '../../base/address.ts';
import type { Duration } from '../../base/time.ts';
import { type Statement, wordAt } from '../tree.ts';
import { all, asOptions, bool, flag, last, number, text, value } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { checkHmac } from './auth-hmac.ts';
import { checkRoutes, checkRules } from './routing.ts';

/** What is settled about an instance before its other settings are checked. */
export interface InstanceFacts {
  readonly name: string;
  readonly typed: TypedStatement;
  readonly strict: boolean;
  readonly family: IpFamily;
  readonly version: 2 | 3;
  readonly initialState: 'MASTER' | 'BACKUP';
  /** `state MASTER` was written. */
  readonly wantsMaster: boolean;
  readonly priority: number;
  readonly preempt: boolean;
  readonly preemptDelay: Duration;
  readonly hasPeers: boolean;
  /** Member of a sync group that allows no weighted trackers. */
  readonly noWeights: boolean;
}

/** Reports everything of this file for one instance. */
export function checkStrictAndExtras(block: TypedBlock, facts: InstanceFacts, context: BuildContext): void {
  const reset = (statement: Statement, message: string): void =>
    atStatement(context, 'setting-reset', statement, message);
  if (facts.strict) checkStrict(block, facts, context, reset);
  checkUnicast(block, facts, context);
  checkVmac(block, facts, context, reset);
  checkOwner(block, facts, reset);
  checkTimerExpired(block, facts, reset);
  checkHmac(block, facts, context);
  for (const typed of all(block, 'virtual_routes')) checkRoutes(typed, context);
  for (const typed of all(block, 'virtual_rules')) checkRules(typed, context);
}

type Reset = (statement: Statement, message: string) => void;

function checkStrict(block: TypedBlock, facts: InstanceFacts, context: BuildContext, reset: Reset): void {
  const down = last(block, 'down_timer_adverts');
  if (down !== undefined && number(block, 'down_timer_adverts') !== 3) {
    reset(down.statement, 'strict mode wants down_timer_adverts 3; it is used');
  }
  for (const name of ['garp_lower_prio_repeat', 'garp_lower_prio_delay']) {
    const typed = last(block, name);
    if (typed !== undefined && number(block, name) !== 0) reset(typed.statement, `strict mode wants ${name} 0; it is used`);
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
  if (accept !== undefined && facts.version === 2 && facts.priority !== 255) {
    reset(accept.statement, 'strict mode with version 2 forbids accept; it is ignored');
  }
  const none = last(block, 'no_virtual_ipaddress');
  if (none !== undefined) reset(none.statement, 'strict mode wants addresses; no_virtual_ipaddress is ignored');
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

function checkUnicast(block: TypedBlock, facts: InstanceFacts, context: BuildContext): void {
  if (facts.hasPeers) {
    const group = last(block, 'mcast_dst_ip');
    if (group !== undefined) atStatement(context, 'setting-reset', group.statement, 'mcast_dst_ip has no effect with unicast peers and is ignored');
    return;
  }
  const ttl = last(block, 'unicast_ttl');
  if (ttl !== undefined) atStatement(context, 'setting-reset', ttl.statement, 'unicast_ttl has no effect without unicast_peer and is ignored');
  const used = UNICAST_KEYWORDS.map((name) => last(block, name)).find((typed) => typed !== undefined);
  if (used === undefined || flag(block, 'unicast_fault_no_peer')) return;
  atStatement(context, 'setting-reset', used.statement, `"${used.keyword.name}" without peers: multicast is used`, {
    expected: 'unicast_peer { ADDRESS ... }',
  });
}

function checkVmac(block: TypedBlock, facts: InstanceFacts, context: BuildContext, reset: Reset): void {
  const vmac = last(block, 'use_vmac');
  const ipvlan = last(block, 'use_ipvlan');
  const xmit = last(block, 'vmac_xmit_base');
  if (xmit !== undefined && (vmac === undefined || facts.strict)) {
    reset(xmit.statement, `vmac_xmit_base ${facts.strict ? 'is forbidden in strict mode' : 'needs use_vmac'} and is ignored`);
  }
  if (vmac !== undefined && facts.hasPeers) {
    if (text(block, 'interface') === undefined) reset(vmac.statement, 'unicast with a VMAC needs an interface; the VMAC is ignored');
    else if (xmit === undefined) reset(vmac.statement, 'unicast with a VMAC sends from the base interface: vmac_xmit_base is set');
  }
  const promote = last(block, 'promote_secondaries');
  if (promote !== undefined && (vmac !== undefined || ipvlan !== undefined)) {
    reset(promote.statement, 'promote_secondaries has no effect with a VMAC or ipvlan and is ignored');
  }
  if (vmac !== undefined) checkVmacWords(block, vmac, facts, context);
  if (ipvlan !== undefined && facts.family === 'ipv4') {
    const words = asOptions(value(block, 'use_ipvlan'))?.positional ?? [];
    if (!words.some((word) => typeof word === 'string' && word.includes('.'))) {
      reset(ipvlan.statement, 'use_ipvlan needs an address for IPv4; the instance would stay in FAULT');
    }
  }
}

function checkVmacWords(
  block: TypedBlock,
  vmac: TypedStatement,
  facts: InstanceFacts,
  context: BuildContext,
): void {
  const words = asOptions(value(block, 'use_vmac'))?.positional ?? [];
  for (const word of words) {
    if (typeof word !== 'string') continue;
    const token = vmac.statement.words.find((one) => one.text === word) ?? wordAt(vmac.statement, 1);
    if (!word.includes(':')) {
      if (word.length > 15) atWord(context, 'invalid-interface', token, `"${word}" is longer than 15 characters and is ignored`);
      continue;
    }
    const octets = word.split(':');
    const good = (octets.length === 5 || octets.length === 6) && octets.every((octet) => /^[0-9a-f]{1,2}$/i.test(octet));
    const multicast = good && (Number.parseInt(octets[0] ?? '', 16) & 1) === 1;
    const reserved = /^00:00:5e:00:0[12]/i.test(word);
    if (!good || multicast || reserved || facts.strict) {
      const why = multicast ? 'is a multicast address' : reserved ? 'is in the range of VRRP' : good ? 'is not allowed in strict mode' : 'is not a hardware address';
      atWord(context, 'invalid-address', token, `"${word}" ${why} and is ignored`, {
        expected: 'six octets, or five and the VRID becomes the last',
      });
    }
  }
}

function checkOwner(block: TypedBlock, facts: InstanceFacts, reset: Reset): void {
  const typed = last(block, 'owner_ignore_adverts');
  if (typed === undefined) return;
  const wanted = bool(block, 'owner_ignore_adverts');
  if (wanted === true && facts.priority !== 255) reset(typed.statement, 'owner_ignore_adverts needs priority 255 and is ignored');
  if (wanted === false && facts.priority === 255) reset(typed.statement, 'an address owner ignores advertisements; owner_ignore_adverts stays on');
}

function checkTimerExpired(block: TypedBlock, facts: InstanceFacts, reset: Reset): void {
  for (const name of ['timer_expired_backup', 'thread_timer_expired']) {
    for (const typed of all(block, name)) {
      if (facts.preempt) reset(typed.statement, `${name} needs nopreempt and is ignored`);
    }
  }
}
