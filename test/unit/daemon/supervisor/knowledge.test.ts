/** What the supervisor keeps of its children's words. */
import { expect, test } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import type { Config } from '../../../../src/core/model/config.ts';
import type { VrrpInstanceView } from '../../../../src/core/vrrp/events-and-actions.ts';
import type { IpvsTraffic } from '../../../../src/daemon/frame/messages.ts';
import { Knowledge } from '../../../../src/daemon/supervisor/knowledge.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { instance } from '../../../support/builders/instance.ts';

function traffic(serviceKey: string): IpvsTraffic {
  const stats = { connections: 1, packetsIn: 2, packetsOut: 3, bytesIn: 4, bytesOut: 5 };
  return { serviceKey, scheduler: 'rr', stats, destinations: [] };
}

test('the traffic of a service that left the kernel is forgotten with the next whole reading, or when that is told', () => {
  const knowledge = new Knowledge();
  const services = ['tcp:192.0.2.1:80', 'tcp:192.0.2.2:80', 'tcp:192.0.2.3:80'];
  const all = { type: 'traffic', isComplete: true } as const;
  knowledge.hearHealth({ ...all, traffic: services.map(traffic) });
  expect([...knowledge.traffic.keys()]).toEqual(services);
  knowledge.hearHealth({ ...all, traffic: services.slice(1).map(traffic) });
  expect([...knowledge.traffic.keys()]).toEqual(services.slice(1));
  knowledge.hearHealth({ ...all, isComplete: false, traffic: [] });
  expect(knowledge.traffic.size).toBe(2);
  knowledge.hearHealth({ type: 'programmed', services: [{ serviceKey: 'tcp:192.0.2.2:80' }] });
  expect([...knowledge.traffic.keys()]).toEqual(services.slice(2));
});

test('H10: what the kernel acknowledged is known at once, with the counters that were read last', () => {
  const knowledge = new Knowledge();
  const serviceKey = 'tcp:192.0.2.1:80';
  const { stats } = traffic(serviceKey);
  const destinations = [{ key: '10.0.0.1:80', weight: 1, active: 7, inactive: 8, stats }];
  const before = { ...traffic(serviceKey), destinations };
  knowledge.hearHealth({ type: 'traffic', isComplete: true, traffic: [before] });
  const weights = [
    { key: '10.0.0.1:80', weight: 0 },
    { key: '10.0.0.2:80', weight: 3 },
  ];
  const found = { scheduler: 'wlc', weights };
  knowledge.hearHealth({ type: 'programmed', services: [{ serviceKey, found }] });
  expect(knowledge.traffic.get(serviceKey)).toMatchObject({
    scheduler: 'wlc',
    stats,
    destinations: [
      { key: '10.0.0.1:80', weight: 0, active: 7, inactive: 8, stats },
      { key: '10.0.0.2:80', weight: 3, active: 0, stats: { connections: 0 } },
    ],
  });
});

test('V21: what is known of an instance goes with it to its new name, also when two swap theirs', () => {
  const knowledge = new Knowledge();
  const view = (name: string, state: string) =>
    ({ name, state, masterDownInterval: seconds(3) }) as VrrpInstanceView;
  knowledge.vrrp.set('A', view('A', 'MASTER')).set('B', view('B', 'BACKUP'));
  const config = (...names: readonly string[]) =>
    ({
      vrrpInstances: names.map((name, vrid) => instance({ name, vrid })),
      virtualServers: [],
    }) as unknown as Config;
  expect(knowledge.follow(config('A', 'B'), config('B', 'A'))).toHaveLength(2);
  expect(knowledge.mastersAfter(0)).toEqual(['B']);
  expect(knowledge.follow(config('B', 'A'), config('C', 'A'))).toEqual([{ from: 'B', to: 'C' }]);
  expect(knowledge.mastersAfter(0)).toEqual(['C']);
  expect([...knowledge.vrrp.keys()].toSorted()).toEqual(['A', 'C']);
});

test('V10: what a process held is remembered until its successor has a configuration in force', () => {
  const knowledge = new Knowledge();
  const vip = (address: string, expected: boolean) => ({
    instance: 'A',
    address: ip(address),
    prefixLength: 24,
    interface: 'eth0',
    expected,
    present: expected,
    restored: 0,
  });
  const view = { name: 'A', state: 'MASTER', masterDownInterval: seconds(3) } as VrrpInstanceView;
  const said = { type: 'views', groups: [], router: knowledge.router } as const;
  const vips = [vip('192.0.2.1', true), vip('192.0.2.2', false)];
  knowledge.hearVrrp({ ...said, instances: [view], vips, isInForce: true });
  const held = { instance: 'A', address: '192.0.2.1', prefixLength: 24, interface: 'eth0' };
  expect(knowledge.held).toEqual([held]);
  // The successor beats before it could read the network, and dies as well.
  knowledge.hearVrrp({ ...said, instances: [], vips: [], isInForce: false });
  expect(knowledge.held).toEqual([held]);
  expect(knowledge.mastersAfter(0)).toEqual(['A']);
  expect(knowledge.isVrrpInForce).toBe(false);
  knowledge.hearVrrp({ ...said, instances: [], vips: [], isInForce: true });
  expect(knowledge.held).toEqual([]);
});
