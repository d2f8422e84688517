/** The watch over held addresses, on sockets that are made up: for what it listens, and what it tells. */
import { OsError } from 'dgram-extensions';
import { expect, test } from 'vitest';
import type { MacAddress } from '../../../../src/core/base/address.ts';
import type { InterfaceFact } from '../../../../src/core/base/host.ts';
import { instant, seconds } from '../../../../src/core/base/time.ts';
import type { VipView } from '../../../../src/core/holdings/address-ledger.ts';
import { StrangerWatch } from '../../../../src/daemon/vrrp/stranger-watch.ts';
import type { HeardClaim } from '../../../../src/drivers/claim-sockets.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { instanceConfig, instanceView } from '../../../support/state-fixture.ts';

const EACCES = 13;
const ETH0: InterfaceFact = { ifindex: 2, name: 'eth0', up: true, mtu: 1500, noArp: false };
const CLAIM: HeardClaim = {
  address: ip('192.0.2.100'),
  mac: '02:00:00:00:00:77' as MacAddress,
  ifindex: 2,
};

function vip(changes: Partial<VipView> = {}): VipView {
  return {
    instance: 'VI',
    address: ip('192.0.2.100'),
    prefixLength: 24,
    interface: 'eth0',
    expected: true,
    present: true,
    restored: 0,
    ...changes,
  };
}

function setUp() {
  const listened: string[][] = [];
  const told: string[] = [];
  const troubles: string[] = [];
  const heard: HeardClaim[] = [];
  const failing: { listen?: number } = {};
  const watch = new StrangerWatch({
    port: {
      listen: (addresses) => {
        if (failing.listen !== undefined) throw new OsError('socket', -failing.listen);
        listened.push([...addresses]);
      },
      read: () => heard.splice(0),
      close: () => undefined,
    },
    onNotice: ({ instance, address, mac }) => told.push(`${instance} ${address} ${mac}`),
    onTrouble: ({ operation, errno }) => troubles.push(`${operation} ${errno}`),
  });
  const look = (second: number, vips: readonly VipView[], state: 'MASTER' | 'BACKUP' = 'MASTER') =>
    watch.look({
      now: instant(seconds(second)),
      instances: [instanceView(instanceConfig({ name: 'VI' }), state, { since: instant(0) })],
      vips,
      interfaces: new Map([['eth0', ETH0]]),
    });
  return { watch, look, listened, told, troubles, heard, failing };
}

test('it listens for what a Master holds, and for no more', () => {
  const { look, listened } = setUp();
  look(1, [vip()], 'BACKUP');
  look(2, [vip()]);
  look(3, [vip()]);
  look(4, [vip({ present: false })]);
  expect(listened).toEqual([['192.0.2.100'], []]);
});

test('a claim is told, and is in the view of the address', () => {
  const { watch, look, told, heard } = setUp();
  look(10, [vip()]);
  heard.push(CLAIM);
  for (let second = 11; second < 16; second++) look(second, [vip()]);
  expect(told).toEqual([`VI 192.0.2.100 ${CLAIM.mac}`]);
  expect(watch.merged([vip()])).toEqual([
    vip({ claimed: { mac: CLAIM.mac, times: 1, at: instant(seconds(11)) } }),
  ]);
});

test('a socket that cannot be opened is told once, and tried again', () => {
  const { look, listened, troubles, failing } = setUp();
  failing.listen = EACCES;
  for (const second of [1, 2, 3]) look(second, [vip()]);
  expect(troubles).toEqual(['hear-claims EACCES']);
  delete failing.listen;
  look(4, [vip()]);
  expect(listened).toEqual([['192.0.2.100']]);
});
