/** Builds the global part of the model and the defaults that instances take from `global_defs`. */
import { type IpAddress, type IpFamily, parseIp } from '../../base/address.ts';
import { ZERO_DURATION } from '../../base/time.ts';
import type { AnnounceConfig, GlobalConfig, VrrpInstanceConfig } from '../../model/config.ts';
import type { InstanceOptionsConfig } from '../../model/instance-options.ts';
import { GLOBAL_READER, METRICS_READER } from '../settings/global.ts';
import { OPTION_READER } from '../settings/instance-options.ts';
import { ANNOUNCE_READER, INSTANCE_READER, type InstanceRead } from '../settings/vrrp-instance.ts';
import { all, asOptions, bool, number, text } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import type { BuildContext } from './context.ts';
import { extraAnnouncement } from './extra-announcement.ts';
import { globalNotify } from './global-notify.ts';
import { readGlobalOptions } from './global-options.ts';
import { optional } from './optional.ts';

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
  /** Version of IPv4 instances. */
  readonly version: 2 | 3;
  readonly instance: Partial<Pick<VrrpInstanceConfig, InstanceRead>>;
  readonly announce: AnnounceConfig;
  /** Groups of instances that name none; absent: the standard's. */
  readonly groups: { readonly [F in IpFamily]?: IpAddress };
  readonly options: Partial<InstanceOptionsConfig>;
}

/** What `vrrp_min_garp` puts in the place of the usual defaults. */
const FEW_ANNOUNCEMENTS: Partial<AnnounceConfig> = {
  repeat: 1,
  delay: ZERO_DURATION,
  refreshRepeat: 0,
};

/** The defaults for instances; `vrrp_min_garp` changes only what was not set itself. */
export function vrrpDefaults(globals: TypedBlock | undefined): VrrpDefaults {
  const few = bool(globals, 'vrrp_min_garp') === true ? FEW_ANNOUNCEMENTS : {};
  return {
    version: number(globals, 'vrrp_version') === 3 ? 3 : 2,
    instance: INSTANCE_READER.given(globals, 'global_defs'),
    announce: ANNOUNCE_READER.read(globals, few, 'global_defs'),
    groups: {
      ...optional('ipv4', addressOf(text(globals, 'vrrp_mcast_group4'))),
      ...optional('ipv6', addressOf(text(globals, 'vrrp_mcast_group6'))),
    },
    options: {
      ...OPTION_READER.given(globals, 'global_defs'),
      ...optional('extraAnnouncement', extraAnnouncement(globals, 'vrrp_')),
    },
  };
}

/** The global part of the model. */
export function buildGlobal(globals: TypedBlock | undefined, context: BuildContext): GlobalConfig {
  const timeouts = lvsTimeouts(globals);
  const notify = globalNotify(globals, context);
  return {
    ...GLOBAL_READER.read(globals),
    metrics: METRICS_READER.read(globals),
    ...(timeouts === undefined ? {} : { lvsTimeouts: timeouts }),
    ...(notify === undefined ? {} : { notify }),
    ...readGlobalOptions(globals, context),
  };
}

/** An address a table has already checked. */
export function addressOf(word: string | undefined): IpAddress | undefined {
  return word === undefined ? undefined : parseIp(word);
}

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
