/**
 * Runs the code of an election before it is needed, in memory and with requests that the kernel refuses. The first takeover of a
 * fresh process otherwise pays for compiling it: several milliseconds between the advertisement and the address.
 */
import type { IpAddress, IpFamily, MacAddress } from '../../core/base/address.ts';
import { after, type Instant, milliseconds, seconds, ZERO_DURATION } from '../../core/base/time.ts';
import { AddressLedger } from '../../core/holdings/address-ledger.ts';
import { RoutingLedger } from '../../core/holdings/routing-ledger.ts';
import { OWN_PROTOCOL } from '../../core/holdings/routing-operations.ts';
import { INSTANCE_DEFAULTS, type VrrpInstanceConfig } from '../../core/model/config.ts';
import type { VrrpAction, VrrpEvent } from '../../core/vrrp/events-and-actions.ts';
import { AdvertisementSender } from './advertisement-sender.ts';
import type { NetworkKernel, VrrpCore } from './ports.ts';

const INTERFACE = 'warm-up';
const IFINDEX = 1;
/** Enough for V8 to leave the interpreter's first, slow calls behind. */
const ROUNDS = 20;

const ELECTIONS = [
  ['ipv4', 2],
  ['ipv4', 3],
  ['ipv6', 3],
] as const;

/** An interface index that the kernel never gives out: what is asked of it is refused (ENODEV). */
const NO_SUCH_IFINDEX = 0x7fff_fffe;

/**
 * Elects, loses and stops routers that exist only here, and asks the kernel for what it will refuse.
 *
 * @param goOn asked between steps of about a millisecond; what waits is done before it resolves, and false ends the warm-up
 */
export async function warmUp(
  newRouter: () => VrrpCore,
  kernel: Pick<NetworkKernel, 'change'>,
  goOn: () => Promise<boolean>,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const [family, version] of ELECTIONS) {
      if (!(await goOn())) return;
      elect(family, version, newRouter);
    }
  }
  for (const family of ['ipv4', 'ipv6'] as const) {
    for (const address of instance(family, 3, 100).addresses) {
      const refused = { ifindex: NO_SUCH_IFINDEX, ...address };
      for (const type of ['add', 'remove'] as const) {
        if (!(await goOn())) return;
        await kernel.change([{ type, address: refused }]);
      }
    }
  }
}

function elect(family: IpFamily, version: 2 | 3, newRouter: () => VrrpCore): void {
  const v4 = family === 'ipv4';
  const own = (v4 ? '192.0.2.1' : 'fe80::1') as IpAddress;
  const peer = (v4 ? '192.0.2.2' : 'fe80::2') as IpAddress;
  const router = newRouter();
  const rival = newRouter();
  const start = 0 as Instant;
  for (const [machine, address, priority] of [
    [router, own, 100],
    [rival, peer, 200],
  ] as const) {
    const mac = '02:00:00:00:00:01' as MacAddress;
    const device = { ifindex: IFINDEX, name: INTERFACE, up: true, mac, mtu: 1500, noArp: false };
    const fact = { ifindex: IFINDEX, address, prefixLength: 24, flags: 0x80, scope: v4 ? 0 : 253 };
    machine.handle(start, { type: 'network', interfaces: [device], addresses: [fact] });
    const config = { instances: [instance(family, version, priority)], syncGroups: [], bfd: [] };
    machine.handle(start, {
      type: 'configure',
      config: { ...config, startupDelay: ZERO_DURATION },
      adopt: [],
    });
  }
  const elected = after(start, seconds(10));
  plan(handle(router, elected, { type: 'deadline' }));
  handle(router, after(elected, seconds(1)), { type: 'deadline' });
  for (const action of handle(rival, elected, { type: 'deadline' })) {
    if (action.type !== 'sendAdvertisement') continue;
    const { ifindex, destination, message } = action;
    const now = after(elected, milliseconds(1_001));
    const packet = { family, ifindex, destination, message, source: peer, ttl: 255 };
    router.handle(now, { type: 'packet', ...packet, receivedAt: now });
  }
  router.handle(after(elected, seconds(2)), { type: 'shutdown' });
}

/** Runs an event, and what follows when its advertisements leave. */
function handle(router: VrrpCore, now: Instant, event: VrrpEvent): readonly VrrpAction[] {
  const actions = router.handle(now, event);
  const sender = new AdvertisementSender(() => undefined);
  for (const action of actions) if (action.type === 'sendAdvertisement') sender.send(action);
  return [...actions, ...sender.results().flatMap((result) => router.handle(now, result))];
}

function plan(actions: readonly VrrpAction[]): void {
  const ledger = new AddressLedger(() => IFINDEX);
  const routing = new RoutingLedger({
    ifindexOf: () => IFINDEX,
    vrfTableOf: () => undefined,
    isUp: () => true,
  });
  for (const action of actions) {
    if (action.type !== 'setAddresses') continue;
    const { instance: owner, present, routing: entries = [] } = action;
    ledger.declare(action);
    routing.declare({ owner, present, entries });
    ledger.carryOut([owner]);
    routing.carryOut([owner]);
  }
}

function instance(family: IpFamily, version: 2 | 3, priority: number): VrrpInstanceConfig {
  const v4 = family === 'ipv4';
  const address = (v4 ? '192.0.2.100' : 'fe80::100') as IpAddress;
  const prefixLength = v4 ? 24 : 64;
  return {
    ...INSTANCE_DEFAULTS,
    name: INTERFACE,
    interface: INTERFACE,
    vrid: 1,
    priority,
    version,
    family,
    addresses: [{ address, prefixLength, interface: INTERFACE, scope: 0, noPrefixRoute: false }],
    routes: [
      {
        family,
        type: 'unicast',
        destination: { address, prefixLength: v4 ? 32 : 128 },
        hops: [{ interface: INTERFACE, weight: 1, onLink: false }],
        protocol: OWN_PROTOCOL,
        metrics: [],
        insertion: 'prepend',
        isWatched: true,
      },
    ],
  };
}
