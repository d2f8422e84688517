/** Interfaces and addresses for real. Runs in a network namespace of its own, as root. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openNetlinkPort } from '../../src/drivers/netlink-port.ts';
import { RouteKernel } from '../../src/drivers/rtnetlink.ts';
import {
  type AddressRequest,
  NETLINK_ROUTE,
  type NetworkChange,
} from '../../src/drivers/rtnetlink-messages.ts';
import { ip } from '../support/builders/addresses.ts';

let driver: RouteKernel;
let ifindex: number;

beforeAll(async () => {
  run('link set lo up');
  run('link add v0 address 02:00:00:00:00:01 type veth peer name v1');
  run('link set v0 up');
  run('link set v1 up');
  driver = RouteKernel.open();
  const { interfaces } = await driver.dump();
  ifindex = interfaces.find(({ name }) => name === 'v0')?.ifindex ?? 0;
});

afterAll(() => driver.close());
beforeEach(() => void run('address flush dev v0 scope global'));

function run(command: string): string {
  return execFileSync('ip', command.split(' '), { encoding: 'utf8' });
}

function vip(address: string, prefixLength: number): AddressRequest {
  return { ifindex, address: ip(address), prefixLength, scope: 0, noPrefixRoute: false };
}

describe('interfaces', () => {
  it('is up with carrier only', async () => {
    const usable = async (): Promise<boolean | undefined> =>
      (await driver.dump()).interfaces.find(({ name }) => name === 'v0')?.up;
    await vi.waitFor(async () => expect(await usable()).toBe(true));
    run('link set v1 down');
    await vi.waitFor(async () => expect(await usable()).toBe(false));
    run('link set v1 up');
    await vi.waitFor(async () => expect(await usable()).toBe(true));
    run('link set v0 down');
    expect(await usable()).toBe(false);
    run('link set v0 up');
    await vi.waitFor(async () => expect(await usable()).toBe(true));
  });

  it('has name, index, hardware address and MTU', async () => {
    const { interfaces } = await driver.dump();
    expect(interfaces.find(({ name }) => name === 'v0')).toMatchObject({
      ifindex,
      mac: '02:00:00:00:00:01',
      mtu: 1500,
      noArp: false,
    });
    expect(interfaces.find(({ name }) => name === 'lo')).toMatchObject({ ifindex: 1, noArp: true });
  });
});

describe('addresses', () => {
  it('is what ip shows: label, broadcast, scope, peer', async () => {
    const request = { ...vip('192.0.2.1', 24), label: 'v0:vip', broadcast: ip('192.0.2.255') };
    expect(await driver.addAddress({ ...request, scope: 253 })).toBeUndefined();
    expect(run('-4 -o address show dev v0')).toMatch(
      /inet 192\.0\.2\.1\/24 brd 192\.0\.2\.255 scope link (proto 0x12|proto keepalived)? ?v0:vip/,
    );
    const far = { ...vip('10.0.0.1', 32), peer: ip('10.0.0.2') };
    expect(await driver.addAddress(far)).toBeUndefined();
    expect(run('-4 -o address show dev v0')).toContain('inet 10.0.0.1 peer 10.0.0.2/32');
    expect((await driver.removeAddress(vip('10.0.0.1', 32)))?.errnoName).toBe('EADDRNOTAVAIL');
    expect(await driver.removeAddress(far)).toBeUndefined();
    expect(await driver.removeAddress(request)).toBeUndefined();
    expect(run('-4 -o address show dev v0')).toBe('');
  });

  it('has no prefix route when that is asked for', async () => {
    await driver.addAddress({ ...vip('192.0.2.1', 24), noPrefixRoute: true });
    expect(run('-4 route show dev v0')).toBe('');
    await driver.removeAddress(vip('192.0.2.1', 24));
    await driver.addAddress(vip('192.0.2.1', 24));
    expect(run('-4 route show dev v0')).toContain('192.0.2.0/24');
  });

  it('is usable at once and never a source when it is an IPv6 VIP', async () => {
    expect(await driver.addAddress(vip('2001:db8::1', 128))).toBeUndefined();
    const shown = run('-6 -o address show dev v0 scope global');
    expect(shown).toContain('2001:db8::1/128');
    expect(shown).toContain('nodad');
    expect(shown).toContain('deprecated');
    expect(shown).not.toContain('tentative');
    const { addresses } = await driver.dump();
    expect(addresses.find(({ address }) => address === '2001:db8::1')?.flags).toBe(0xa2);
    expect(await driver.removeAddress(vip('2001:db8::1', 128))).toBeUndefined();
  });

  it('is refused when it is there, not there, senseless, or its interface is unknown', async () => {
    await driver.addAddress(vip('192.0.2.1', 32));
    expect((await driver.addAddress(vip('192.0.2.1', 32)))?.errnoName).toBe('EEXIST');
    await driver.removeAddress(vip('192.0.2.1', 32));
    const gone = await driver.removeAddress(vip('192.0.2.1', 32));
    expect(gone?.errnoName).toBe('EADDRNOTAVAIL');
    const wrong = await driver.addAddress(vip('192.0.2.1', 99));
    expect(wrong).toMatchObject({ errnoName: 'EINVAL', explanation: expect.stringMatching(/./) });
    const nowhere = await driver.addAddress({ ...vip('192.0.2.1', 32), ifindex: 4711 });
    expect(nowhere?.errnoName).toBe('ENODEV');
  });

  it('reads a thousand of them', async () => {
    const results = await Promise.all(
      Array.from({ length: 1000 }, (_, i) =>
        driver.addAddress(vip(`10.5.${i >> 8}.${i & 255}`, 32)),
      ),
    );
    expect(results.filter((error) => error !== undefined)).toEqual([]);
    const { addresses } = await driver.dump();
    expect(addresses.filter(({ address }) => address.startsWith('10.5.'))).toHaveLength(1000);
  });
});

describe('monitor', () => {
  it('tells what others do', async () => {
    const changes: NetworkChange[] = [];
    driver.monitor({ onChange: (change) => changes.push(change), onOverrun: () => undefined });
    run('address add 192.0.2.7/32 dev v0');
    run('address del 192.0.2.7/32 dev v0');
    run('link add br1 type bridge');
    run('link del br1');
    await vi.waitFor(() => {
      expect(changes.at(-1)).toMatchObject({ type: 'linkRemoved' });
    });
    expect(changes.slice(0, 3)).toMatchObject([
      { type: 'address', address: { address: '192.0.2.7', prefixLength: 32 } },
      { type: 'addressRemoved', address: { address: '192.0.2.7' } },
      { type: 'link', interface: { name: 'br1', up: false } },
    ]);
  });

  it('does not take a port that leaves its bridge for an interface that is gone', async () => {
    run('link add br0 type bridge');
    run('link set v1 master br0');
    const changes: NetworkChange[] = [];
    driver.monitor({ onChange: (change) => changes.push(change), onOverrun: () => undefined });
    run('link set v1 nomaster');
    run('link del br0');
    await vi.waitFor(() => {
      expect(changes.filter(({ type }) => type === 'linkRemoved')).toHaveLength(1);
    });
    expect((await driver.dump()).interfaces.map(({ name }) => name)).toContain('v1');
  });

  it('survives an overrun: it is reported, later changes are heard', async () => {
    const small = RouteKernel.open((groups) =>
      openNetlinkPort({ protocol: NETLINK_ROUTE, groups, receiveBufferBytes: 4096 }),
    );
    const onOverrun = vi.fn();
    const onChange = vi.fn();
    small.monitor({ onChange, onOverrun });
    for (let i = 0; i < 200; i++) {
      await driver.addAddress(vip('192.0.2.8', 32));
      await driver.removeAddress(vip('192.0.2.8', 32));
    }
    small.drain();
    expect(onOverrun).toHaveBeenCalled();
    await vi.waitFor(() => {
      onChange.mockClear();
      run('address replace 192.0.2.9/32 dev v0');
      small.drain();
      expect(onChange).toHaveBeenCalled();
    });
    small.close();
  });
});
