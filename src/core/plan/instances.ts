/**
 * Changes of instances, matched as the router matches them (`../../vrrp/reload.ts`): in place, also under
 * another name, or an end and a new beginning when the key on the wire changes.
 */

import type { Config, VrrpInstanceConfig } from '../model/config.ts';
import { matchInstances, reloadVerdict } from '../vrrp/reload.ts';
import { addressMoves } from './address-moves.ts';
import { diffFields, type FieldRows, invertedText, secondsText } from './fields.ts';
import type { Change, RunningFacts } from './types.ts';
import {
  addressIdentity,
  addressText,
  authenticationText,
  peerIdentity,
  peerText,
  trackerIdentity,
  trackerText,
} from './values.ts';

const ROWS: FieldRows = {
  name: { field: '' },
  initialState: { field: 'state', note: 'counts at a start only' },
  vrid: { field: 'virtual_router_id' },
  advertInterval: { field: 'advert_int', text: secondsText },
  authentication: { field: 'authentication', text: authenticationText },
  addresses: { field: 'virtual_ipaddress', list: addressIdentity, text: addressText },
  excludedAddresses: {
    field: 'virtual_ipaddress_excluded',
    list: addressIdentity,
    text: addressText,
  },
  preempt: { field: 'nopreempt', text: invertedText },
  preemptDelay: { field: 'preempt_delay', text: secondsText },
  downTimerAdverts: { field: 'down_timer_adverts' },
  sourceAddress: { field: 'source address' },
  unicastPeers: { field: 'unicast_peer', list: peerIdentity, text: peerText },
  checkUnicastSource: { field: 'check_unicast_src' },
  checksumWithoutPseudoHeader: { field: 'v3_checksum_as_v2' },
  answerLowerPriority: { field: 'lower_prio_no_advert', text: invertedText },
  answerHigherPriority: { field: 'higher_prio_send_advert' },
  strict: { field: 'strict_mode' },
  'announce.repeat': { field: 'garp_master_repeat' },
  'announce.delay': { field: 'garp_master_delay', text: secondsText },
  'announce.refresh': { field: 'garp_master_refresh', text: secondsText },
  'announce.refreshRepeat': { field: 'garp_master_refresh_repeat' },
  'announce.lowerPriorityRepeat': { field: 'garp_lower_prio_repeat' },
  'announce.lowerPriorityDelay': { field: 'garp_lower_prio_delay', text: secondsText },
  'announce.arpGap': { field: 'vrrp_garp_interval', text: secondsText },
  'announce.naGap': { field: 'vrrp_gna_interval', text: secondsText },
  trackInterfaces: { field: 'track_interface', list: trackerIdentity, text: trackerText },
  ignoreOwnInterface: { field: 'dont_track_primary' },
};

/** Instances that are added, changed or removed. */
export function diffInstances(running: Config, next: Config, facts: RunningFacts): Change[] {
  const matches = matchInstances(running.vrrpInstances, next.vrrpInstances);
  const moves = addressMoves(running, next, facts);
  const followed = new Set(Array.from(matches.values(), ({ name }) => name));
  const gone = running.vrrpInstances.filter(({ name }) => !followed.has(name));
  return [
    ...gone.map((one) => removed(one, moves.get(one.name) ?? [])),
    ...next.vrrpInstances.flatMap((one) => {
      const old = matches.get(one.name);
      return old === undefined ? [added(one)] : changed(old, one, moves.get(old.name) ?? []);
    }),
  ];
}

function removed(instance: VrrpInstanceConfig, moves: readonly string[]): Change {
  return {
    ...skeleton('remove', instance),
    effect: 'ends',
    about: about(instance),
    consequences: moves,
  };
}

function added(instance: VrrpInstanceConfig): Change {
  return { ...skeleton('add', instance), effect: 'starts', about: about(instance) };
}

function changed(
  before: VrrpInstanceConfig,
  after: VrrpInstanceConfig,
  moves: readonly string[],
): readonly Change[] {
  const verdict = reloadVerdict(before, after);
  if (verdict === 'unchanged') return [];
  const isRestart = verdict === 'restart';
  const isRenamed = before.name !== after.name;
  const name = { field: 'name', from: before.name, to: after.name };
  return [
    {
      ...skeleton('change', after),
      effect: isRestart ? 'restarts' : 'in-place',
      fields: [...(isRenamed ? [name] : []), ...diffFields(before, after, ROWS)],
      consequences: [
        ...(isRestart ? ['it is another virtual router: it ends and starts anew'] : []),
        ...(isRenamed ? ['the same virtual router goes on under its new name'] : []),
        ...moves,
      ],
    },
  ];
}

function skeleton(
  change: Change['change'],
  { name }: VrrpInstanceConfig,
): Omit<Change, 'effect' | 'about'> {
  return { change, type: 'vrrp_instance', name, fields: [], consequences: [], parts: [] };
}

function about(instance: VrrpInstanceConfig): string {
  const { vrid, priority, family, addresses, excludedAddresses } = instance;
  const count = addresses.length + excludedAddresses.length;
  const where = instance.interface === '' ? '' : `${instance.interface}, `;
  return `${where}${family}, virtual_router_id ${vrid}, priority ${priority}, ${count} ${count === 1 ? 'address' : 'addresses'}`;
}
