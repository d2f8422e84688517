/** The translation of a topology to `ip` commands. */
import { describe, expect, it } from 'vitest';
import { planTopology } from '../../lab/kit/topology.ts';

const spec = {
  nodes: {
    lb01: { links: { eth0: { segment: 'lan', addresses: ['10.0.0.5/24', '2001:db8::5/64'] } } },
    router: {
      links: { wan0: { segment: 'wan' }, lan0: { segment: 'lan', mtu: 1400 } },
      ip: ['route add default via 192.0.2.1'],
    },
  },
};

describe('planTopology', () => {
  const plan = planTopology(spec, (node) => `ns-${node}`);

  it('makes one bridge for each segment, before its ports', () => {
    expect(plan.segments).toEqual(['lan', 'wan']);
    const firstPort = plan.switchLines.findIndex((line) => line.includes('type veth'));
    const lastBridge = plan.switchLines.findLastIndex((line) => line.includes('type bridge'));
    expect(lastBridge).toBeLessThan(firstPort);
  });

  it('gives every interface a MAC address that tells node and interface', () => {
    expect(plan.macs.get('lb01/eth0')).toBe('02:00:00:00:01:01');
    expect(plan.macs.get('router/lan0')).toBe('02:00:00:00:02:02');
    expect(new Set(plan.macs.values()).size).toBe(plan.macs.size);
  });

  it('puts the peer of each port into the namespace of its node', () => {
    expect(plan.switchLines).toContain(
      'link add router-1.1 mtu 1400 type veth peer name lan0 address 02:00:00:00:02:02 mtu 1400 netns ns-router',
    );
  });

  it('adds addresses before the interface goes up, and own lines last', () => {
    expect(plan.nodeLines.get('lb01')).toEqual([
      'link set lo up',
      'address add 10.0.0.5/24 dev eth0 brd +',
      'address add 2001:db8::5/64 dev eth0 nodad',
      'link set eth0 up',
    ]);
    expect(plan.nodeLines.get('router')?.at(-1)).toBe('route add default via 192.0.2.1');
  });

  it('refuses an interface name that the kernel would not take', () => {
    const long = { nodes: { a: { links: { 'interface-name-16': { segment: 'lan' } } } } };
    expect(() => planTopology(long, (node) => node)).toThrow(RangeError);
  });
});
