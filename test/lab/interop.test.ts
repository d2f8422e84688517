/**
 * Many virtual routers at once beside keepalived and beside FRR, each kind in both roles: IPv6, unicast of both families and versions, a tenth of
 * a second, and our VMAC beside theirs. One pair of directors has them all, so that the protocol's own waiting times pass side by side.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Capture, startCapture } from './kit/capture.ts';
import type { Director } from './kit/directors/director.ts';
import { FrrRouter, frrConfiguration, hasFrr, prepareFrr } from './kit/directors/frr.ts';
import { KeepalivedDirector } from './kit/directors/keepalived.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import { labDirectory } from './kit/paths.ts';
import { hasKeepalived, skipWithoutNamespaces } from './support.ts';

const WITHIN = { withinMs: 20_000 };
/** What a loaded machine and the other program may add to the protocol's own time. */
const MARGIN_MS = 500;
const [HIGH, LOW] = [200, 100];

/** A virtual router that both directors have. */
interface Router {
  readonly name: string;
  readonly vrid: number;
  readonly version: 2 | 3;
  readonly advertSeconds: number;
  readonly vip: string;
  readonly isUnicast?: boolean;
  /** Lines of our instance only. */
  readonly ours?: readonly string[];
  /** Who has the higher priority. */
  readonly preferred: 'ours' | 'theirs';
}

/** Each kind twice: once with us preferred, and once, with a VRID and an address of its own, with the peer preferred. */
function inBothRoles(kinds: readonly Omit<Router, 'preferred'>[]): readonly Router[] {
  return kinds.flatMap((kind) => {
    const { name, vrid, vip } = kind;
    const swapped = { name: `${name}-B`, vrid: vrid + 100, vip: vip.replace(/5(\d)$/, '6$1') };
    return [
      { ...kind, name: `${name}-A`, preferred: 'ours' as const },
      { ...kind, ...swapped, preferred: 'theirs' as const },
    ];
  });
}

const priorityOf = (router: Router, side: 'ours' | 'theirs'): number =>
  router.preferred === side ? HIGH : LOW;

/** keepalived's language, for either side. */
function instance(router: Router, side: 'ours' | 'theirs'): string {
  const isIpv6 = router.vip.includes(':');
  const [own, peer] = side === 'ours' ? [1, 2] : [2, 1];
  const net = isIpv6 ? '2001:db8:7::' : '10.7.0.';
  const unicast = router.isUnicast
    ? `unicast_src_ip ${net}${own}\n    unicast_peer {\n        ${net}${peer}\n    }`
    : '';
  const addresses = isIpv6
    ? `fe80::${router.vrid}/64\n        ${router.vip}/64`
    : `${router.vip}/24`;
  return `vrrp_instance ${router.name} {
    interface eth0
    virtual_router_id ${router.vrid}
    version ${router.version}
    advert_int ${router.advertSeconds}
    priority ${priorityOf(router, side)}
    ${unicast}
    ${(side === 'ours' ? (router.ours ?? []) : []).join('\n    ')}
    virtual_ipaddress {
        ${addresses}
    }
}
`;
}

/** Advertisements of one router, by tcpdump's eyes: when, from whom (1 is ours, 2 the peer), with which priority. */
function advertisementsOf(wire: Capture, { vrid }: Router) {
  return wire.packets().flatMap(({ atMs, text, from }) => {
    const found = /vrid (\d+), prio (\d+)/.exec(text);
    if (found === null || Number(found[1]) !== vrid) return [];
    return { atMs, text, from, priority: Number(found[2]) };
  });
}

interface Pair {
  readonly lab: Lab;
  readonly ours: TandemDirector;
  readonly theirs: Director;
  readonly wire: Capture;
}

/** Two directors and a capture where all is heard, unicast too. */
async function openPair(name: string, peer: 'keepalived' | 'frr'): Promise<Pair> {
  const host = (last: number) => ({
    links: { eth0: { segment: 'lan', addresses: [`10.7.0.${last}/24`, `2001:db8:7::${last}/64`] } },
  });
  const topology = { nodes: { lb01: host(1), lb02: host(2) } };
  const lab = await Lab.open({ name, topology, directory: labDirectory(name) });
  const node = lab.node('lb02');
  const tentative = ['ip', '-6', 'address', 'show', 'tentative'];
  for (const one of [node, lab.node('lb01')])
    await expectWithin(
      'no address is tentative',
      async () => (await one.exec(tentative)).stdout === '',
      WITHIN,
    );
  const theirs = peer === 'frr' ? new FrrRouter(node) : new KeepalivedDirector(node);
  const wire = await startCapture(node, { device: 'eth0', filter: 'proto 112 or ip6 proto 112' });
  return { lab, ours: new TandemDirector(lab.node('lb01')), theirs, wire };
}

/**
 * Both start, ours stops in order and returns, the peer is killed. Checks who advertises at each step, how long each takeover took, and that nobody
 * saw anything to complain about.
 */
