/** The rtnetlink driver against a kernel in memory that speaks real frames. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { RouteKernel } from '../../../src/drivers/rtnetlink.ts';
import type { AddressRequest, NetworkChange } from '../../../src/drivers/rtnetlink-messages.ts';
import { ip } from '../../support/builders/addresses.ts';
import { FakeKernel } from '../../support/fake-kernel.ts';
import {
  FakeRoute,
  GROUP_LINK,
  linkPayload,
  RTM_DELLINK,
  RTM_NEWLINK,
} from '../../support/fake-kernel-route.ts';
import { LINK_PAYLOADS } from '../../support/fake-kernel-route-payloads.ts';

const VIP: AddressRequest = {
  ifindex: 3,
  address: ip('192.0.2.1'),
  prefixLength: 24,
  scope: 0,
  noPrefixRoute: false,
};

let route: FakeRoute;
let kernel: FakeKernel;
let driver: RouteKernel;

beforeEach(() => {
  route = new FakeRoute();
  kernel = new FakeKernel(route.handle);
  route.kernel = kernel;
  route.links.set(3, LINK_PAYLOADS.nl0);
  driver = RouteKernel.open(kernel.openPort);
});

describe('addresses', () => {
  it('are there after adding and gone after removing', async () => {
    expect(await driver.addAddress(VIP)).toBeUndefined();
    expect((await driver.dump()).addresses).toMatchObject([
      { ifindex: 3, address: '192.0.2.1', prefixLength: 24, protocol: 18 },
    ]);
    expect(await driver.removeAddress(VIP)).toBeUndefined();
    expect((await driver.dump()).addresses).toEqual([]);
  });

  it('are in the kernel when the call returns', () => {
    void driver.addAddress(VIP);
    expect(route.addresses.size).toBe(1);
    void driver.removeAddress(VIP);
    expect(route.addresses.size).toBe(0);
  });

  it('report refusals that callers may pass over', async () => {
    await driver.addAddress(VIP);
    expect(await driver.addAddress(VIP)).toMatchObject({
      errnoName: 'EEXIST',
      message: 'add address 192.0.2.1/24 on interface 3: EEXIST (ipv4: Address already assigned)',
    });
    await driver.removeAddress(VIP);
    expect((await driver.removeAddress(VIP))?.errnoName).toBe('EADDRNOTAVAIL');
    expect((await driver.addAddress({ ...VIP, ifindex: 9 }))?.errnoName).toBe('ENODEV');
  });
});

describe('dump', () => {
  it('has what can be read, and leaves out what can not', async () => {
    route.links.set(2, LINK_PAYLOADS.bridgePort);
    route.links.set(5, new Uint8Array(3));
    const { interfaces } = await driver.dump();
    expect(interfaces.map(({ name }) => name)).toEqual(['nl0']);
  });

  it('rejects with the refusal', async () => {
    kernel.faults.refuseSends = { count: 1, errno: 105 };
    kernel.faults.interruptDumps = Number.POSITIVE_INFINITY;
    await expect(driver.dump()).rejects.toMatchObject({ code: 'KERNEL', errnoName: 'EINTR' });
  });
});

describe('monitor', () => {
  function listen(): { changes: NetworkChange[]; onOverrun: ReturnType<typeof vi.fn> } {
    const changes: NetworkChange[] = [];
    const onOverrun = vi.fn();
    driver.monitor({ onChange: (change) => changes.push(change), onOverrun });
    return { changes, onOverrun };
  }

  it('tells of links and of addresses of both families', async () => {
    const { changes } = listen();
    await driver.addAddress(VIP);
    await driver.addAddress({ ...VIP, address: ip('2001:db8::1'), prefixLength: 64 });
    await driver.removeAddress(VIP);
    const down = linkPayload({ ifindex: 3, name: 'nl0', flags: 0 });
    kernel.notify(GROUP_LINK, RTM_NEWLINK, down);
    kernel.notify(GROUP_LINK, RTM_DELLINK, down);
    driver.drain();
    expect(changes).toMatchObject([
      { type: 'address', address: { address: '192.0.2.1' } },
      { type: 'address', address: { address: '2001:db8::1' } },
      { type: 'addressRemoved', address: { address: '192.0.2.1' } },
      { type: 'link', interface: { name: 'nl0', up: false } },
      { type: 'linkRemoved', ifindex: 3 },
    ]);
  });

  it('hears without being drained', async () => {
    const { changes } = listen();
    kernel.notify(GROUP_LINK, RTM_NEWLINK, LINK_PAYLOADS.nl0);
    await vi.waitFor(() => expect(changes).toHaveLength(1));
  });

  it('never takes a notification for an answer, even one of the same sequence number', async () => {
    const { changes } = listen();
    const pending = driver.dump();
    for (let seq = 0; seq < 5; seq++) {
      kernel.notify(GROUP_LINK, RTM_DELLINK, LINK_PAYLOADS.lo, seq);
    }
    expect((await pending).interfaces).toHaveLength(1);
    driver.drain();
    expect(changes).toHaveLength(5);
  });

  it('says when notifications were lost, and a dump then tells the truth', async () => {
    const { onOverrun } = listen();
    kernel.faults.queueMax = 2;
    for (let i = 1; i < 9; i++) void driver.addAddress({ ...VIP, address: ip(`192.0.2.${i}`) });
    kernel.faults.queueMax = Number.POSITIVE_INFINITY;
    driver.drain();
    expect(onOverrun).toHaveBeenCalledTimes(1);
    expect((await driver.dump()).addresses).toHaveLength(8);
  });

  it('is one: the second replaces the first', () => {
    const first = listen();
    const second = listen();
    kernel.notify(GROUP_LINK, RTM_NEWLINK, LINK_PAYLOADS.nl0);
    driver.drain();
    expect([first.changes.length, second.changes.length]).toEqual([0, 1]);
    expect(kernel.openPorts).toBe(2);
  });
});

describe('close', () => {
  it('closes both sockets, and is harmless when repeated', () => {
    driver.monitor({ onChange: () => undefined, onOverrun: () => undefined });
    driver.close();
    driver.close();
    expect(kernel.openPorts).toBe(0);
  });
});
