/** Settings of `vrrp_instance` that few instances have. */
import type { VirtualAddressOptionsConfig } from '../../model/address.ts';
import type { HmacConfig } from '../../model/hmac.ts';
import type {
  ExtraAnnouncementConfig,
  InstanceOptionsConfig,
} from '../../model/instance-options.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import { maybeOnOff, maybeWhole, type Settings, word, work } from './row.ts';

/** Fields that their rows read alone; others may overrule them. */
export type OptionRead =
  | 'promotesSecondaries'
  | 'vmacForAddresses'
  | 'vrf'
  | 'receiveBufferBytes'
  | 'syncDaemonInterface'
  | 'pollsLink';

/** Rows of an instance. */
export const OPTION_SETTINGS: Settings<InstanceOptionsConfig, OptionRead> = {
  expiredTimerPriority: work('timer_expired_backup'),
  acceptsPackets: work('no_accept', undefined, { shown: 'accept' }),
  promotesSecondaries: maybeOnOff('promote_secondaries'),
  vmacForAddresses: maybeOnOff('use_vmac_addr'),
  oldUnicastChecksum: work('old_unicast_checksum'),
  vrf: word('vrf'),
  receiveBufferBytes: maybeWhole('kernel_rx_buf_size'),
  extraAnnouncement: work('garp_extra_if', extraText),
  syncDaemonInterface: word('lvs_sync_daemon_interface'),
  pollsLink: maybeOnOff('linkbeat_use_polling'),
};

/** Reads them. */
export const OPTION_READER: SettingsReader<InstanceOptionsConfig, OptionRead> =
  settingsReader(OPTION_SETTINGS);

/** `every 60 s, on all interfaces`. */
function extraText({ everySeconds, onAllInterfaces }: ExtraAnnouncementConfig): string {
  return `every ${everySeconds} s${onAllInterfaces ? ', on all interfaces' : ''}`;
}

/** `key 1 of 1, 2, enforce, anti_replay time (secret)`: the keys themselves are never shown. */
export function hmacText({ keys, activeKey, windowSeconds, antiReplay, mode }: HmacConfig): string {
  const ids = keys.map(({ id }) => id).join(', ');
  const window = windowSeconds === undefined ? '' : `, time_window ${windowSeconds} s`;
  return `key ${activeKey} of ${ids}, ${mode}, anti_replay ${antiReplay}${window} (secret)`;
}

/** `192.0.2.1 dev eth0: use_vmac`. */
export function addressOptionsText(options: VirtualAddressOptionsConfig): string {
  const { address, interface: device } = options;
  return `${address} dev ${device}:${options.hasOwnVmac === true ? ' use_vmac' : ''}`;
}

/** What makes the options those of one address. */
export function addressOptionsIdentity(options: VirtualAddressOptionsConfig): string {
  return `${options.address}%${options.interface}`;
}