async function play(pair: Pair, routers: readonly Router[], theirText: string): Promise<void> {
  const { ours, theirs, wire } = pair;
  const ourText = routers.map((one) => instance(one, 'ours')).join('');
  /** Who of the two advertises each router: the one with this priority, without the other for three intervals. */
  const speaks = (side: (router: Router) => 'ours' | 'theirs', sinceMs: number, when: string) =>
    Promise.all(
      routers.map((router) =>
        expectWithin(
          `${router.name}: ${side(router)} speaks ${when}`,
          () => {
            const wanted = priorityOf(router, side(router));
            const seen = advertisementsOf(wire, router).filter(({ atMs }) => atMs > sinceMs);
            return seen.length > 1 && seen.slice(-2).every(({ priority }) => priority === wanted);
          },
          WITHIN,
        ),
      ),
    );
  const states = async () =>
    new Map((await ours.status()).vrrp.instances.map((one) => [one.name, one.state]));

  await Promise.all([ours.start(ourText), theirs.start(theirText)]);
  await speaks(({ preferred }) => preferred, 0, 'after the start');
  const now = await states();
  for (const { name, preferred } of routers)
    expect([name, now.get(name)]).toEqual([name, preferred === 'ours' ? 'MASTER' : 'BACKUP']);

  const stoppedMs = Date.now();
  await ours.stop();
  await speaks(() => 'theirs', stoppedMs, 'after our stop');
  for (const router of routers.filter(({ preferred }) => preferred === 'ours')) {
    const seen = advertisementsOf(wire, router);
    const farewell = seen.findLast(({ priority }) => priority === 0);
    const taken = seen.find(({ atMs, priority }) => atMs > stoppedMs && priority === LOW);
    expect(farewell, `${router.name}: a farewell`).toBeDefined();
    const skewMs = ((256 - LOW) / 256) * 1000 * router.advertSeconds;
    const tookMs = (taken?.atMs ?? Number.NaN) - (farewell?.atMs ?? 0);
    // How punctual the peer is, is not ours to judge: only that it has not waited for our silence.
    const limitMs = Math.max(skewMs + MARGIN_MS, 3000 * router.advertSeconds);
    expect(tookMs, `${router.name}: skew after the farewell`).toBeLessThan(limitMs);
  }

  const returnedMs = Date.now();
  await ours.start(ourText);
  await speaks(({ preferred }) => preferred, returnedMs, 'after our return');
  // A machine that is busy with something else is no complaint about the peer.
  const complaints = ours.process?.lines.filter(
    ({ text }) =>
      / (warning|error) /.test(text) && !/: a timer (was noticed late|fired)/.test(text),
  );
  expect(complaints).toEqual([]);

  const killedMs = Date.now();
  await theirs.kill();
  await speaks(() => 'ours', killedMs, 'after the death of the peer');
  for (const router of routers.filter(({ preferred }) => preferred === 'theirs')) {
    const seen = advertisementsOf(wire, router);
    const last = seen.findLast(({ priority }) => priority === HIGH);
    const taken = seen.find(({ atMs, priority }) => atMs > (last?.atMs ?? 0) && priority === LOW);
    const tookMs = (taken?.atMs ?? Number.NaN) - (last?.atMs ?? 0);
    const downMs = (3 + (256 - LOW) / 256) * 1000 * router.advertSeconds;
    expect(tookMs, `${router.name}: down interval`).toBeLessThan(downMs + MARGIN_MS);
    expect(tookMs, `${router.name}: not before`).toBeGreaterThan(3000 * router.advertSeconds);
  }
  const bad = wire.packets(({ text }) => /bad (vrrp )?cksum/.test(text));
  expect(bad).toEqual([]);
}

beforeEach(skipWithoutNamespaces);

describe.concurrent('many virtual routers at once', () => {
  it('keepalived in both roles: IPv6, unicast of both versions and families, 0.1 s (VR-IO-04, -05, -07, -12)', async (context) => {
    if (!hasKeepalived()) context.skip('the package keepalived is not installed');
    const routers = inBothRoles([
      { name: 'SIX', vrid: 1, version: 3, advertSeconds: 0.5, vip: '2001:db8:7::51' },
      { name: 'FAST', vrid: 2, version: 3, advertSeconds: 0.1, vip: '10.7.0.52' },
      { name: 'U2', vrid: 3, version: 2, advertSeconds: 1, vip: '10.7.0.53', isUnicast: true },
      { name: 'U3', vrid: 4, version: 3, advertSeconds: 0.5, vip: '10.7.0.54', isUnicast: true },
      {
        name: 'U6',
        vrid: 5,
        version: 3,
        advertSeconds: 0.5,
        vip: '2001:db8:7::55',
        isUnicast: true,
      },
    ]);
    const pair = await openPair('interop-keepalived', 'keepalived');
    try {
      await play(pair, routers, routers.map((one) => instance(one, 'theirs')).join(''));
      expect(pair.theirs.process?.text()).not.toMatch(
        /invalid|mismatch|bogus|checksum|not expected/i,
      );
    } finally {
      await pair.lab.close();
    }
  });

  it('FRR in both roles: version 2 and IPv6, with our VMAC beside its macvlan and without (VR-IO-10, -12)', async (context) => {
    if (!hasFrr()) context.skip('the package frr is not installed');
    const vmac = { ours: ['use_vmac'] };
    const routers = inBothRoles([
      { name: 'TWO', vrid: 1, version: 2, advertSeconds: 1, vip: '10.7.0.51' },
      { name: 'TWO-V', vrid: 2, version: 2, advertSeconds: 1, vip: '10.7.0.52', ...vmac },
      { name: 'SIX', vrid: 3, version: 3, advertSeconds: 0.5, vip: '2001:db8:7::53' },
      { name: 'SIX-V', vrid: 4, version: 3, advertSeconds: 0.5, vip: '2001:db8:7::54', ...vmac },
      { name: 'FOUR-V', vrid: 5, version: 3, advertSeconds: 0.5, vip: '10.7.0.55', ...vmac },
    ]);
    const pair = await openPair('interop-frr', 'frr');
    try {
      const frr = routers.map((one) => ({
        ...one,
        advertMs: one.advertSeconds * 1000,
        priority: priorityOf(one, 'theirs'),
      }));
      for (const one of frr) await prepareFrr(pair.theirs.node, one);
      await play(pair, routers, frr.map(frrConfiguration).join(''));
    } finally {
      await pair.lab.close();
    }
  });
});
