/** Blocks about interfaces: link polling, delays and announcement groups. */
import {
  arg,
  block,
  defineBlock,
  defineEntries,
  defineWords,
  optional,
  row,
  time,
  UINT32_MAX,
  WORKS,
} from '../schema/define.ts';
import type { BlockTable } from '../schema/keyword-table.ts';

const FATAL = { kind: 'interface', exists: 'fatal' } as const;

/** Lines of `linkbeat_interfaces`. */
export const LINKBEAT: BlockTable = defineEntries(
  'linkbeat_interfaces',
  'Interfaces whose link is polled',
  [arg('IF', FATAL), optional('METHOD', { kind: 'enum', words: ['MII', 'ETHTOOL', 'IOCTL'] })],
);

/** Lines of `interface_up_down_delays`. */
export const UP_DOWN_DELAYS: BlockTable = defineEntries(
  'interface_up_down_delays',
  'Times an interface must be down or up before it counts',
  [arg('IF', FATAL), optional('DOWN', time(0, 255)), optional('UP', time(0, 255))],
);

const GAP = [arg('SECONDS', time(0, UINT32_MAX / 1000))];

/** `garp_group`. */
export const GARP_GROUP: BlockTable = defineBlock(
  'garp_group',
  'Interfaces that share the spacing of announcements',
  [
    row('garp_interval', 'Least time between two gratuitous ARPs', GAP, {
      ...WORKS,
      since: '1.2.21',
    }),
    row('gna_interval', 'Least time between two neighbour advertisements', GAP, {
      ...WORKS,
      since: '1.2.21',
    }),
    row(
      'interface',
      'An interface of the group',
      [arg('IF', { kind: 'interface', exists: 'error' })],
      { ...WORKS, repeat: 'all', since: '1.2.21' },
    ),
    block(
      'interfaces',
      'Interfaces of the group',
      [],
      defineWords('garp_group.interfaces', 'Names of interfaces', {
        kind: 'interface',
        exists: 'error',
      }),
      { ...WORKS, since: '1.2.21' },
    ),
  ],
);
