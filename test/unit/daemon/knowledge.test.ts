/** What the supervisor keeps of its children's words. */
import { expect, test } from 'vitest';
import { Knowledge } from '../../../src/daemon/knowledge.ts';
import type { IpvsTraffic } from '../../../src/daemon/messages.ts';

function traffic(serviceKey: string): IpvsTraffic {
  const stats = { connections: 1, packetsIn: 2, packetsOut: 3, bytesIn: 4, bytesOut: 5 };
  return { serviceKey, stats, destinations: [] };
}

test('the traffic of a service that left the kernel is forgotten with the next reading', () => {
  const knowledge = new Knowledge();
  const services = ['tcp:192.0.2.1:80', 'tcp:192.0.2.2:80'];
  knowledge.hearHealth({ type: 'traffic', traffic: services.map(traffic) });
  expect([...knowledge.traffic.keys()]).toEqual(services);
  knowledge.hearHealth({ type: 'traffic', traffic: services.slice(1).map(traffic) });
  expect([...knowledge.traffic.keys()]).toEqual(services.slice(1));
});
