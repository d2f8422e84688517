/** Reading ipvsadm's listings. */
import { expect, it } from 'vitest';
import { parseIpvsCounters, parseIpvsTable, weightsOf } from '../../lab/kit/ipvs-table.ts';

const LISTING = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.0.0.3:80 rr persistent 50
  -> 10.0.0.7:80                  Route   1      0          3         
  -> 10.0.0.8:80                  Route   0      2          1         
TCP  1.1.1.1:80 wlc
`;

const STATS = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
TCP  10.0.0.3:80                         4       22        0     1460        0
  -> 10.0.0.7:80                         3       12        0      782        0
  -> 10.0.0.8:80                         1       10        0      678        0
`;

it('reads services with their real servers', () => {
  const services = parseIpvsTable(LISTING);
  expect(services).toHaveLength(2);
  expect(services[0]).toMatchObject({
    address: '10.0.0.3:80',
    scheduler: 'rr',
    persistentSeconds: 50,
  });
  expect(services[0]?.destinations[1]).toEqual({
    address: '10.0.0.8:80',
    forward: 'Route',
    weight: 0,
    activeConnections: 2,
    inactiveConnections: 1,
  });
  expect(services[1]).toMatchObject({
    scheduler: 'wlc',
    persistentSeconds: undefined,
    destinations: [],
  });
});

it('gives weights by real server, and nothing for a service that is not there', () => {
  const services = parseIpvsTable(LISTING);
  expect(weightsOf(services, '10.0.0.3:80')?.get('10.0.0.8:80')).toBe(0);
  expect(weightsOf(services, '10.0.0.4:80')).toBeUndefined();
});

it('reads the counters of real servers, not those of services', () => {
  expect(parseIpvsCounters(STATS)).toEqual([
    { address: '10.0.0.7:80', connections: 3, packetsIn: 12, bytesIn: 782 },
    { address: '10.0.0.8:80', connections: 1, packetsIn: 10, bytesIn: 678 },
  ]);
});
