/** Builds the global part of the model and the defaults that instances take from `global_defs`. */
import { type IpAddress, parseIp } from '../../base/address.ts';
import { type Duration, seconds, ZERO_DURATION } from '../../base/time.ts';
import type { GlobalConfig } from '../../model/config.ts';
import { all, asOptions, bool, duration, flag, number, text } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';

/** Every `global_defs` of a configuration as one block: later settings win. */
export function mergedGlobals(root: TypedBlock): TypedBlock | undefined {
  const blocks = root.statements.filter((typed) => typed.keyword.name === 'global_defs');
  const first = blocks[0]?.block;
  if (first === undefined) return undefined;
  const statements: TypedStatement[] = blocks.flatMap((typed) => typed.block?.statements ?? []);
  return { ...first, statements };
}

/** Defaults for instances, from `global_defs`. */
export interface VrrpDefaults {
  readonly version: 2 | 3;
  readonly strict: boolean;
  readonly downTimerAdverts: number;
  readonly garpRepeat: number;
  readonly garpDelay: Duration;
  readonly garpRefresh: Duration;
  readonly garpRefreshRepeat: number;
  readonly garpLowerRepeat: number | undefined;
  readonly garpLowerDelay: Duration | undefined;
  readonly arpGap: Duration;
  readonly naGap: Duration;
  readonly lowerPrioNoAdvert: boolean | undefined;
  readonly higherPrioSendAdvert: boolean | undefined;
  readonly checkUnicastSource: boolean;
  readonly checksumAsV2: boolean;
  readonly ownerIgnoreAdverts: boolean | undefined;
}

/** The defaults for instances; `vrrp_min_garp` changes only what was not set itself. */
export function vrrpDefaults(globals: TypedBlock | undefined): VrrpDefaults {
  const min = bool(globals, 'vrrp_min_garp') === true;
  const delay = wholeSeconds(globals, 'vrrp_garp_master_delay');
  return {
    version: number(globals, 'vrrp_version') === 3 ? 3 : 2,
    strict: bool(globals, 'vrrp_strict') === true,
    downTimerAdverts: number(globals, 'vrrp_down_timer_adverts') ?? 3,
    garpRepeat: number(globals, 'vrrp_garp_master_repeat') ?? (min ? 1 : 5),
    garpDelay: delay ?? (min ? ZERO_DURATION : seconds(5)),
    garpRefresh: wholeSeconds(globals, 'vrrp_garp_master_refresh') ?? ZERO_DURATION,
    garpRefreshRepeat: number(globals, 'vrrp_garp_master_refresh_repeat') ?? (min ? 0 : 1),
    garpLowerRepeat: number(globals, 'vrrp_garp_lower_prio_repeat'),
    garpLowerDelay: wholeSeconds(globals, 'vrrp_garp_lower_prio_delay'),
    arpGap: duration(globals, 'vrrp_garp_interval') ?? ZERO_DURATION,
    naGap: duration(globals, 'vrrp_gna_interval') ?? ZERO_DURATION,
    lowerPrioNoAdvert: bool(globals, 'vrrp_lower_prio_no_advert'),
    higherPrioSendAdvert: bool(globals, 'vrrp_higher_prio_send_advert'),
    checkUnicastSource: flag(globals, 'vrrp_check_unicast_src'),
    checksumAsV2: flag(globals, 'v3_checksum_as_v2'),
    ownerIgnoreAdverts: bool(globals, 'vrrp_owner_ignore_adverts'),
  };
}

/** The global part of the model. */
export function buildGlobal(globals: TypedBlock | undefined): GlobalConfig {
  const routerId = text(globals, 'router_id');
  const rtPriority = number(globals, 'vrrp_rt_priority');
  const timeouts = lvsTimeouts(globals);
  return {
    ...(routerId === undefined ? {} : { routerId }),
    vrrpStartupDelay: duration(globals, 'vrrp_startup_delay') ?? ZERO_DURATION,
    metrics: {
      enabled: bool(globals, 'metrics') !== false,
      address: addressOf(text(globals, 'metrics_listen')) ?? METRICS_ADDRESS,
      port: number(globals, 'metrics_listen', 1) ?? METRICS_PORT,
    },
    removeIpvsOnStop: bool(globals, 'lvs_keep_on_stop') !== true,
    ...(rtPriority === undefined ? {} : { vrrpRealTimePriority: rtPriority }),
    ...(timeouts === undefined ? {} : { lvsTimeouts: timeouts }),
  };
}

/** An address a table has already checked. */
export function addressOf(word: string | undefined): IpAddress | undefined {
  return word === undefined ? undefined : parseIp(word);
}

/** A keyword in whole seconds as a time. */
export function wholeSeconds(block: TypedBlock | undefined, name: string): Duration | undefined {
  const found = number(block, name);
  return found === undefined ? undefined : seconds(found);
}

const METRICS_ADDRESS: IpAddress = '127.0.0.1' as IpAddress;
const METRICS_PORT = 9165;

function lvsTimeouts(globals: TypedBlock | undefined): GlobalConfig['lvsTimeouts'] {
  const lines = all(globals, 'lvs_timeouts').flatMap((typed) => asOptions(typed.values[0]) ?? []);
  if (lines.length === 0) return undefined;
  const given = lines.flatMap((line) => line.given);
  const [tcp, tcpFin, udp] = ['tcp', 'tcpfin', 'udp'].map((name) =>
    positive(given.findLast((one) => one.name === name)?.values[0]),
  );
  return {
    ...(tcp === undefined ? {} : { tcp }),
    ...(tcpFin === undefined ? {} : { tcpFin }),
    ...(udp === undefined ? {} : { udp }),
  };
}

/** 0 leaves a timeout as the kernel has it. */
function positive(found: unknown): number | undefined {
  return typeof found === 'number' && found > 0 ? found : undefined;
}
