/** Every row of every table with the blocks around it, for tests that go through the whole language. */

import { allTables } from '../../../../src/core/language/keywords/root.ts';
import type { BlockTable, Keyword } from '../../../../src/core/language/schema/keyword-table.ts';
import { exampleLine } from '../../../../src/core/manual/example.ts';
import { openerOf } from '../../../../src/core/manual/lookup.ts';

/** A keyword in its block. */
export interface Row {
  /** `vrrp_instance priority`. */
  readonly title: string;
  readonly table: BlockTable;
  readonly keyword: Keyword;
}

/** All rows. */
export const ROWS: readonly Row[] = allTables().flatMap((table) =>
  table.keywords.map((keyword) => ({ title: `${table.name} ${keyword.name}`, table, keyword })),
);

/** A text inside the blocks it needs. */
export interface Placed {
  readonly text: string;
  /** Numbers of its first and its last line. */
  readonly first: number;
  readonly last: number;
}

/** Lines of a block, inside the blocks around it, below everything they may refer to. */
export function placed(table: BlockTable, lines: string, keyword?: string): Placed {
  const above: string[] = [];
  const below: string[] = [];
  const needed = NEEDED[`${table.name} ${keyword ?? ''}`] ?? NEEDED[`* ${keyword ?? ''}`];
  for (let at: BlockTable | undefined = table; at !== undefined && at.name !== 'root'; ) {
    const use = openerOf(at);
    if (use === undefined) break;
    const inside = (at === table ? needed : undefined) ?? NEEDED[at.name] ?? [];
    above.unshift(
      exampleLine(use.keyword, use.blocks[0]),
      ...inside.filter((line) => !begins(line, keyword)),
    );
    below.push('}');
    at = use.blocks[0];
  }
  const inner = lines.split('\n');
  if (lines.endsWith('{')) inner.push('}');
  const definitions = DEFINITIONS.filter((text) => !text.startsWith(`${inner[0] ?? ''}\n`));
  const before = [...definitions, ...above].join('\n').split('\n');
  const text = [...before, ...inner, ...below, ''].join('\n');
  return { text, first: before.length + 1, last: before.length + inner.length };
}

function begins(line: string, keyword: string | undefined): boolean {
  return line.startsWith(`${keyword ?? ' '} `);
}

/** What the examples refer to. */
const DEFINITIONS: readonly string[] = [
  `global_defs {
  enable_script_security
  script_user root
  smtp_server 192.0.2.25
}`,
  `vrrp_script chk_web {
  script /bin/true
}`,
  `track_file load {
  file /run/load
}`,
  `vrrp_track_process haproxy {
  process haproxy
}`,
  `bfd_instance peer {
  neighbor_ip 192.0.2.2
}`,
  `heartbeat lb02 {
  neighbor_ip 10.9.0.2
  key 0123456789abcdef0123456789abcdef
}`,
  `witness lan {
  address 192.0.2.251
}`,
  `vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 1
  virtual_ipaddress {
    192.0.2.1/24
  }
}`,
  `vrrp_instance VI_2 {
  interface eth0
  virtual_router_id 2
  virtual_ipaddress {
    192.0.2.2/24
  }
}`,
];

const INSTANCE = ['interface eth0', 'virtual_router_id 77'];
const UNICAST = [...INSTANCE, 'unicast_peer {\n192.0.2.9\n}'];

/** Lines without which a block, or a keyword of it, does not count. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  vrrp_instance: INSTANCE,
  'vrrp_instance timer_expired_backup': [...INSTANCE, 'nopreempt'],
  'vrrp_instance thread_timer_expired': [...INSTANCE, 'nopreempt'],
  'vrrp_instance owner_ignore_adverts': [...INSTANCE, 'priority 255'],
  'vrrp_instance unicast_src_ip': UNICAST,
  'vrrp_instance unicast_ttl': UNICAST,
  'vrrp_instance check_unicast_src': UNICAST,
  'vrrp_instance old_unicast_checksum': UNICAST,
  'vrrp_instance vmac_xmit_base': [...INSTANCE, 'use_vmac'],
  'vrrp_instance vrf': [
    'virtual_router_id 77',
    'unicast_src_ip 192.0.2.1',
    'unicast_peer {\n192.0.2.9\n}',
  ],
  '* bind_port': ['bindto 192.0.2.1'],
  'vrrp_instance.auth_hmac': [
    'key 1 hex:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
  ],
};
