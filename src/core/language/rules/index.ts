/** The list of rules, in the order they run, and their run. One file for each rule. */

import type { Config } from '../../model/config.ts';
import type { BuildContext } from '../assemble/context.ts';
import { mergedGlobals } from '../assemble/global.ts';
import type { DiagnosticDetail } from '../diagnostic.ts';
import { atToken, wordAt } from '../tree.ts';
import { last } from '../typed/access.ts';
import type { TypedStatement } from '../typed/values.ts';
import { CHECKER_PORT_ZERO } from './checks/checker-port-zero.ts';
import { HTTP_ON_TLS_PORT } from './checks/http-on-tls-port.ts';
import { PATH_WITHOUT_SLASH } from './checks/path-without-slash.ts';
import { REGEX_INVALID } from './checks/regex-invalid.ts';
import { SAMPLE_DIGEST } from './checks/sample-digest.ts';
import { SERVERS_UNCHECKED } from './checks/servers-unchecked.ts';
import { SLOW_DETECTION } from './checks/slow-detection.ts';
import { SNI_WITHOUT_NAME } from './checks/sni-without-name.ts';
import { TIMEOUT_OUTLASTS_LOOP } from './checks/timeout-outlasts-loop.ts';
import { UDP_SILENCE } from './checks/udp-silence.ts';
import { findCheck } from './derived.ts';
import { MAIL_NEVER_SENT } from './general/mail-never-sent.ts';
import { NEGATED_FLAG } from './general/negated-flag.ts';
import { NOTHING_TO_RUN } from './general/nothing-to-run.ts';
import { PROCESS_BY_PATH } from './general/process-by-path.ts';
import { SAMPLE_MAIL } from './general/sample-mail.ts';
import { SCRIPT_INTERPRETER } from './general/script-interpreter.ts';
import { SCRIPT_SHUT_OUT } from './general/script-shut-out.ts';
import { SCRIPT_USER_WORDS } from './general/script-user-words.ts';
import { UNUSED_DEFINITION } from './general/unused-definition.ts';
import { DR_ACROSS_ROUTER } from './lvs/dr-across-router.ts';
import { FNAT_OWN_ADDRESS } from './lvs/fnat-own-address.ts';
import { FNAT_SOURCE_NOT_HELD } from './lvs/fnat-source-not-held.ts';
import { FNAT_WITHOUT_CONNTRACK } from './lvs/fnat-without-conntrack.ts';
import { HA_SUSPEND_GROUP } from './lvs/ha-suspend-group.ts';
import { LOOPBACK_NAT } from './lvs/loopback-nat.ts';
import { NAT_WITHOUT_FORWARDING } from './lvs/nat-without-forwarding.ts';
import { NAT_WITHOUT_SYNC_GROUP } from './lvs/nat-without-sync-group.ts';
import { NFTABLES_IPVS_ORDER } from './lvs/nftables-ipvs-order.ts';
import { ONE_PACKET_NAT } from './lvs/one-packet-nat.ts';
import { QUIESCENT_PERSISTENCE } from './lvs/quiescent-persistence.ts';
import { QUORUM_UNREACHABLE } from './lvs/quorum-unreachable.ts';
import { QUORUM_WITHOUT_EFFECT } from './lvs/quorum-without-effect.ts';
import { REMOVED_SERVER_HANGS } from './lvs/removed-server-hangs.ts';
import { SERVER_COLLIDES } from './lvs/server-collides.ts';
import { SERVER_IS_VIP } from './lvs/server-is-vip.ts';
import { SERVICE_TWICE } from './lvs/service-twice.ts';
import { SORRY_IS_SERVER } from './lvs/sorry-is-server.ts';
import { SYNC_DAEMON_FAMILIES } from './lvs/sync-daemon-families.ts';
import { SYNC_DAEMON_INSTANCE } from './lvs/sync-daemon-instance.ts';
import { THRESHOLDS } from './lvs/thresholds.ts';
import { VIP_NOT_HELD } from './lvs/vip-not-held.ts';
import type { FindingPlace, Rule, RuleInput } from './rule.ts';
import { ANNOUNCE_ONCE } from './vrrp/announce-once.ts';
import { DEFAULT_PRIORITY } from './vrrp/default-priority.ts';
import { DEFAULTS_BELOW_USE } from './vrrp/defaults-below-use.ts';
import { OWN_ADDRESS_AS_PEER } from './vrrp/own-address-as-peer.ts';
import { OWNER_BY_DEFAULT } from './vrrp/owner-by-default.ts';
import { PRIORITY_CLAMPED } from './vrrp/priority-clamped.ts';
import { SLOW_DIRECTOR } from './vrrp/slow-director.ts';
import { SOURCE_NOT_OWN } from './vrrp/source-not-own.ts';
import { SYNC_GROUP_TRACKING } from './vrrp/sync-group-tracking.ts';
import { SYNC_GROUP_UNEVEN } from './vrrp/sync-group-uneven.ts';
import { TAKEOVER_OF_OWNER } from './vrrp/takeover-of-owner.ts';
import { UNICAST_SOURCE_MISSING } from './vrrp/unicast-source-missing.ts';
import { VIP_AS_SOURCE } from './vrrp/vip-as-source.ts';
import { VIP_IS_ONLY_ADDRESS } from './vrrp/vip-is-only-address.ts';
import { VIP_NOT_ACCEPTED } from './vrrp/vip-not-accepted.ts';
import { VIP_PREFIX } from './vrrp/vip-prefix.ts';
import { VIP_TWICE } from './vrrp/vip-twice.ts';
import { VRID_SHARED } from './vrrp/vrid-shared.ts';
import { WEIGHT_WITH_NOPREEMPT } from './vrrp/weight-with-nopreempt.ts';
import { WITNESS_LATE } from './vrrp/witness-late.ts';

