/** Builds `garp_extra_if`, in an instance and as the default of `global_defs`. */
import type { ExtraAnnouncementConfig } from '../../model/instance-options.ts';
import { asOptions, option } from '../typed/access.ts';
import type { TypedBlock } from '../typed/values.ts';

/** The last one of a block under its new or its old name; undefined without one. */
export function extraAnnouncement(
  block: TypedBlock | undefined,
  prefix: '' | 'vrrp_',
): ExtraAnnouncementConfig | undefined {
  const names = [`${prefix}garp_extra_if`, `${prefix}vmac_garp_intvl`];
  const typed = block?.statements.findLast(
    ({ keyword, usable }) => usable && names.includes(keyword.name),
  );
  const options = asOptions(typed?.values[0]);
  const [seconds] = options?.positional ?? [];
  if (typeof seconds !== 'number') return undefined;
  return { everySeconds: seconds, onAllInterfaces: option(options, 'all') !== undefined };
}
