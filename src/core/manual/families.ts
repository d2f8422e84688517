/** Which blocks are documented on which page. */
import { allTables } from '../language/keywords/root.ts';
import type { BlockTable } from '../language/schema/keyword-table.ts';

/** A page for a family of blocks. */
export interface Family {
  readonly file: string;
  readonly title: string;
  /** For the index: a phrase. */
  readonly about: string;
  /** Names of tables; those inside them belong to the family too. */
  readonly tables: readonly string[];
}

/** All pages about blocks, in reading order. */
export const FAMILIES: readonly Family[] = [
  {
    file: 'outside.md',
    title: 'Outside all blocks',
    about: 'keywords that stand by themselves, and the list of blocks',
    tables: ['root'],
  },
  {
    file: 'global-defs.md',
    title: 'global_defs',
    about: 'settings of the whole program, and defaults for all blocks',
    tables: ['global_defs'],
  },
  {
    file: 'vrrp-instance.md',
    title: 'vrrp_instance',
    about: 'virtual routers: the election and what its winner holds',
    tables: ['vrrp_instance'],
  },
  {
    file: 'vrrp-sync-group.md',
    title: 'vrrp_sync_group',
    about: 'instances that change state together',
    tables: ['vrrp_sync_group'],
  },
  {
    file: 'tracking.md',
    title: 'Tracked objects',
    about: '`vrrp_script`, `vrrp_track_process`, `track_file` and `bfd_instance`',
    tables: ['vrrp_script', 'vrrp_track_process', 'track_file', 'bfd_instance'],
  },
  {
    file: 'takeover.md',
    title: 'Takeovers',
    about: '`heartbeat` and `witness`, which have a say in takeovers; words of Tandem',
    tables: ['heartbeat', 'witness'],
  },
  {
    file: 'static.md',
    title: 'Static addresses, routes and rules',
    about: '`static_ipaddress`, `static_routes`, `static_rules` and `track_group`',
    tables: ['static_ipaddress', 'static_routes', 'static_rules', 'track_group'],
  },
  {
    file: 'interfaces.md',
    title: 'Interfaces',
    about: '`linkbeat_interfaces`, `interface_up_down_delays` and `garp_group`',
    tables: ['linkbeat_interfaces', 'interface_up_down_delays', 'garp_group'],
  },
  {
    file: 'virtual-server.md',
    title: 'virtual_server',
    about: 'services, their real servers, and `virtual_server_group`',
    tables: ['virtual_server', 'virtual_server_group'],
  },
  {
    file: 'checkers.md',
    title: 'Checkers',
    about: 'checks of real servers: TCP, HTTP, SMTP, DNS, UDP, ping, commands, files, BFD; `SSL`',
    tables: [
      ...allTables()
        .map(({ name }) => name)
        .filter((name) => /^virtual_server\.real_server\.\w+$/.test(name)),
      'SSL',
    ],
  },
];

/** The page that describes a block: that of the longest name that fits. */
export function familyOf(table: BlockTable): Family | undefined {
  let best: Family | undefined;
  let length = -1;
  for (const family of FAMILIES) {
    for (const name of family.tables) {
      const fits = table.name === name || table.name.startsWith(`${name}.`);
      if (fits && name.length > length) {
        best = family;
        length = name.length;
      }
    }
  }
  return best;
}