/** Every rule. */
export const RULES: readonly Rule[] = [
  OWNER_BY_DEFAULT,
  DEFAULT_PRIORITY,
  VIP_TWICE,
  VIP_PREFIX,
  VIP_AS_SOURCE,
  VIP_IS_ONLY_ADDRESS,
  VIP_NOT_ACCEPTED,
  OWN_ADDRESS_AS_PEER,
  UNICAST_SOURCE_MISSING,
  SOURCE_NOT_OWN,
  VRID_SHARED,
  SYNC_GROUP_UNEVEN,
  SYNC_GROUP_TRACKING,
  WEIGHT_WITH_NOPREEMPT,
  PRIORITY_CLAMPED,
  ANNOUNCE_ONCE,
  DEFAULTS_BELOW_USE,
  SLOW_DIRECTOR,
  WITNESS_LATE,
  TAKEOVER_OF_OWNER,
  VIP_NOT_HELD,
  SERVICE_TWICE,
  SERVER_COLLIDES,
  SERVER_IS_VIP,
  LOOPBACK_NAT,
  DR_ACROSS_ROUTER,
  NAT_WITHOUT_FORWARDING,
  QUIESCENT_PERSISTENCE,
  REMOVED_SERVER_HANGS,
  NAT_WITHOUT_SYNC_GROUP,
  FNAT_WITHOUT_CONNTRACK,
  FNAT_SOURCE_NOT_HELD,
  FNAT_OWN_ADDRESS,
  ONE_PACKET_NAT,
  QUORUM_UNREACHABLE,
  QUORUM_WITHOUT_EFFECT,
  SORRY_IS_SERVER,
  THRESHOLDS,
  HA_SUSPEND_GROUP,
  NFTABLES_IPVS_ORDER,
  SYNC_DAEMON_INSTANCE,
  SYNC_DAEMON_FAMILIES,
  SERVERS_UNCHECKED,
  CHECKER_PORT_ZERO,
  SLOW_DETECTION,
  TIMEOUT_OUTLASTS_LOOP,
  UDP_SILENCE,
  HTTP_ON_TLS_PORT,
  PATH_WITHOUT_SLASH,
  SNI_WITHOUT_NAME,
  REGEX_INVALID,
  SAMPLE_DIGEST,
  NEGATED_FLAG,
  UNUSED_DEFINITION,
  SCRIPT_USER_WORDS,
  SCRIPT_INTERPRETER,
  SCRIPT_SHUT_OUT,
  PROCESS_BY_PATH,
  NOTHING_TO_RUN,
  MAIL_NEVER_SENT,
  SAMPLE_MAIL,
];

