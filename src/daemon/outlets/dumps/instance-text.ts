/**
 * An instance in `keepalived.data`. Exporters look for ` VRRP Instance = NAME`, for lines with three blanks as keys, and
 * for lines with five blanks as items of the last key.
 */
import type { CommandConfig } from '../../../core/model/command.ts';
import type { TrackInterfaceConfig } from '../../../core/model/config.ts';
import type { GlobalNotifyConfig } from '../../../core/model/notify.ts';
import type { TrackerConfig } from '../../../core/model/tracking.ts';
import { mailsVrrp } from '../../../core/notifications/alerts.ts';
import { block, type DumpLine, items } from './dump-lines.ts';
import type { DumpedInstance } from './dumped-instances.ts';
import { routeWords, ruleWords } from './route-words.ts';
import { commandWords, HIDDEN_SECRET, intervalWords, momentWords, vipWords } from './words.ts';

const AUTHENTICATION = { PASS: 'SIMPLE_PASSWORD', AH: 'IPSEC_AH' } as const;
const DEFAULT_GROUPS = { ipv4: '224.0.0.18', ipv6: 'ff02::12' } as const;

/** The block. */
export function instanceText(
  one: DumpedInstance,
  notify: GlobalNotifyConfig | undefined,
): readonly string[] {
  return block(`VRRP Instance = ${one.config.name}`, [
    ...stateLines(one),
    ...announceLines(one),
    ...protocolLines(one),
    ...heldLines(one),
    ...trackingLines(one),
    ...notifyLines(one, notify),
  ]);
}

function stateLines({ config, view, syncGroup, wallUs }: DumpedInstance): readonly DumpLine[] {
  const faults = view.trackers.filter(({ isFault }) => isFault);
  const interfaces = faults.flatMap(({ tracker }) =>
    tracker.kind === 'interface' ? tracker.name : [],
  );
  const unknown = view.trackers.filter(
    ({ tracker }) => tracker.kind === 'script' && tracker.fact === undefined,
  );
  const own = config.ownLink !== undefined && view.interface !== config.interface;
  return [
    ['VRRP Version', view.version],
    ['Sync group', syncGroup],
    ['State', view.state],
    'Flags: none',
    ['Wantstate', view.state],
    ['Number of tracker faults', faults.length],
    ...(interfaces.length === 0
      ? ['Flags of interface faults - (none)']
      : items('Flags of interface faults:', interfaces)),
    ['Number of track scripts init', unknown.length],
    ['Last transition', momentWords(wallUs(view.since))],
    ['Read timeout', readTimeout(view, wallUs)],
    ['Master down timer', `${view.masterDownInterval} usecs`],
    ['Interface', own ? `${view.interface}, vmac on ${config.interface}` : view.interface],
    ['Using src_ip', view.primaryAddress],
    ...destinationLines(config),
  ];
}

/** A master waits for nobody, and when it sends next only the vrrp process knows. */
function readTimeout(
  { state, lastAdvertisementAt, masterDownInterval }: DumpedInstance['view'],
  wallUs: DumpedInstance['wallUs'],
): string | undefined {
  if (state === 'FAULT') return 'DISABLED';
  if (state !== 'BACKUP' || lastAdvertisementAt === undefined) return undefined;
  return momentWords(wallUs(lastAdvertisementAt + masterDownInterval));
}

function destinationLines(config: DumpedInstance['config']): readonly DumpLine[] {
  const { family, multicastGroup, unicastPeers } = config;
  if (unicastPeers.length === 0)
    return [`Multicast address ${multicastGroup ?? DEFAULT_GROUPS[family]}`];
  return items(
    'Unicast Peer :',
    unicastPeers.map(({ address }) => address),
  );
}

