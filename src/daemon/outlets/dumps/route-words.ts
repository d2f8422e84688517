/** Routes and rules in the words of keepalived's dumps. The order of their parts was measured on keepalived 2.2.7. */
import { ipFamily } from '../../../core/base/address.ts';
import type { RouteConfig, RouteHopConfig, RuleConfig } from '../../../core/model/routing.ts';
import { prefixText, word } from '../../../core/model/routing-text.ts';
import { joined } from './words.ts';

/** `prepend 10.9.0.0/16 via inet 192.0.2.254 dev eth0 proto 18`. */
export function routeWords(route: RouteConfig): string {
  const { hops, type, from } = route;
  const [first] = hops;
  const isPlain = hops.length === 1;
  return joined(
    route.insertion,
    type !== 'unicast' && type,
    prefixText(route.destination),
    from && `from ${prefixText(from)}`,
    word('src', route.preferredSource),
    isPlain && first && hopWords(first),
    word('table', route.table),
    word('vrf', route.vrf),
    word('proto', route.protocol),
    word('scope', route.scope),
    word('tos', route.tos),
    word('metric', route.metric),
    ...route.metrics.map(
      ({ name, value, isLocked }) => `${name}${isLocked ? ' lock' : ''} ${value}`,
    ),
    ...(isPlain ? [] : hops.map((hop) => `nexthop ${hopWords(hop)} weight ${hop.weight}`)),
  );
}

/** `from 10.9.0.0/16 priority 1000 tos 0x0 protocol 18 lookup 100`. */
export function ruleWords(rule: RuleConfig): string {
  const { action, from, to, fwmark } = rule;
  const mask = fwmark?.mask === undefined ? '' : `/0x${fwmark.mask.toString(16)}`;
  const tos = rule.tos ?? 0;
  return joined(
    rule.isInverted && 'not',
    from && `from ${prefixText(from)}`,
    to && `to ${prefixText(to)}`,
    `priority ${rule.preference}`,
    fwmark && `fwmark 0x${fwmark.mark.toString(16)}${mask}`,
    word('iif', rule.inputInterface),
    word('oif', rule.outputInterface),
    `tos ${typeof tos === 'number' ? `0x${tos.toString(16)}` : tos}`,
    word('protocol', rule.protocol),
    action.type === 'table' && `lookup ${action.table}`,
    action.type === 'goto' && `goto ${action.preference}`,
    action.type !== 'table' && action.type !== 'goto' && action.type,
  );
}

function hopWords({ gateway, interface: device, onLink }: RouteHopConfig): string {
  const family = gateway !== undefined && ipFamily(gateway) === 'ipv6' ? 'inet6' : 'inet';
  return joined(gateway && `via ${family} ${gateway}`, word('dev', device), onLink && 'onlink');
}
