/** Instances without an interface in the configuration. */
import { describe, expect, it } from 'vitest';
import { causeText } from '../../../../src/core/facts/causes.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import type { RouteFact } from '../../../../src/core/vrrp/events-and-actions.ts';
import { routeQuestion } from '../../../../src/core/vrrp/interface-choice.ts';
import { NetworkPicture } from '../../../../src/core/vrrp/network-picture.ts';
import { ip, peer, vip } from '../../../support/builders/addresses.ts';
import { device, fact, HOST } from '../../../support/builders/host.ts';
import { configuration, instance } from '../../../support/builders/instance.ts';
import { Bench } from '../../../support/vrrp-bench.ts';

/** As keepalived allows it since 2.2.8: the VIP names its interface, the instance does not. */
function withoutInterface(changes: Partial<VrrpInstanceConfig> = {}): VrrpInstanceConfig {
  return instance({
    interface: '',
    sourceAddress: ip('192.0.2.1'),
    unicastPeers: [peer('192.0.2.2')],
    addresses: [vip('192.0.2.100')],
    ...changes,
  });
}

const LOOPBACK = device({ ifindex: 1, name: 'lo', noArp: true });
const STABLE = {
  interfaces: [LOOPBACK, ...HOST.interfaces],
  addresses: [...HOST.addresses, fact('10.9.9.9', 1)],
};
const STABLE_INSTANCE = withoutInterface({ sourceAddress: ip('10.9.9.9') });
const ROUTE: RouteFact = { source: ip('10.9.9.9'), destination: ip('192.0.2.2'), ifindex: 3 };

describe('C2: an instance without interface', () => {
  it('runs on the link that carries its source address', () => {
    const bench = new Bench(withoutInterface()).run(4);
    expect(bench.view()).toMatchObject({ state: 'MASTER', interface: 'eth0', ifindex: 2 });
    expect(bench.actions('sendAdvertisement')[0]).toMatchObject({
      ifindex: 2,
      source: '192.0.2.1',
    });
  });

  it('hears its peer there', () => {
    const bench = new Bench(withoutInterface());
    bench.packet({ priority: 200, destination: '192.0.2.1' });
    expect(bench.view()).toMatchObject({ masterAddress: '192.0.2.2', masterPriority: 200 });
  });

  it('follows when the address moves to another link', () => {
    const bench = new Bench(withoutInterface()).run(4).forget();
    bench.network({ ...HOST, addresses: [fact('192.0.2.1', 3)] }).run(5);
    expect(bench.view()).toMatchObject({ state: 'MASTER', interface: 'eth1' });
    expect(bench.actions('sendAdvertisement')[0]).toMatchObject({ ifindex: 3 });
  });

  it('is at fault while nothing carries the address, and says which', () => {
    const bench = new Bench(withoutInterface({ sourceAddress: ip('192.0.2.7') })).run(4);
    const { state, cause } = bench.view();
    expect(state).toBe('FAULT');
    expect(cause && causeText(cause)).toBe('192.0.2.7 is not an address of this host');
    bench.network({ ...HOST, addresses: [fact('192.0.2.7')] });
    expect(bench.state()).toBe('BACKUP');
  });

  it('goes by the route to its first peer when the address is one of the loopback', () => {
    const bare = new NetworkPicture(STABLE.interfaces, STABLE.addresses, new Set());
    const { ifindex, ...question } = ROUTE;
    expect(routeQuestion(STABLE_INSTANCE, bare)).toEqual(question);
    const bench = new Bench(STABLE_INSTANCE, { host: STABLE });
    expect(bench.view()).toMatchObject({ state: 'FAULT', reason: 'interface-missing' });
    bench.send({ type: 'network', ...STABLE, routes: [ROUTE] }).run(4);
    expect(bench.view()).toMatchObject({ state: 'MASTER', interface: 'eth1', ifindex });
  });

  it('asks for no route when the link reaches others', () => {
    const picture = new NetworkPicture(HOST.interfaces, HOST.addresses, new Set());
    expect(routeQuestion(withoutInterface(), picture)).toBeUndefined();
    expect(routeQuestion(instance({ unicastPeers: [peer('192.0.2.2')] }), picture)).toBeUndefined();
  });

  it('may share its router id with one that has another source, as check says', () => {
    const other = { name: 'TWO', sourceAddress: ip('192.0.2.9'), addresses: [vip('192.0.2.101')] };
    const both = configuration([withoutInterface(), withoutInterface(other)]);
    const host = { ...HOST, addresses: [...HOST.addresses, fact('192.0.2.9')] };
    const bench = new Bench(both, { host });
    bench.run(0.5).packet({ priority: 200, destination: '192.0.2.9' }, 'TWO').run(3.8);
    expect(bench.view('VI')).toMatchObject({ state: 'MASTER' });
    expect(bench.view('TWO')).toMatchObject({ state: 'BACKUP', masterPriority: 200 });
    expect(bench.actions('notice')).toEqual([]);
  });
});
