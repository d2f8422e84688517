/**
 * Changes of instances, matched by name as the router matches them (`../../vrrp/reload.ts`): in place, or an
 * end and a new beginning when the key on the wire changes.
 */
import { reloadVerdict } from '../../vrrp/reload.ts';
import type { Config, VrrpInstanceConfig } from '../model.ts';
import { diffFields, type FieldRows, invertedText, secondsText } from './fields.ts';
import type { Change } from './types.ts';
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
export function diffInstances(running: Config, next: Config): Change[] {
  const before = new Map(running.vrrpInstances.map((one) => [one.name, one]));
  const after = new Map(next.vrrpInstances.map((one) => [one.name, one]));
  return [
    ...running.vrrpInstances.flatMap((one) => (after.has(one.name) ? [] : [removed(one)])),
    ...next.vrrpInstances.flatMap((one) => {
      const old = before.get(one.name);
      return old === undefined ? [added(one)] : changed(old, one);
    }),
  ];
}

function removed(instance: VrrpInstanceConfig): Change {
  return {
    ...skeleton('remove', instance),
    effect: 'ends',
    about: about(instance),
    consequences: ['its addresses leave this host'],
  };
}

function added(instance: VrrpInstanceConfig): Change {
  return { ...skeleton('add', instance), effect: 'starts', about: about(instance) };
}

function changed(before: VrrpInstanceConfig, after: VrrpInstanceConfig): readonly Change[] {
  const verdict = reloadVerdict(before, after);
  if (verdict === 'unchanged') return [];
  const isRestart = verdict === 'restart';
  return [
    {
      ...skeleton('change', after),
      effect: isRestart ? 'restarts' : 'in-place',
      fields: diffFields(before, after, ROWS),
      consequences: isRestart ? ['it is another virtual router: it ends and starts anew'] : [],
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
