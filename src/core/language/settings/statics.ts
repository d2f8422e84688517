/** Settings of static addresses, routes and rules, and of interfaces apart from instances. */
import { exactSpanText } from '../../base/span-text.ts';
import type {
  AnnounceGroupConfig,
  LinkDelayConfig,
  LinksConfig,
  PolledLinkConfig,
} from '../../model/links.ts';
import { routeIdentity, routeText, ruleIdentity, ruleText } from '../../model/routing-text.ts';
import type { StaticAddressConfig, StaticsConfig, TrackGroupConfig } from '../../model/statics.ts';
import { list, type Settings, work } from './row.ts';
import { addressIdentity, addressWords } from './texts.ts';

/** Rows of static entries. */
export const STATIC_SETTINGS: Settings<StaticsConfig> = {
  addresses: list('static_ipaddress', addressLine, { identity: addressIdentity }),
  routes: list('static_routes', routeText, { identity: routeIdentity }),
  rules: list('static_rules', ruleText, { identity: ruleIdentity }),
  trackGroups: list('track_group', groupText, { identity: ({ name }) => name }),
};

/** Rows of interfaces. */
export const LINK_SETTINGS: Settings<LinksConfig> = {
  announceGroups: list('garp_group', announceGroupText, {
    identity: ({ interfaces }) => interfaces.join(' '),
  }),
  polled: list('linkbeat_interfaces', polledText, { identity: interfaceOf }),
  pollsAll: work('linkbeat_use_polling'),
  delays: list('interface_up_down_delays', delayText, { identity: interfaceOf }),
};

/** `192.0.2.1/24 dev eth0 no_track track_group G`. */
function addressLine(address: StaticAddressConfig): string {
  const { trackGroup } = address;
  const group = trackGroup === undefined ? '' : `track_group ${trackGroup}`;
  return [addressWords(address), group].filter((part) => part).join(' ');
}

/** `G: VI_1, VI_2`. */
function groupText({ name, members }: TrackGroupConfig): string {
  return `${name}: ${members.join(', ')}`;
}

/** `eth0, eth1: garp_interval 100 ms`. */
function announceGroupText({ interfaces, arpGap, naGap }: AnnounceGroupConfig): string {
  const arp = arpGap === undefined ? [] : [`garp_interval ${exactSpanText(arpGap)}`];
  const na = naGap === undefined ? [] : [`gna_interval ${exactSpanText(naGap)}`];
  return `${interfaces.join(', ')}: ${[...arp, ...na].join(', ')}`;
}

/** `eth0 MII`. */
function polledText({ interface: name, method }: PolledLinkConfig): string {
  return method === undefined ? name : `${name} ${method}`;
}

/** `eth0 down 1 s up 2 s`. */
function delayText({ interface: name, down, up }: LinkDelayConfig): string {
  return `${name} down ${exactSpanText(down)} up ${exactSpanText(up)}`;
}

function interfaceOf({ interface: name }: { readonly interface: string }): string {
  return name;
}
