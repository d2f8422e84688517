/** Which halves of the connection synchronisation run, and what leads there. */
import { describe, expect, test } from 'vitest';
import type { IpAddress } from '../../../../src/core/base/address.ts';
import type { SyncDaemon } from '../../../../src/core/lvs/daemon-codec.ts';
import {
  configuredSync,
  type SyncGoal,
  syncOperations,
  syncText,
} from '../../../../src/core/lvs/sync-daemons.ts';
import { parse } from '../../../support/parse-text.ts';

const GLOBAL = (line: string): string => `global_defs {\n ${line}\n}\n`;
const INSTANCE = (more: string = ''): string =>
  `vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n ${more}\n virtual_ipaddress {\n 192.0.2.1/24\n }\n}\n`;

describe('the settings', () => {
  const group = '224.0.0.99' as IpAddress;
  test.each([
    ['nothing', INSTANCE(), undefined],
    [
      'an instance, whose router id is the id',
      GLOBAL('lvs_sync_daemon eth1 VI_1') + INSTANCE(),
      { settings: { interface: 'eth1', syncId: 51 }, instance: 'VI_1' },
    ],
    [
      'an id of its own',
      GLOBAL('lvs_sync_daemon eth1 inst VI_1 id 7') + INSTANCE(),
      { settings: { interface: 'eth1', syncId: 7 }, instance: 'VI_1' },
    ],
    [
      'no instance, and everything else',
      GLOBAL('lvs_sync_daemon eth1 id 7 maxlen 1000 port 9000 ttl 3 group 224.0.0.99'),
      { settings: { interface: 'eth1', syncId: 7, maxLength: 1000, port: 9000, ttl: 3, group } },
    ],
    [
      'no id and no instance',
      GLOBAL('lvs_sync_daemon eth1'),
      { settings: { interface: 'eth1', syncId: 0 } },
    ],
    [
      'an instance that does not exist',
      GLOBAL('lvs_sync_daemon eth1 inst VI_9') + INSTANCE(),
      undefined,
    ],
    [
      'the old keyword of an instance',
      INSTANCE('lvs_sync_daemon_interface eth1'),
      { settings: { interface: 'eth1', syncId: 51 }, instance: 'VI_1' },
    ],
  ])('%s', (_, text, expected) => {
    const { config } = parse(text);
    expect(config && configuredSync(config)).toEqual(expected);
  });
});

describe('what is done', () => {
  const settings = { interface: 'eth1', syncId: 7 };
  const seen = (role: SyncDaemon['role'], more: Partial<SyncDaemon> = {}): SyncDaemon => ({
    role,
    ...settings,
    maxLength: 1472,
    group: '224.0.0.81' as IpAddress,
    port: 8848,
    ttl: 1,
    ...more,
  });
  const brief = (
    running: readonly SyncDaemon[],
    goal: SyncGoal,
    owned: SyncDaemon['role'][] = [],
  ) =>
    syncOperations(running, goal, new Set(owned)).map((one) =>
      one.type === 'stop' ? `stop ${one.role}` : `start ${syncText(one.daemon)}`,
    );
  test.each<[string, readonly SyncDaemon[], SyncGoal, string[]]>([
    ['a start', [], { settings, roles: ['backup'] }, ['start backup on eth1, id 7']],
    ['what runs as it should', [seen('backup')], { settings, roles: ['backup'] }, []],
    [
      'a takeover',
      [seen('backup')],
      { settings, roles: ['master'] },
      ['stop backup', 'start master on eth1, id 7'],
    ],
    [
      'another id',
      [seen('master', { syncId: 9 })],
      { settings, roles: ['master'] },
      ['stop master', 'start master on eth1, id 7'],
    ],
    [
      'another interface',
      [seen('master', { interface: 'eth9' })],
      { settings, roles: ['master'] },
      ['stop master', 'start master on eth1, id 7'],
    ],
    ['a state that is not known yet', [seen('master')], { settings }, []],
    [
      'a small message, which the receiver makes larger',
      [seen('backup', { maxLength: 1024 })],
      { settings: { ...settings, maxLength: 1000 }, roles: ['backup'] },
      [],
    ],
    [
      'a small message of the sender',
      [seen('master', { maxLength: 1024 })],
      { settings: { ...settings, maxLength: 1000 }, roles: ['master'] },
      ['stop master', 'start master on eth1, id 7'],
    ],
    ['without settings, one of somebody else', [seen('master')], {}, []],
  ])('%s', (_, running, goal, expected) => {
    expect(brief(running, goal)).toEqual(expected);
  });
  test('without settings, one of ours', () => {
    expect(brief([seen('master'), seen('backup')], {}, ['master'])).toEqual(['stop master']);
  });
});
