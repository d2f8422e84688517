/** The settings tables: their keywords exist, say the same as the tables of the language, and are read as they say. */
import { describe, expect, it, test } from 'vitest';
import { ROOT } from '../../../../src/core/language/keywords/root.ts';
import type { BlockTable } from '../../../../src/core/language/schema/keyword-table.ts';
import { checkSettings } from '../../../../src/core/language/settings/checks.ts';
import { GLOBAL_SETTINGS } from '../../../../src/core/language/settings/global.ts';
import { PLACE_SETTINGS } from '../../../../src/core/language/settings/global-options.ts';
import {
  type AnySetting,
  type AnySettings,
  NOT_YET,
} from '../../../../src/core/language/settings/row.ts';
import { LINK_SETTINGS, STATIC_SETTINGS } from '../../../../src/core/language/settings/statics.ts';
import { SYNC_GROUP_SETTINGS } from '../../../../src/core/language/settings/sync-group.ts';
import {
  BFD_SETTINGS,
  FILE_SETTINGS,
  PROCESS_SETTINGS,
  SCRIPT_SETTINGS,
} from '../../../../src/core/language/settings/tracking.ts';
import {
  SERVER_SETTINGS,
  SERVICE_SETTINGS,
  SORRY_SETTINGS,
} from '../../../../src/core/language/settings/virtual-server.ts';
import { INSTANCE_SETTINGS } from '../../../../src/core/language/settings/vrrp-instance.ts';
import { type Config, INSTANCE_DEFAULTS } from '../../../../src/core/model/config.ts';
import { instance, parse } from '../../../support/parse-text.ts';

type Row = Exclude<AnySetting, { readonly kind: 'group' | 'hidden' }>;

function rowsOf(rows: AnySettings): readonly Row[] {
  return Object.values(rows).flatMap((row): readonly Row[] => {
    if (row.kind === 'hidden') return [];
    return row.kind === 'group' ? rowsOf(row.fields) : [row];
  });
}

function tableOf(...path: readonly string[]): BlockTable {
  let table = ROOT;
  for (const name of path) {
    const inner = table.index.get(name)?.block;
    if (inner === undefined) throw new Error(`no block ${name}`);
    table = inner;
  }
  return table;
}

const CHECK_TYPES = ['TCP_CHECK', 'HTTP_GET', 'SSL_GET'] as const;
const SERVER = ['virtual_server', 'real_server'];
const TABLES: readonly (readonly [string, AnySettings, BlockTable])[] = [
  ['global_defs', GLOBAL_SETTINGS, tableOf('global_defs')],
  ['vrrp_instance', INSTANCE_SETTINGS, tableOf('vrrp_instance')],
  ['vrrp_sync_group', SYNC_GROUP_SETTINGS, tableOf('vrrp_sync_group')],
  ['virtual_server', SERVICE_SETTINGS, tableOf('virtual_server')],
  ['vrrp_script', SCRIPT_SETTINGS, tableOf('vrrp_script')],
  ['vrrp_track_process', PROCESS_SETTINGS, tableOf('vrrp_track_process')],
  ['track_file', FILE_SETTINGS, tableOf('track_file')],
  ['bfd_instance', BFD_SETTINGS, tableOf('bfd_instance')],
  ['static entries', STATIC_SETTINGS, ROOT],
  ['interfaces', LINK_SETTINGS, ROOT],
  ['the place of the program', PLACE_SETTINGS, ROOT],
  ['sorry_server', SORRY_SETTINGS, tableOf('virtual_server')],
  ['real_server', SERVER_SETTINGS, tableOf(...SERVER)],
  ...CHECK_TYPES.map((type) => [type, checkSettings(type), tableOf(...SERVER, type)] as const),
];

describe.each(TABLES)('the settings of %s', (_name, rows, table) => {
  const written = rowsOf(rows).filter(({ keyword }) => keyword !== '');

  it('name keywords of their block, and defaults of global_defs', () => {
    const unknown = written.filter(({ keyword }) => !table.index.has(keyword));
    expect(unknown.map(({ keyword }) => keyword)).toEqual([]);
    const globals = rowsOf(rows).flatMap((row) =>
      row.kind === 'read' && row.global !== undefined ? [row.global] : [],
    );
    expect(globals.filter((name) => !tableOf('global_defs').index.has(name))).toEqual([]);
  });

  it('say what is not in effect yet as the keywords do', () => {
    for (const { keyword, note } of written) {
      const isYet = table.index.get(keyword)?.effect === 'not-supported-yet';
      expect(note === NOT_YET, keyword).toBe(isYet);
    }
  });
});

test('an instance of which nothing is written has the defaults of the model', () => {
  const [found] = config(instance('')).vrrpInstances;
  expect(found).toMatchObject(INSTANCE_DEFAULTS);
});

function config(text: string): Config {
  const { config: found } = parse(text);
  if (found === undefined) throw new Error('refused');
  return found;
}

describe('the IPVS table at a stop', () => {
  const removes = (line: string): boolean =>
    config(`global_defs {\n${line}\n}\n`).global.removeIpvsOnStop;

  it('is emptied of our entries unless lvs_keep_on_stop says otherwise', () => {
    expect(removes('')).toBe(true);
    expect(removes('@host1 lvs_keep_on_stop')).toBe(false);
    expect(removes('lvs_keep_on_stop off')).toBe(true);
  });

  it.each([
    ['lvs_flush_onstop', 'all'],
    ['lvs_flush_on_stop', 'all'],
    ['lvs_flush_on_stop VS', 'own'],
  ])('is emptied as %s says, unless it is to be kept', (line, scope) => {
    expect(removes(line)).toBe(true);
    expect(removes(`lvs_keep_on_stop\n${line}`)).toBe(false);
    const { notSupportedYet, global } = config(`global_defs {\n${line}\n}\n`);
    expect(global.ipvs?.flushesAtStop).toBe(scope);
    expect(notSupportedYet).toEqual([]);
  });
});

