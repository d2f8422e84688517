/**
 * `keepalived.json`: names and types of the fields are those that keepalived 2.4.3 writes, because exporters and
 * Zabbix templates decode them strictly: whole seconds are whole numbers even where Tandem knows better.
 */
import type { CommandConfig } from '../../../core/model/command.ts';
import type { Config } from '../../../core/model/config.ts';
import type { TrackProcessConfig } from '../../../core/model/tracking.ts';
import { mailsVrrp } from '../../../core/notifications/alerts.ts';
import type { DaemonState } from '../../supervisor/state.ts';
import type { DumpedInstance } from './dumped-instances.ts';
import { routeWords, ruleWords } from './route-words.ts';
import { commandWords, comparesCommandLine, HIDDEN_SECRET, vipWords } from './words.ts';

/** States by the numbers of keepalived. */
const STATES = { INIT: 0, BACKUP: 1, MASTER: 2, FAULT: 3 } as const;
const AUTHENTICATION = { PASS: 1, AH: 2 } as const;

type Field = readonly [name: string, value: unknown];

/** One line. `version` 1 is an array of instances, 2 an object that has it as `vrrp`, and processes that are tracked. */
export function jsonText(
  instances: readonly DumpedInstance[],
  state: DaemonState,
  version: number,
): string {
  const { config } = state;
  const vrrp = instances.map((one) => ({ data: dataOf(one, config), stats: statsOf(one) }));
  const { processes } = config.tracked;
  const processList =
    processes.length === 0 ? {} : { track_process: processes.map((one) => processOf(one, state)) };
  const text = JSON.stringify(version === 2 ? { vrrp, ...processList } : vrrp);
  return `${text.replaceAll('/', '\\/')}\n`;
}

function dataOf(dumped: DumpedInstance, { global, tracked }: Config): object {
  const { config, view, isSet, wallUs } = dumped;
  const { announce, options = {}, ownLink } = config;
  const { notify, authentication, routes = [], rules = [] } = config;
  const isVmac = ownLink !== undefined && view.interface !== config.interface;
  const commands = new Map(tracked.scripts.map((script) => [script.name, script.command]));
  const trackers = config.trackers ?? [];
  const named = (kind: string): string[] =>
    trackers.filter((one) => one.kind === kind).map(({ name }) => name);
  return Object.fromEntries<unknown>([
    ['iname', config.name],
    ['dont_track_primary', Number(config.ignoreOwnInterface)],
    ['skip_check_adv_addr', Number(config.skipListCheck)],
    ['strict_mode', Number(config.strict)],
    ['vmac_ifname', isVmac ? view.interface : ''],
    ['ifp_ifname', view.interface],
    ['master_priority', view.masterPriority ?? 0],
    ['last_transition', wallUs(view.since) / 1_000_000],
    ['garp_delay', wholeSeconds(announce.delay)],
    ['garp_refresh', wholeSeconds(announce.refresh)],
    ['garp_rep', announce.repeat],
    ['garp_refresh_rep', announce.refreshRepeat],
    ['garp_lower_prio_delay', wholeSeconds(announce.lowerPriorityDelay)],
    ['garp_lower_prio_rep', announce.lowerPriorityRepeat],
    ['lower_prio_no_advert', Number(!config.answerLowerPriority)],
    ['higher_prio_send_advert', Number(config.answerHigherPriority)],
    ['vrid', config.vrid],
    ['base_priority', config.priority],
    ['effective_priority', view.effectivePriority],
    ['vipset', [...config.addresses, ...config.excludedAddresses].some(isSet)],
    ['promote_secondaries', options.promotesSecondaries ?? false],
    ['adver_int', config.advertInterval / 1_000_000],
    ['master_adver_int', view.masterAdvertInterval / 1_000_000],
    ['accept', Number(options.acceptsPackets ?? !config.strict)],
    ['nopreempt', !config.preempt],
    ['preempt_delay', wholeSeconds(config.preemptDelay)],
    ['state', STATES[view.state]],
    ['wantstate', STATES[view.state]],
    ['version', config.version],
    ['smtp_alert', mailsVrrp(notify?.mail, global.notify?.mail)],
    ['notify_deleted', notify?.deleted !== undefined],
    ...script('script_backup', notify?.backup),
    ...script('script_master', notify?.master),
    ...script('script_fault', notify?.fault),
    ...script('script_stop', notify?.stop),
    ...script('script_deleted', notify?.deleted?.command),
    ...script('script', notify?.any),
    ...script('script_master_rx_lower_pri', notify?.lowerPriority),
    ...list(
      'vips',
      config.addresses.map((vip) => vipWords(vip, isSet(vip))),
    ),
    ...list(
      'evips',
      config.excludedAddresses.map((vip) => vipWords(vip, isSet(vip))),
    ),
    ...list('vroutes', routes.map(routeWords)),
    ...list('vrules', rules.map(ruleWords)),
    ...list(
      'track_ifp',
      config.trackInterfaces.map(({ name }) => name),
    ),
    ...list(
      'track_script',
      named('script').flatMap((name) => {
        const command = commands.get(name);
        return command === undefined ? [] : commandWords(command);
      }),
    ),
    ...list('track_process', named('process')),
    ['auth_type', authentication === undefined ? 0 : AUTHENTICATION[authentication.type]],
    ...(authentication === undefined ? [] : [['auth_data', HIDDEN_SECRET] as const]),
  ]);
}

