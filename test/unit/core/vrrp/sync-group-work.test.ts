/** The work of a large sync group, counted in events that its members handle: linear in their number (V13). */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VrrpMachine } from '../../../../src/core/vrrp/machine.ts';
import { vip } from '../../../support/builders/addresses.ts';
import { device, fact, type Host } from '../../../support/builders/host.ts';
import { configuration, instance } from '../../../support/builders/instance.ts';
import { Bench } from '../../../support/vrrp-bench.ts';

const PER_DEVICE = 200;

/** Members of one group over interfaces with 200 virtual routers each. */
function group(count: number, priority = 100) {
  const instances = Array.from({ length: count }, (_, i) => {
    const name = `eth${Math.floor(i / PER_DEVICE)}`;
    return instance({
      name: `M${i}`,
      interface: name,
      vrid: 1 + (i % PER_DEVICE),
      priority,
      ...(priority === 255 && { initialState: 'MASTER' as const }),
      addresses: [vip(`10.${i >> 8}.${i & 255}.1`, name)],
    });
  });
  const members = instances.map(({ name }) => name);
  return configuration(instances, { syncGroups: [{ name: 'G', members }] });
}

function host(count: number, up = true): Host {
  const devices = Array.from({ length: Math.ceil(count / PER_DEVICE) }, (_, i) => i);
  return {
    interfaces: devices.map((i) => device({ ifindex: i + 2, name: `eth${i}`, up })),
    addresses: devices.map((i) => fact(`192.0.2.${i + 1}`, i + 2)),
  };
}

function states(bench: Bench): string {
  return [...new Set(bench.router.view().instances.map(({ state }) => state))].join();
}

const handle = vi.spyOn(VrrpMachine.prototype, 'handle');
afterEach(() => handle.mockClear());

/** Events that one member handles while `act` runs. */
function eventsPerMember(count: number, act: () => unknown): number {
  handle.mockClear();
  act();
  return handle.mock.calls.length / count;
}

/** One packet of another router for each member. */
function toAll(bench: Bench, count: number, priority: number): void {
  for (let i = 0; i < count; i++) {
    const ifindex = 2 + Math.floor(i / PER_DEVICE);
    bench.packet({ priority, source: '192.0.2.99', ifindex }, `M${i}`);
  }
}

describe.each([50, 800])('V13: a group of %i members', (count) => {
  const config = group(count);

  it('starts, comes up and falls with a handful of events for each', () => {
    let bench = new Bench(config, { host: host(count, false) });
    expect(states(bench)).toBe('FAULT');
    const up = eventsPerMember(count, () => bench.network(host(count)));
    expect(states(bench)).toBe('BACKUP');
    expect(up).toBeLessThanOrEqual(3);
    expect(eventsPerMember(count, () => bench.run(4))).toBeLessThanOrEqual(6);
    expect(states(bench)).toBe('MASTER');
    const down = eventsPerMember(count, () => bench.network(host(count, false)));
    expect(states(bench)).toBe('FAULT');
    expect(down).toBeLessThanOrEqual(3);
    const start = eventsPerMember(count, () => {
      bench = new Bench(config, { host: host(count) });
    });
    expect(start).toBeLessThanOrEqual(4);
  });

  it('of owners is Master at once', () => {
    const events = eventsPerMember(count, () => {
      expect(states(new Bench(group(count, 255), { host: host(count) }))).toBe('MASTER');
    });
    expect(events).toBeLessThanOrEqual(5);
  });

  it('steps down together', () => {
    const bench = new Bench(config, { host: host(count) }).run(4);
    const events = eventsPerMember(count, () =>
      bench.packet({ priority: 200, source: '192.0.2.99' }, 'M0'),
    );
    expect(states(bench)).toBe('BACKUP');
    expect(events).toBeLessThanOrEqual(2);
  });

  it('hears the other side resign, or lose, for all members in one burst', () => {
    const backup = new Bench(config, { host: host(count) });
    toAll(backup, count, 200);
    backup.run(0.5);
    expect(eventsPerMember(count, () => toAll(backup, count, 0))).toBeLessThanOrEqual(3);
    const master = new Bench(config, { host: host(count) }).run(4);
    expect(eventsPerMember(count, () => toAll(master, count, 50))).toBeLessThanOrEqual(3);
  });

  it('is adopted and stopped', () => {
    const adopt = config.instances.map(({ name }) => name);
    const bench = new Bench(config, { host: host(count), adopt });
    expect(states(bench)).toBe('MASTER');
    // The order to stop, and what became of the farewell.
    expect(eventsPerMember(count, () => bench.send({ type: 'shutdown' }))).toBe(2);
    expect(bench.router.view().groups[0]?.state).toBe('INIT');
  });
});