describe('defaults of global_defs', () => {
  const announce = (globals: string, own = ''): object | undefined =>
    config(`global_defs {\n${globals}\n}\n${instance(own)}`).vrrpInstances[0]?.announce;

  it('give way to the line of the instance', () => {
    const globals = 'vrrp_garp_master_repeat 7\nvrrp_garp_master_delay 3\nvrrp_garp_interval 0.5';
    expect(announce(globals, 'garp_master_repeat 2')).toMatchObject({
      repeat: 2,
      delay: 3_000_000,
      arpGap: 500_000,
    });
  });

  it('make what answers a lower priority like what follows a take-over', () => {
    expect(announce('vrrp_garp_master_repeat 7\nvrrp_garp_master_delay 3')).toMatchObject({
      lowerPriorityRepeat: 7,
      lowerPriorityDelay: 3_000_000,
    });
    expect(announce('vrrp_garp_lower_prio_repeat 1')).toMatchObject({ lowerPriorityRepeat: 1 });
  });

  it('are few with vrrp_min_garp, but for what was set itself', () => {
    expect(announce('vrrp_min_garp\nvrrp_garp_master_delay 3')).toMatchObject({
      repeat: 1,
      delay: 3_000_000,
      refreshRepeat: 0,
      lowerPriorityRepeat: 1,
    });
  });

  it('give way also where the instance switches off what they switch on', () => {
    const own = 'lower_prio_no_advert off\nhigher_prio_send_advert off\nv3_checksum_as_v2 off';
    const globals =
      'vrrp_lower_prio_no_advert\nvrrp_higher_prio_send_advert\nv3_checksum_as_v2\nvrrp_down_timer_adverts 5';
    expect(config(`global_defs {\n${globals}\n}\n${instance('')}`).vrrpInstances[0]).toMatchObject({
      answerLowerPriority: false,
      answerHigherPriority: true,
      checksumWithoutPseudoHeader: true,
      downTimerAdverts: 5,
    });
    expect(config(`global_defs {\n${globals}\n}\n${instance(own)}`).vrrpInstances[0]).toMatchObject(
      {
        answerLowerPriority: true,
        answerHigherPriority: false,
        checksumWithoutPseudoHeader: false,
      },
    );
  });
});

describe('how advertisements travel', () => {
  const first = (own: string, globals = ''): object | undefined =>
    config(`global_defs {\n${globals}\n}\n${instance(own)}`).vrrpInstances[0];
  const PEER = 'unicast_peer {\n192.0.2.2\n}';

  it('a group is that of the instance, else of global_defs, and none with peers', () => {
    const globals = 'vrrp_mcast_group4 224.0.0.98';
    expect(first('')).not.toHaveProperty('multicastGroup');
    expect(first('', globals)).toMatchObject({ multicastGroup: '224.0.0.98' });
    expect(first('mcast_dst_ip 224.0.0.99', globals)).toMatchObject({
      multicastGroup: '224.0.0.99',
    });
    expect(first('mcast_dst_ip 224.0.0.18', globals)).not.toHaveProperty('multicastGroup');
    expect(first(PEER, globals)).not.toHaveProperty('multicastGroup');
  });

  it('a TTL is for peers only', () => {
    expect(first(`unicast_ttl 64\n${PEER}`)).toMatchObject({ unicastTtl: 64 });
    expect(first('unicast_ttl 64')).not.toHaveProperty('unicastTtl');
    expect(first('unicast_fault_no_peer')).toMatchObject({ needsPeer: true });
  });

  it('an owner ignores advertisements when it is told so, and nobody else does', () => {
    const owner = 'state MASTER\npriority 255';
    const ignores = (own: string, globals = ''): unknown =>
      (first(own, globals) as { ignoreAdvertisements: boolean }).ignoreAdvertisements;
    const all = 'vrrp_owner_ignore_adverts';
    expect(
      [owner, `${owner}\nowner_ignore_adverts`, 'owner_ignore_adverts'].map((own) => ignores(own)),
    ).toEqual([false, true, false]);
    expect([owner, ''].map((own) => ignores(own, all))).toEqual([true, false]);
    // Whatever it says, as with keepalived; that is reported.
    expect(ignores(`${owner}\nowner_ignore_adverts off`)).toBe(true);
  });

  it('the check of the list is that of the instance, else of global_defs', () => {
    const globals = 'vrrp_skip_check_adv_addr';
    expect(first('', globals)).toMatchObject({ skipListCheck: true });
    expect(first('skip_check_adv_addr off', globals)).toMatchObject({ skipListCheck: false });
  });

  it('none of these words is left without effect', () => {
    const globals =
      'vrrp_mcast_group4 224.0.0.98\nvrrp_mcast_group6 ff02::98\nvrrp_skip_check_adv_addr\nvrrp_owner_ignore_adverts\nlog_unknown_vrids';
    const own = `skip_check_adv_addr\nmcast_dst_ip 224.0.0.99\nowner_ignore_adverts\nunicast_fault_no_peer`;
    const { notSupportedYet } = config(`global_defs {\n${globals}\n}\n${instance(own)}`);
    expect(notSupportedYet).toEqual([]);
  });
});
