/**
 * One router under arbitrary events: whatever happens, orders stay consistent. Advertisements leave in MASTER only,
 * but for one farewell; addresses follow the state; transitions chain; rejected input changes nothing.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { instant, seconds } from '../../../../src/core/base/time.ts';
import type { VrrpState } from '../../../../src/core/vrrp/events-and-actions.ts';
import { vip } from '../../../support/builders/addresses.ts';
import { hostWith } from '../../../support/builders/host.ts';
import { announce, configuration, instance } from '../../../support/builders/instance.ts';
import type { PeerPacket } from '../../../support/builders/packet.ts';
import { Bench, describeAction } from '../../../support/vrrp-bench.ts';

type Step =
  | { readonly do: 'packet'; readonly to: 'A' | 'B'; readonly packet: PeerPacket }
  | { readonly do: 'run' | 'stall'; readonly span: number }
  | { readonly do: 'link'; readonly name: string; readonly up: boolean }
  | { readonly do: 'resign' | 'fail' | 'deadline' | 'shutdown' }
  | { readonly do: 'reload'; readonly variant: number };

const packets = fc.record({
  priority: fc.constantFrom(0, 1, 99, 100, 101, 254, 255),
  source: fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.0', '192.0.2.200'),
  interval: fc.constantFrom(0, 50, 100, 300),
  ttl: fc.constantFrom(255, 255, 255, 254, -1),
  waited: fc.constantFrom(seconds(0), seconds(0), seconds(0.5)),
});

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('packet' as const),
      to: fc.constantFrom('A' as const, 'B' as const),
      packet: packets,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('run' as const, 'stall' as const),
      span: fc.double({ min: 0, max: 5, noNaN: true }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('link' as const),
      name: fc.constantFrom('eth0', 'eth1'),
      up: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('resign' as const, 'fail' as const, 'deadline' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('reload' as const), variant: fc.nat({ max: 3 }) }),
  },
);

const first = instance({
  name: 'A',
  version: 3,
  announce: announce({ repeat: 2, delay: seconds(1), refresh: seconds(4) }),
  trackInterfaces: [{ name: 'eth1', weight: -20 }],
});
const second = instance({ name: 'B', vrid: 52, version: 3, addresses: [vip('192.0.2.101')] });
const variants = [
  [first, second],
  [{ ...first, priority: 120 }, second],
  [first],
  [
    { ...first, addresses: [vip('192.0.2.100'), vip('192.0.2.101')] },
    { ...second, addresses: [vip('192.0.2.102')] },
  ],
] as const;

function apply(bench: Bench, step: Step, sync: boolean): void {
  switch (step.do) {
    case 'packet':
      if (bench.router.view().instances.some(({ name }) => name === step.to)) {
        bench.packet(step.packet, step.to);
      }
      break;
    case 'run':
      bench.run(bench.now / 1e6 + step.span);
      break;
    case 'stall':
      bench.stall(bench.now / 1e6 + step.span);
      break;
    case 'link':
      bench.network(hostWith(step.name, { up: step.up }));
      break;
    case 'reload':
      bench.reload(config(step.variant, sync));
      break;
    case 'resign':
      bench.send({ type: 'resign', instance: 'A' });
      break;
    case 'fail':
      bench.send({
        type: 'actionFailed',
        instance: 'A',
        action: 'setAddresses',
        operation: 'add address',
        errno: 'EPERM',
      });
      break;
    default:
      bench.send({ type: step.do });
  }
}

function config(variant: number, sync: boolean) {
  const instances = variants[variant] ?? variants[0];
  const members = instances.map(({ name }) => name);
  return configuration(instances, { syncGroups: sync ? [{ name: 'G', members }] : [] });
}

/** Replays the orders and checks each against the states they imply. */
function check(bench: Bench): void {
  const states = new Map<string, VrrpState>();
  const held = new Map<string, boolean>();
  const farewell = new Set<string>();
  for (const { action } of bench.record) {
    const text = describeAction(action);
    if (action.type === 'transition') {
      expect(action.from, text).toBe(states.get(action.instance) ?? 'INIT');
      expect(action.to, text).not.toBe(action.from);
      expect(held.get(action.instance) ?? false, text).toBe(action.to === 'MASTER');
      states.set(action.instance, action.to);
      farewell.delete(action.instance);
    } else if (action.type === 'setAddresses') {
      held.set(action.instance, action.present);
    } else if (action.type === 'sendAdvertisement') {
      const { instance: name } = action;
      expect(farewell.has(name), `${text} after the farewell`).toBe(false);
      if (action.message[2] === 0) {
        expect(states.get(name), text).toBe('MASTER');
        farewell.add(name);
      }
    } else if (action.type === 'announce') {
      expect(held.get(action.instance), text).toBe(true);
    }
  }
  for (const view of bench.router.view().instances) {
    expect(view.state).toBe(states.get(view.name) ?? 'INIT');
    expect(view.effectivePriority).toBeGreaterThanOrEqual(1);
    expect(view.masterDownInterval).toBeGreaterThan(view.skewTime);
  }
}

it.each([false, true])('orders stay consistent under arbitrary events (sync group: %s)', (sync) => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), fc.boolean(), (script, stop) => {
      const bench = new Bench(config(0, sync));
      for (const step of script) {
        apply(bench, step, sync);
        const deadline = bench.router.deadline;
        if (step.do === 'run') expect(deadline ?? Infinity).toBeGreaterThan(bench.now);
      }
      if (stop) bench.send({ type: 'shutdown' });
      check(bench);
    }),
    { numRuns: 400 },
  );
});

it('members of a sync group agree at every moment', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), (script) => {
      const bench = new Bench(config(0, true));
      for (const step of script) {
        apply(bench, step, true);
        const states = bench.router.view().instances.map(({ state }) => state);
        expect(new Set(states).size, states.join()).toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});

it('is deterministic: the same events give the same orders', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 40 }), (script) => {
      const lines = [1, 2].map(() => {
        const bench = new Bench(config(0, true));
        for (const step of script) apply(bench, step, true);
        return bench.lines();
      });
      expect(lines[0]).toEqual(lines[1]);
    }),
    { numRuns: 100 },
  );
});

it('a deadline before its time does nothing', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 30 }), (script) => {
      const bench = new Bench(config(0, false));
      for (const step of script) apply(bench, step, false);
      bench.run(bench.now / 1e6);
      const before = bench.router.view();
      bench.now = instant(bench.now);
      expect(bench.router.handle(bench.now, { type: 'deadline' })).toEqual([]);
      expect(bench.router.view()).toEqual(before);
    }),
    { numRuns: 100 },
  );
});