function announceLines({ config }: DumpedInstance): readonly DumpLine[] {
  const { announce } = config;
  const whole = (us: number): number => Math.floor(us / 1_000_000);
  return [
    ['Gratuitous ARP delay', whole(announce.delay)],
    ['Gratuitous ARP repeat', announce.repeat],
    ['Gratuitous ARP refresh', whole(announce.refresh)],
    ['Gratuitous ARP refresh repeat', announce.refreshRepeat],
    ['Gratuitous ARP lower priority delay', whole(announce.lowerPriorityDelay)],
    ['Gratuitous ARP lower priority repeat', announce.lowerPriorityRepeat],
  ];
}

function protocolLines({ config, view }: DumpedInstance): readonly DumpLine[] {
  const { authentication, options = {} } = config;
  const accepts = options.acceptsPackets ?? !config.strict;
  return [
    ['Down timer adverts', config.downTimerAdverts],
    ['Send advert after receive lower priority advert', config.answerLowerPriority],
    ['Send advert after receive higher priority advert', config.answerHigherPriority],
    ['Virtual Router ID', config.vrid],
    ['Priority', config.priority],
    ['Effective priority', view.effectivePriority],
    ['Total priority', view.effectivePriority],
    ['Advert interval', intervalWords(config.advertInterval)],
    ['Accept', enabled(accepts)],
    ['Preempt', enabled(config.preempt)],
    ['Preempt delay', config.preemptDelay === 0 ? undefined : `${config.preemptDelay / 1e6} secs`],
    ['Promote_secondaries', enabled(options.promotesSecondaries ?? false)],
    ['Authentication type', authentication && AUTHENTICATION[authentication.type]],
    ['Password', authentication && HIDDEN_SECRET],
  ];
}

function heldLines({ config, isSet }: DumpedInstance): readonly DumpLine[] {
  const { addresses, excludedAddresses, routes = [], rules = [] } = config;
  return [
    ...items(
      `Virtual IP (${addresses.length}):`,
      addresses.map((vip) => vipWords(vip, isSet(vip))),
    ),
    ...items(
      'Virtual IP Excluded :',
      excludedAddresses.map((vip) => vipWords(vip, isSet(vip))),
    ),
    ...items('Virtual Routes :', routes.map(routeWords)),
    ...items('Virtual Rules :', rules.map(ruleWords)),
  ];
}

function trackingLines({ config }: DumpedInstance): readonly DumpLine[] {
  const trackers = config.trackers ?? [];
  const of = (kind: TrackerConfig['kind']): string[] =>
    trackers.filter((one) => one.kind === kind).map(trackerWords);
  return [
    ...items('Tracked interfaces :', config.trackInterfaces.map(trackerWords)),
    ...items('Tracked scripts :', of('script')),
    ...items('Tracked files :', of('file')),
    ...items('Tracked processes :', of('process')),
    ...items('Tracked BFDs :', of('bfd')),
  ];
}

function trackerWords({ name, weight, reverse }: TrackerConfig | TrackInterfaceConfig): string {
  return `${name} weight ${weight}${reverse === true ? ' reverse' : ''}`;
}

function notifyLines(
  { config: { notify } }: DumpedInstance,
  global: GlobalNotifyConfig | undefined,
): readonly DumpLine[] {
  const transition = (name: string, command: CommandConfig | undefined): DumpLine => [
    `${name} state transition script`,
    command && commandWords(command),
  ];
  return [
    ['Using smtp notification', mailsVrrp(notify?.mail, global?.mail) ? 'yes' : 'no'],
    ['Notify deleted', notify?.deleted === undefined ? 'Fault' : 'Deleted'],
    transition('Backup', notify?.backup),
    transition('Master', notify?.master),
    transition('Fault', notify?.fault),
    transition('Stop', notify?.stop),
    transition('Deleted', notify?.deleted?.command),
    ['Master rx lower pri script', notify?.lowerPriority && commandWords(notify.lowerPriority)],
    transition('Generic', notify?.any),
    ['Notify priority changes', notify?.priorityChanges ?? global?.priorityChanges ?? false],
  ];
}

function enabled(is: boolean): string {
  return is ? 'enabled' : 'disabled';
}
