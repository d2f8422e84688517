/** A rule of the configuration as the body of RTM_NEWRULE (linux/fib_rules.h): struct fib_rule_hdr and its attributes. */
import { ipBytes } from '../base/address.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { NumberSpan, RuleConfig } from '../model/routing.ts';
import { AttributeWriter, HOST_IS_LITTLE_ENDIAN } from '../netlink/attributes.ts';
import { flowOf } from './route-codec.ts';
import { AF_NUMBER, FRA, HEADER_LENGTH, RULE_ACTION_NUMBER, RULE_INVERT } from './routing-abi.ts';
import type { RoutingLinks, RoutingObstacle } from './routing-entry.ts';
import { prefixBytes, RoutingResolver } from './routing-resolver.ts';

/** Offset of the flags in struct fib_rule_hdr. */
const FLAGS_OFFSET = 8;

/** The body of the message, or what the host lacks for it. Interfaces are named: a rule may come before its interface. */
export function encodeRule(
  rule: RuleConfig,
  links: RoutingLinks,
): Result<Uint8Array, RoutingObstacle> {
  const names = new RoutingResolver(links);
  const { family, from, to, action, fwmark } = rule;
  const table = action.type === 'table' ? names.number(action.table) : 0;
  const header = new Uint8Array(HEADER_LENGTH);
  header.set([
    AF_NUMBER[family],
    to?.prefixLength ?? 0,
    from?.prefixLength ?? 0,
    rule.tos === undefined ? 0 : names.number(rule.tos),
    table < 256 ? table : 0,
    0,
    0,
    RULE_ACTION_NUMBER[action.type],
  ]);
  const flags = rule.isInverted ? RULE_INVERT : 0;
  new DataView(header.buffer).setUint32(FLAGS_OFFSET, flags, HOST_IS_LITTLE_ENDIAN);
  const out = new AttributeWriter().raw(header);
  out.u32(FRA.PRIORITY, rule.preference);
  if (to !== undefined) out.bytes(FRA.DST, prefixBytes(to, ipBytes(to.address)));
  if (from !== undefined) out.bytes(FRA.SRC, prefixBytes(from, ipBytes(from.address)));
  if (table >= 256) out.u32(FRA.TABLE, table);
  out.u8(FRA.PROTOCOL, names.number(rule.protocol));
  if (fwmark !== undefined) {
    out.u32(FRA.FWMARK, fwmark.mark);
    if (fwmark.mask !== undefined) out.u32(FRA.FWMASK, fwmark.mask);
  }
  if (rule.inputInterface !== undefined) out.string(FRA.IIFNAME, rule.inputInterface);
  if (rule.outputInterface !== undefined) out.string(FRA.OIFNAME, rule.outputInterface);
  if (rule.users !== undefined) out.u32s(FRA.UID_RANGE, [rule.users.from, rule.users.to]);
  if (rule.tunnelId !== undefined) out.bytes(FRA.TUN_ID, u64BigEndian(rule.tunnelId));
  if (rule.ipProtocol !== undefined) out.u8(FRA.IP_PROTO, names.number(rule.ipProtocol));
  writePorts(out, FRA.SPORT_RANGE, rule.sourcePorts);
  writePorts(out, FRA.DPORT_RANGE, rule.destinationPorts);
  writeAction(out, action, names);
  return names.obstacle === undefined ? ok(out.finish()) : err(names.obstacle);
}

function writeAction(
  out: AttributeWriter,
  action: RuleConfig['action'],
  names: RoutingResolver,
): void {
  if (action.type === 'goto') out.u32(FRA.GOTO, action.preference);
  else if (action.type === 'l3mdev') out.u8(FRA.L3MDEV, 1);
  else if (action.type === 'table') {
    const { suppressedPrefixLength, suppressedGroup, realms } = action;
    if (suppressedPrefixLength !== undefined) {
      out.u32(FRA.SUPPRESS_PREFIXLEN, suppressedPrefixLength);
    }
    if (suppressedGroup !== undefined) {
      out.u32(FRA.SUPPRESS_IFGROUP, names.number(suppressedGroup));
    }
    if (realms !== undefined)
      out.u32(
        FRA.FLOW,
        flowOf(realms, (value) => names.number(value)),
      );
  }
}

/** struct fib_rule_port_range: two 16-bit numbers in host order. */
function writePorts(out: AttributeWriter, type: number, span: NumberSpan | undefined): void {
  if (span === undefined) return;
  const bytes = new Uint8Array(4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, span.from, HOST_IS_LITTLE_ENDIAN);
  view.setUint16(2, span.to, HOST_IS_LITTLE_ENDIAN);
  out.bytes(type, bytes);
}

function u64BigEndian(value: number): Uint8Array {
  const out = new Uint8Array(8);
  const view = new DataView(out.buffer);
  view.setUint32(0, Math.floor(value / 2 ** 32));
  view.setUint32(4, value >>> 0);
  return out;
}
