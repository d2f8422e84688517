/** What may stand outside all blocks, and so the whole language. */
import {
  arg,
  block,
  defineBlock,
  flag,
  integer,
  optional,
  row,
  UINT32_MAX,
  WORD,
  WORKS,
} from '../schema/define.ts';
import type { BlockTable } from '../schema/keyword-table.ts';
import { STATIC_ADDRESSES } from './entries.ts';
import { GLOBAL_DEFS } from './global-defs.ts';
import { GARP_GROUP, LINKBEAT, UP_DOWN_DELAYS } from './interfaces.ts';
import { STATIC_ROUTES } from './route-entries.ts';
import { STATIC_RULES } from './rule-entries.ts';
import { SERVER_GROUP, SSL } from './server-group.ts';
import { SYNC_GROUP, TRACK_GROUP } from './sync-group.ts';
import { HEARTBEAT, WITNESS } from './takeover.ts';
import { BFD_INSTANCE, TRACK_FILE, TRACK_PROCESS, VRRP_SCRIPT } from './tracking.ts';
import { VIRTUAL_SERVER, VIRTUAL_SERVER_HEADER } from './virtual-server.ts';
import { VRRP_INSTANCE } from './vrrp-instance.ts';

const NAME = [arg('NAME', WORD)];
/** No or several names: complained about, block skipped. */
const NAMED = { missing: 'complaint', extra: 'drop' } as const;

/** The table of everything. */
export const ROOT: BlockTable = defineBlock('root', 'Outside all blocks', [
  block('global_defs', 'Settings of the whole program', [], GLOBAL_DEFS, {
    ...WORKS,
    since: '1.0.3',
  }),
  block('static_ipaddress', 'Addresses set while the program runs', [], STATIC_ADDRESSES, {
    ...WORKS,
    extra: 'complaint',
    since: '1.1.0',
  }),
  block('static_routes', 'Routes set while the program runs', [], STATIC_ROUTES, {
    ...WORKS,
    extra: 'complaint',
    since: '1.0.3',
  }),
  block('static_rules', 'Routing rules set while the program runs', [], STATIC_RULES, {
    ...WORKS,
    extra: 'complaint',
    since: '1.2.20',
  }),
  block('track_group', 'Instances that fail with static entries', NAME, TRACK_GROUP, {
    ...NAMED,
    ...WORKS,
    since: '2.0.3',
  }),
  block('linkbeat_interfaces', 'Interfaces whose link is polled', [], LINKBEAT, {
    ...WORKS,
    extra: 'complaint',
    since: '2.0.13',
  }),
  flag('linkbeat_use_polling', 'Poll the link of all interfaces', {
    ...WORKS,
    since: '1.1.18',
  }),
  block('interface_up_down_delays', 'Delays before a link change counts', [], UP_DOWN_DELAYS, {
    ...WORKS,
    extra: 'complaint',
    since: '2.2.3',
  }),
  block('garp_group', 'Spacing of announcements for a set of interfaces', [], GARP_GROUP, {
    ...WORKS,
    since: '1.2.21',
  }),
  block('vrrp_script', 'A command that instances can track', NAME, VRRP_SCRIPT, {
    since: '1.1.13',
    ...WORKS,
  }),
  block('vrrp_track_process', 'A process that instances can track', NAME, TRACK_PROCESS, {
    since: '2.0.11',
    ...WORKS,
  }),
  block('track_file', 'A file that instances and checkers can track', NAME, TRACK_FILE, {
    aliases: [{ name: 'vrrp_track_file', deprecated: 'silent' }],
    since: '2.1.0',
    ...WORKS,
  }),
  block(
    'bfd_instance',
    'A BFD session',
    [arg('NAME', { kind: 'word', maxLength: 31 })],
    BFD_INSTANCE,
    { ...WORKS, missing: 'complaint', since: '2.0.0' },
  ),
  block('heartbeat', 'A second way to hear of a peer', NAME, HEARTBEAT, {
    ...WORKS,
    since: 'tandem',
  }),
  block('witness', 'Hosts that answer while this host has a network', NAME, WITNESS, {
    ...WORKS,
    since: 'tandem',
  }),
  block('vrrp_sync_group', 'Instances that change state together', NAME, SYNC_GROUP, {
    ...NAMED,
    ...WORKS,
    since: '1.0.3',
  }),
  block('vrrp_instance', 'A virtual router', NAME, VRRP_INSTANCE, {
    ...NAMED,
    ...WORKS,
    since: '1.0.3',
  }),
  block('SSL', 'TLS settings of checks', [], SSL, { ...WORKS, repeat: 'last-complaint' }),
  block('virtual_server_group', 'Addresses that make one service', NAME, SERVER_GROUP, {
    ...WORKS,
    extra: 'refused',
  }),
  block(
    'virtual_server',
    'A service spread over servers',
    VIRTUAL_SERVER_HEADER,
    VIRTUAL_SERVER,
    WORKS,
  ),
  row('net_namespace', 'Network namespace to run in', NAME, {
    ...WORKS,
    missing: 'complaint',
    repeat: 'first-complaint',
    since: '1.2.24',
  }),
  row('net_namespace_ipvs', 'Network namespace of IPVS', [optional('NAME', WORD)], {
    ...WORKS,
    repeat: 'first-complaint',
    since: '2.1.0',
  }),
  flag('namespace_with_ipsets', 'Allow ipsets inside a namespace on old kernels', {
    effect: 'obsolete',
    since: '1.3.0',
  }),
  flag('use_pid_dir', 'PID files in a directory of their own', { ...WORKS, since: '1.2.24' }),
  row('instance', 'Name of this instance of the program', NAME, {
    ...WORKS,
    missing: 'complaint',
    repeat: 'first-complaint',
    since: '1.2.24',
  }),
  row(
    'child_wait_time',
    'Time the processes have to stop',
    [arg('SECONDS', integer(0, UINT32_MAX))],
    { ...WORKS, default: '5', since: '2.0.0' },
  ),
]);

/** All tables, the root first, each once. */
export function allTables(): readonly BlockTable[] {
  return collected.tables;
}

/** The tables that have a keyword of that name, outermost first. */
export function blocksWithKeyword(name: string): readonly BlockTable[] {
  return collected.byKeyword.get(name) ?? [];
}

const collected = collect();

function collect(): {
  readonly tables: readonly BlockTable[];
  readonly byKeyword: ReadonlyMap<string, BlockTable[]>;
} {
  const tables: BlockTable[] = [];
  const byKeyword = new Map<string, BlockTable[]>();
  const queue: BlockTable[] = [ROOT];
  for (let table = queue.shift(); table !== undefined; table = queue.shift()) {
    if (tables.includes(table)) continue;
    tables.push(table);
    for (const [name, keyword] of table.index) {
      const homes = byKeyword.get(name) ?? [];
      homes.push(table);
      byKeyword.set(name, homes);
      if (keyword.block !== undefined && !queue.includes(keyword.block)) queue.push(keyword.block);
    }
  }
  return { tables, byKeyword };
}