/** Runs all rules over a configuration. */
export function runRules(config: Config, context: BuildContext): void {
  const input: Omit<RuleInput, 'report'> = {
    config,
    root: context.root,
    globals: mergedGlobals(context.root),
    host: context.host,
    originOf: (part) => context.origins.get(part),
    definitionOf: definitionIndex(context),
    scripts: context.typing.scripts,
    regexProblem: context.regexProblem,
    hasFound: (code) => context.diagnostics.items.some((item) => item.code === code),
  };
  const { tried } = context.typing;
  const concerned = concernedRules(config).filter(
    ({ lacksAnywhere = [] }) => !tried.hasAnywhere(lacksAnywhere),
  );
  for (const rule of concerned) {
    rule.check({
      ...input,
      report: ({ at, message, severity, suggestion, related }) => {
        if (rule.lacks !== undefined && isTried(at, rule.lacks, context)) return;
        const place = placeDetail(at, context);
        const more = [...(place.related ?? []), ...(related ?? [])];
        context.diagnostics.report(`lint-${rule.name}`, message, {
          ...place,
          severity,
          suggestion,
          related: more,
        });
      },
    });
  }
}

/** Whether a line in the block that a finding is about, or in one around it, was meant for one of the keywords. */
function isTried(at: FindingPlace, keywords: readonly string[], context: BuildContext): boolean {
  if ('token' in at) return false;
  const typed = 'typed' in at ? at.typed : context.origins.get(at.part);
  const has = (one: TypedStatement | undefined): boolean =>
    context.typing.tried.has(one?.block, ...keywords);
  return has(typed) || context.root.statements.some((outer) => has(outer) && holds(outer, typed));
}

/** Whether a statement stands in the block of another, at whatever depth. */
function holds(outer: TypedStatement, typed: TypedStatement | undefined): boolean {
  return outer === typed || outer.block?.statements.some((inner) => holds(inner, typed)) === true;
}

/** Rules that have something to look at, in their order. */
function concernedRules(config: Config): readonly Rule[] {
  let waiting = RULES.filter(({ concerns }) => concerns !== undefined);
  findCheck(
    config.virtualServers.flatMap(({ realServers }) => realServers),
    (check) => {
      if (waiting.some(({ concerns }) => concerns?.(check))) {
        waiting = waiting.filter(({ concerns }) => concerns?.(check) !== true);
      }
      return waiting.length === 0;
    },
  );
  const idle = new Set(waiting);
  return RULES.filter((rule) => !idle.has(rule));
}

/** Finds blocks by keyword and name; of two, the first counts. */
function definitionIndex(context: BuildContext): RuleInput['definitionOf'] {
  const index = new Map<string, TypedStatement>();
  for (const typed of context.root.statements) {
    const key = `${typed.keyword.name} ${String(typed.values[0])}`;
    if (typed.block !== undefined && !index.has(key)) index.set(key, typed);
  }
  return (keyword, name) => index.get(`${keyword} ${name}`);
}

/** The word to point at: of a part of the model, the keyword inside its block, else its first word. */
function placeDetail(at: FindingPlace, context: BuildContext): DiagnosticDetail {
  if ('token' in at) return atToken(at.token);
  const origin = 'typed' in at ? at.typed : context.origins.get(at.part);
  const inner =
    'part' in at && at.keyword !== undefined ? last(origin?.block, at.keyword) : undefined;
  const statement = (inner ?? origin)?.statement;
  return statement === undefined ? {} : atToken(wordAt(statement, 0));
}