function statsOf({ counters }: DumpedInstance): object {
  return {
    advert_rcvd: counters.advertisementsReceived,
    advert_sent: counters.advertisementsSent,
    become_master: counters.becomeMaster,
    release_master: counters.releaseMaster,
    packet_len_err: counters.packetLengthErrors,
    advert_interval_err: counters.intervalErrors,
    ip_ttl_err: counters.ipTtlErrors,
    invalid_type_rcvd: counters.invalidTypePackets,
    addr_list_err: counters.addressListErrors,
    invalid_authtype: counters.invalidAuthType,
    authtype_mismatch: counters.authTypeMismatch,
    auth_failure: counters.authFailures,
    auth_ext_missing: counters.hmacMissing,
    auth_ext_malformed: counters.hmacMalformed,
    auth_ext_unknown_key: counters.hmacUnknownKey,
    auth_ext_invalid_hmac: counters.hmacInvalid,
    auth_ext_stale: counters.hmacStale,
    auth_ext_replay: counters.hmacReplays,
    pri_zero_rcvd: counters.priorityZeroReceived,
    pri_zero_sent: counters.priorityZeroSent,
  };
}

/** Running delays are the runner's own and are left out; so is what is not known of the number of processes. */
function processOf(process: TrackProcessConfig, state: DaemonState): object {
  const { name, program, parameters, match, quorum, quorumMax } = process;
  const fact = state.trackers.find((one) => one.kind === 'process' && one.name === name);
  return {
    process: program,
    ...(parameters.length === 0 ? {} : { parameters: parameters.join(' ') }),
    param_match: match === 'any' ? 'none' : match,
    min_processes: quorum,
    ...(quorumMax === undefined ? {} : { max_processes: quorumMax }),
    ...(fact?.kind === 'process'
      ? { current_processes: fact.running, have_quorum: fact.isUp }
      : {}),
    terminate_delay: process.terminateDelay / 1_000_000,
    fork_delay: process.forkDelay / 1_000_000,
    full_command: comparesCommandLine(process),
  };
}

function wholeSeconds(us: number): number {
  return Math.floor(us / 1_000_000);
}

function script(name: string, command: CommandConfig | undefined): readonly Field[] {
  return command === undefined ? [] : [[name, commandWords(command)]];
}

function list(name: string, items: readonly string[]): readonly Field[] {
  return items.length === 0 ? [] : [[name, items]];
}
