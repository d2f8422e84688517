/** What iproute2 6.1 and the kernel print, shortened. */
import { expect, test } from 'vitest';
import {
  readAddresses,
  readGateways,
  readListeners,
  readUnpackingPorts,
} from '../../../../src/core/realserver/read.ts';

test('links and addresses', () => {
  const text = JSON.stringify([
    {
      ifname: 'lo',
      flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
      addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }],
    },
    {
      ifname: 'eth0',
      flags: ['BROADCAST', 'MULTICAST', 'UP'],
      addr_info: [
        { family: 'inet', local: '10.0.0.7', prefixlen: 24 },
        { family: 'inet6', local: 'fe80::1', prefixlen: 64 },
        { family: 'inet', peer: '1.2.3.4' },
      ],
    },
    { ifname: 'tunl0', flags: ['NOARP'] },
    {},
  ]);
  expect(readAddresses(text)).toEqual({
    links: [
      { name: 'lo', isUp: true, isLoopback: true, hasArp: false },
      { name: 'eth0', isUp: true, isLoopback: false, hasArp: true },
      { name: 'tunl0', isUp: false, isLoopback: false, hasArp: false },
    ],
    addresses: [
      { address: '127.0.0.1', prefixLength: 8, device: 'lo' },
      { address: '10.0.0.7', prefixLength: 24, device: 'eth0' },
      { address: 'fe80::1', prefixLength: 64, device: 'eth0' },
    ],
  });
  expect(readAddresses('1: lo: <LOOPBACK,UP>')).toBeUndefined();
});

test('gateways: plain, of the other family, several, and none', () => {
  const routes = [
    { dst: 'default', gateway: '10.0.0.1', dev: 'eth0' },
    { dst: 'default', via: { family: 'inet6', host: 'fe80::1' }, dev: 'eth0' },
    { dst: 'default', nexthops: [{ gateway: '10.0.0.2' }, { dev: 'ppp0' }] },
    { dst: 'default', dev: 'tun0' },
  ];
  const gateways = ['10.0.0.1', 'fe80::1', '10.0.0.2', '', ''];
  expect(readGateways(JSON.stringify(routes))).toEqual(gateways);
  expect(readGateways('')).toEqual([]);
  expect(readGateways('nonsense')).toEqual([]);
});

test('ports of GUE', () => {
  expect(readUnpackingPorts('port 6080 gue\nport 5555 ipproto 4\n')).toEqual([6080]);
});

test('sockets that wait', () => {
  const tcp = `  sl  local_address rem_address   st tx_queue rx_queue
   0: 00000000:0050 00000000:0000 0A 00000000:00000000
   1: 0300000A:01BB 00000000:0000 0A 00000000:00000000
   2: 0700000A:0050 0900000A:C001 01 00000000:00000000
`;
  const tcp6 = `   0: B80D0120000000000000000003000000:0050 00000000000000000000000000000000:0000 0A
   1: 00000000000000000000000000000000:0051 00000000000000000000000000000000:0000 0A
`;
  expect(readListeners('TCP', tcp)).toEqual([
    { protocol: 'TCP', address: '0.0.0.0', port: 80 },
    { protocol: 'TCP', address: '10.0.0.3', port: 443 },
  ]);
  expect(readListeners('TCP', tcp6)).toEqual([
    { protocol: 'TCP', address: '2001:db8::3', port: 80 },
    { protocol: 'TCP', address: '::', port: 81 },
  ]);
  expect(readListeners('UDP', tcp)).toEqual([]);
});
