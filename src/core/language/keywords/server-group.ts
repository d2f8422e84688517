/** `virtual_server_group` and `SSL`. */
import { arg, defineBlock, defineEntries, optional, row, WORD, WORKS } from '../schema/define.ts';
import type { BlockTable } from '../schema/keyword-table.ts';

/** Lines of `virtual_server_group`: a range with a port, or `fwmark N [inet|inet6]`; read by the builder. */
export const SERVER_GROUP: BlockTable = defineEntries(
  'virtual_server_group',
  'Addresses, ranges and marks that make one service, one on each line',
  [
    arg('RANGE [PORT] | fwmark N [inet|inet6]', WORD),
    optional('PORT | N', WORD),
    optional('inet|inet6', { kind: 'list', of: WORD }),
  ],
  '192.0.2.10-20 80',
);

const SETTING = { ...WORKS, missing: 'complaint', repeat: 'last-complaint' } as const;

/** `SSL`: the client side of all TLS checks. */
export const SSL: BlockTable = defineBlock('SSL', 'Certificate and authorities of TLS checks', [
  row(
    'certificate',
    'Certificate shown to servers that ask for one (PEM)',
    [arg('FILE', WORD)],
    SETTING,
  ),
  row('key', 'Key of the certificate (PEM)', [arg('FILE', WORD)], SETTING),
  row('password', 'Pass phrase of the key', [arg('WORD', WORD)], { ...SETTING, secret: true }),
  row('ca', 'Certificate authorities (PEM)', [arg('FILE', WORD)], SETTING),
]);
