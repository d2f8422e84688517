/** The options of `use_vmac` and `use_ipvlan`. */
import { arg, optional, WORD } from '../schema/define.ts';
import type { OptionsType } from '../schema/keyword-table.ts';

/** `use_vmac [NAME] [MAC] [name NAME] [group ID] [netlink_notify_msg]`. */
export const USE_VMAC: OptionsType = {
  kind: 'options',
  unknown: 'skip',
  options: [
    { name: 'name', args: [arg('NAME', WORD)], summary: 'name of the interface' },
    {
      name: 'group',
      args: [arg('ID', { kind: 'named', table: 'group', max: 4_294_967_295 })],
      summary: 'interface group',
    },
    { name: 'netlink_notify_msg', summary: 'tell other software about the interface' },
  ],
  positional: [optional('NAME or MAC', WORD), optional('NAME or MAC', WORD)],
};

/** `use_ipvlan [NAME] [ADDRESS] [bridge|private|vepa] [group ID]`. */
export const USE_IPVLAN: OptionsType = {
  kind: 'options',
  unknown: 'skip',
  options: [
    { name: 'name', args: [arg('NAME', WORD)], summary: 'name of the interface' },
    {
      name: 'group',
      args: [arg('ID', { kind: 'named', table: 'group', max: 4_294_967_295 })],
      summary: 'interface group',
    },
    { name: 'bridge', summary: 'bridge mode' },
    { name: 'private', summary: 'private mode' },
    { name: 'vepa', summary: 'VEPA mode' },
  ],
  positional: [optional('NAME or ADDRESS', WORD), optional('NAME or ADDRESS', WORD)],
};
