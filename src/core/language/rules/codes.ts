/**
 * The rules by name, with severity and summary: the rows that `../codes.ts` takes over with `lint-` before
 * the name. None changes the verdict: a file that passes `keepalived -t` passes here.
 */

/** What the table of codes has to know of a rule. */
export interface RuleRow {
  readonly severity: 'warning' | 'notice';
  /** What it means, for the documentation. */
  readonly summary: string;
}

/** Name of a rule: that of its file. */
export type RuleName =
  | 'owner-by-default'
  | 'default-priority'
  | 'vip-twice'
  | 'vip-prefix'
  | 'vip-as-source'
  | 'vip-is-only-address'
  | 'vip-not-accepted'
  | 'own-address-as-peer'
  | 'unicast-source-missing'
  | 'source-not-own'
  | 'vrid-shared'
  | 'sync-group-uneven'
  | 'sync-group-tracking'
  | 'weight-with-nopreempt'
  | 'priority-clamped'
  | 'announce-once'
  | 'defaults-below-use'
  | 'slow-director'
  | 'witness-late'
  | 'takeover-of-owner'
  | 'vip-not-held'
  | 'service-twice'
  | 'server-collides'
  | 'server-is-vip'
  | 'loopback-nat'
  | 'dr-across-router'
  | 'nat-without-forwarding'
  | 'quiescent-persistence'
  | 'removed-server-hangs'
  | 'nat-without-sync-group'
  | 'fnat-without-conntrack'
  | 'fnat-source-not-held'
  | 'fnat-own-address'
  | 'one-packet-nat'
  | 'quorum-unreachable'
  | 'quorum-without-effect'
  | 'sorry-is-server'
  | 'thresholds'
  | 'ha-suspend-group'
  | 'nftables-ipvs-order'
  | 'sync-daemon-instance'
  | 'sync-daemon-families'
  | 'servers-unchecked'
  | 'checker-port-zero'
  | 'slow-detection'
  | 'timeout-outlasts-loop'
  | 'udp-silence'
  | 'http-on-tls-port'
  | 'path-without-slash'
  | 'sni-without-name'
  | 'regex-invalid'
  | 'sample-digest'
  | 'nothing-to-run'
  | 'negated-flag'
  | 'unused-definition'
  | 'script-user-words'
  | 'script-interpreter'
  | 'script-shut-out'
  | 'process-by-path'
  | 'mail-never-sent'
  | 'sample-mail';

/** Every rule, by the name of its file. */
export const RULE_ROWS: Readonly<Record<RuleName, RuleRow>> = {
  // vrrp
  'owner-by-default': warning('state MASTER without a priority makes the router an address owner'),
  'default-priority': notice('An instance without a priority has 100, like any other without'),
  'vip-twice': warning('Two instances hold one address'),
  'vip-prefix': notice('The prefix of an address does not fit the subnets of its interface'),
  'vip-as-source': warning('An IPv6 address with a short prefix becomes a source address'),
  'vip-is-only-address': warning('The only address of an interface is a virtual one'),
  'vip-not-accepted': warning(
    'Packets to an address are dropped although something is served on it',
  ),
  'own-address-as-peer': warning('A unicast peer is this router itself'),
  'unicast-source-missing': notice('Unicast without a source address depends on the interface'),
  'source-not-own': warning('Advertisements are to leave from an address the router does not have'),
  'vrid-shared': warning('Two unicast instances share a router id on one interface'),
  'sync-group-uneven': warning('Members of a sync group disagree about the election'),
  'sync-group-tracking': warning('Members of a sync group track different things by weight'),
  'weight-with-nopreempt': warning('Weighted tracking moves nothing while nobody preempts'),
  'priority-clamped': warning('Trackers lead the priority beyond its range'),
  'announce-once': notice('A new master announces its addresses only once'),
  'defaults-below-use': notice('Defaults that stand below the instances they are for'),
  'slow-director': notice('A dead director is noticed later than a dead server'),
  'witness-late': warning('Witnesses notice a broken link later than the master counts as gone'),
  'takeover-of-owner': warning('An owner names a heartbeat or a witness, which it never asks'),

  // lvs
  'vip-not-held': warning('A virtual server whose address no instance holds'),
  'service-twice': warning('Two virtual servers for one service'),
  'server-collides': warning('Two real servers are one in the kernel'),
  'server-is-vip': warning('A real server has a virtual address'),
  'loopback-nat': warning('NAT to the loopback address does not work'),
  'dr-across-router': warning('Direct routing to a server that is not in a connected subnet'),
  'nat-without-forwarding': warning('NAT on a host that does not forward'),
  'quiescent-persistence': warning('Persistent clients stay with a failed server'),
  'removed-server-hangs': notice('Connections to a server that is removed hang'),
  'nat-without-sync-group': warning('NAT whose inner and outer address can part'),
  'fnat-without-conntrack': warning('FNAT on a host whose IPVS does without connection tracking'),
  'fnat-source-not-held': warning('fnat_source is an address that the director does not have'),
  'fnat-own-address': notice('Connections of FNAT that do not survive a failover'),
  'one-packet-nat': warning('One-packet scheduling does not translate answers'),
  'quorum-unreachable': warning('Quorum plus hysteresis exceed the weights'),
  'quorum-without-effect': notice('A quorum that nothing depends on'),
  'sorry-is-server': warning('The sorry server is one of the real servers'),
  thresholds: warning('The lower connection limit is above the upper one'),
  'ha-suspend-group': warning('keepalived never runs the checks of a group with ha_suspend'),
  'nftables-ipvs-order': warning('nftables_ipvs resets what was set before it'),
  'sync-daemon-instance': warning('lvs_sync_daemon follows an instance that does not exist'),
  'sync-daemon-families': warning('Connection synchronisation with servers of the other family'),

  // checks
  'servers-unchecked': warning('Real servers without a checker stay in service when they die'),
  'checker-port-zero': warning('A checker without a port to connect to'),
  'slow-detection': notice('A dead server goes on getting connections for long'),
  'timeout-outlasts-loop': notice(
    'A server that hangs is taken out far later than delay_loop suggests',
  ),
  'udp-silence': warning('A datagram without a reply cannot tell that its server is gone'),
  'http-on-tls-port': warning('HTTP to a port of HTTPS, or the reverse'),
  'path-without-slash': warning('A path that does not begin with a slash'),
  'sni-without-name': warning('enable_sni without a name to send'),
  'regex-invalid': warning('A regular expression that cannot be used'),
  'sample-digest': warning('The digest of a page comes from a sample configuration'),

  // general
  'nothing-to-run': warning('A configuration without a statement'),
  'negated-flag': warning('A word like "off" behind a keyword that has no arguments'),
  'unused-definition': warning('Something is defined and never used'),
  'script-user-words': warning('Arguments of a command are taken for user and group'),
  'script-interpreter': warning('A script that cannot be started'),
  'script-shut-out': warning('A script that its user cannot get to'),
  'process-by-path': warning('A path that is compared with names of processes'),
  'mail-never-sent': warning('Settings for alert mails that nothing sends'),
  'sample-mail': warning('Alert mails go to an address of a sample configuration'),
};

/** Code of a rule's findings. */
export type RuleCode = `lint-${RuleName}`;

function warning(summary: string): RuleRow {
  return { severity: 'warning', summary };
}

function notice(summary: string): RuleRow {
  return { severity: 'notice', summary };
}
