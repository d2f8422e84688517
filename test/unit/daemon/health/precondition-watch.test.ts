/** Settings of the kernel that the configuration needs, while it runs. */
import { describe, expect, test } from 'vitest';
import type { VirtualServerConfig } from '../../../../src/core/model/config.ts';
import {
  PreconditionWatch,
  preconditionChanges,
} from '../../../../src/daemon/health/precondition-watch.ts';
import { realServer, virtualServer } from '../../../support/state-fixture.ts';

function translated(address: string): VirtualServerConfig {
  return virtualServer('192.0.2.1', [{ ...realServer(address), forwarding: { method: 'NAT' } }]);
}

describe('PreconditionWatch', () => {
  test('H15: sees forwarding go and come back, of the families that are translated', () => {
    const settings = new Map([['net.ipv4.ip_forward', '1']]);
    const watch = new PreconditionWatch((name) => settings.get(name));
    watch.configure([translated('10.0.0.1')]);
    expect(watch.look()).toEqual([{ name: 'ip_forward', met: true }]);
    expect(watch.look()).toBeUndefined();
    settings.set('net.ipv4.ip_forward', '0');
    expect(watch.look()).toEqual([{ name: 'ip_forward', met: false }]);
    expect(watch.look()).toBeUndefined();
    settings.set('net.ipv4.ip_forward', '1');
    expect(watch.look()).toEqual([{ name: 'ip_forward', met: true }]);
    settings.set('net.ipv6.conf.all.forwarding', '0');
    watch.configure([translated('2001:db8::1')]);
    expect(watch.look()).toEqual([{ name: 'ipv6_forwarding', met: false }]);
  });

  test('H13: a persistent virtual server that keeps failed servers needs templates to expire', () => {
    const watch = new PreconditionWatch(() => undefined);
    const server = { ...realServer('10.0.0.1'), inhibitOnFailure: true };
    const persistence = { timeoutSeconds: 60, granularityPrefix: 32 };
    watch.configure([{ ...virtualServer('192.0.2.1', [server]), persistence }]);
    expect(watch.look()).toEqual([{ name: 'expire_quiescent_template', met: false }]);
  });

  test('nothing is read that the configuration does not need', () => {
    const watch = new PreconditionWatch((name) => {
      throw new Error(name);
    });
    watch.configure([
      virtualServer('192.0.2.1', [{ ...realServer('10.0.0.1'), forwarding: { method: 'DR' } }]),
    ]);
    expect(watch.look()).toBeUndefined();
  });
});

test('H15: a broken precondition has a beginning and an end, one that holds no word', () => {
  const good = { name: 'ip_forward', met: true } as const;
  const bad = { name: 'ip_forward', met: false } as const;
  expect(preconditionChanges([], [good])).toEqual([]);
  expect(preconditionChanges([], [bad])).toEqual([{ name: 'ip_forward', state: 'unmet' }]);
  expect(preconditionChanges([bad], [bad])).toEqual([]);
  expect(preconditionChanges([bad], [good])).toEqual([{ name: 'ip_forward', state: 'met' }]);
  expect(preconditionChanges([bad], [])).toEqual([{ name: 'ip_forward', state: 'notNeeded' }]);
});
