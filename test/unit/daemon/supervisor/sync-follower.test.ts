/** The connection synchronisation follows its instance. */
import { expect, test } from 'vitest';
import type { VrrpInstanceView } from '../../../../src/core/vrrp/events-and-actions.ts';
import { SyncFollower } from '../../../../src/daemon/supervisor/sync-follower.ts';
import { instance, parse } from '../../../support/parse-text.ts';

function setUp(text: string) {
  const { config } = parse(text);
  if (config === undefined) throw new Error('not a configuration');
  const vrrp = new Map<string, VrrpInstanceView>();
  const be = (state: string): void => {
    vrrp.set('V', { name: 'V', state } as unknown as VrrpInstanceView);
  };
  return { config, knowledge: { vrrp }, be, follower: new SyncFollower() };
}

const SYNC = 'global_defs {\n lvs_sync_daemon eth1 V\n}\n';

test('is the sender on the MASTER and the receiver elsewhere, and is told once', () => {
  const { config, knowledge, be, follower } = setUp(SYNC + instance(''));
  const settings = { interface: 'eth1', syncId: 51 };
  expect(follower.goal(config, knowledge)).toEqual({ settings });
  expect(follower.follow(config, knowledge)).toBeUndefined();
  be('BACKUP');
  expect(follower.follow(config, knowledge)).toEqual(['backup']);
  expect(follower.follow(config, knowledge)).toBeUndefined();
  be('MASTER');
  expect(follower.follow(config, knowledge)).toEqual(['master']);
  be('FAULT');
  expect(follower.follow(config, knowledge)).toEqual(['backup']);
  expect(follower.goal(config, knowledge)).toEqual({ settings, roles: ['backup'] });
  expect(follower.follow(config, knowledge)).toBeUndefined();
});

test('runs both ways without an instance, and not at all without the keyword', () => {
  const both = setUp('global_defs {\n lvs_sync_daemon eth1 id 7\n}\n');
  expect(both.follower.goal(both.config, both.knowledge)).toEqual({
    settings: { interface: 'eth1', syncId: 7 },
    roles: ['master', 'backup'],
  });
  const none = setUp(instance(''));
  expect(none.follower.goal(none.config, none.knowledge)).toEqual({});
  none.be('MASTER');
  expect(none.follower.follow(none.config, none.knowledge)).toBeUndefined();
});
