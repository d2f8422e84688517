/**
 * The acceptance scenarios A, B1, B2, C, D and E with real IPVS forwarding, real web servers and a real client. They run in the kernel of this
 * machine when it has IPVS, else in User-mode Linux; the scenarios only report what they saw, the judgement is here.
 */
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type FullNatFacts, hasConntrackd } from './scenarios/full-nat.ts';
import type { NatFacts } from './scenarios/nat.ts';
import type { OverlayFacts } from './scenarios/overlay.ts';
import { PAIR_CLIENTS, type PairFacts } from './scenarios/pair.ts';
import type { DirectRoutingFacts, StickyFacts } from './scenarios/public-address.ts';
import type { TunnelFacts } from './scenarios/tunnel.ts';
import {
  DIRECTOR,
  hasOpenvpn,
  hookLimitMs,
  runScenarioSeries,
  type ScenarioRun,
} from './support.ts';

/** What ends a series that hangs. It takes about two minutes in User-mode Linux on the reference machine, and many times that on one that is busy. */
const SERIES_MS_MAX = 800_000;

/** Skew time of a backup with priority 150 and advert_int 1, (256 - 150) / 256 s, and its master-down interval (RFC 3768 6.1). */
const SKEW_MS = 414;
const MASTER_DOWN_MS = 3 * 1000 + SKEW_MS;
/** A guest with one processor, busy with clients and servers: scheduling and the daemon's own work. */
const MARGIN_MS = 1000;
/** The same, where a program looks at the client's neighbour table again and again, and starts slowly there. */
const SEEN_MARGIN_MS = 2000;

let run: ScenarioRun;

beforeAll(async () => {
  // keepalived has no Full-NAT, which the overlay uses too.
  const own = ['e', ...(hasOpenvpn() ? ['overlay' as const] : [])] as const;
  const names = ['a', 'b1', 'b2', 'c', 'd', ...(DIRECTOR === 'tandem' ? own : [])] as const;
  run = await runScenarioSeries(names, {
    director: DIRECTOR,
    timeoutMs: SERIES_MS_MAX,
  });
}, hookLimitMs(SERIES_MS_MAX));

/** The facts of a scenario; skips the test where no kernel has IPVS, fails it when the scenario did not come to its end. */
function facts<T>(name: string, context: TestContext): T {
  if (run.kind === 'skipped') return context.skip(run.reason);
  const report = run.reports.get(name);
  if (report?.error !== undefined) throw new Error(report.error);
  expect(report, `report of scenario ${name}`).toBeDefined();
  return report?.facts as T;
}

/** A margin in the kernel of this run. */
function patient(marginMs: number): number {
  return run.kind === 'ran' ? marginMs * run.patience : marginMs;
}

describe('scenario A, LVS-TUN', () => {
  it('answers of consecutive requests come from both servers in turn', (context) => {
    const { sequence } = facts<TunnelFacts>('a', context);
    expect([...new Set(sequence)].sort()).toEqual(['server2', 'server3']);
    for (const [index, server] of sequence.entries()) {
      if (index > 0) expect(server).not.toBe(sequence[index - 1]);
    }
  });

  it('requests reach the server inside IP-in-IP only', (context) => {
    const seen = facts<TunnelFacts>('a', context);
    expect(seen.tunnelledPackets).toBeGreaterThan(0);
    expect(seen.barePackets).toBe(0);
    expect(seen.table[0]?.destinations.map((d) => d.forward)).toEqual(['Tunnel', 'Tunnel']);
  });
});

describe('scenario B1, LVS-NAT', () => {
  it('both servers answer in turn, one of them on another port', (context) => {
    const { answers, table } = facts<NatFacts>('b1', context);
    expect(answers.map((a) => a.server).sort()).toEqual(['web01', 'web01', 'web02', 'web02']);
    const destinations = table[0]?.destinations.map((d) => [d.address, d.forward]);
    expect(destinations).toContainEqual(['192.168.1.10:80', 'Masq']);
    expect(destinations).toContainEqual(['192.168.1.20:8080', 'Masq']);
  });

  it('servers see the address of the client', (context) => {
    const { answers } = facts<NatFacts>('b1', context);
    expect(new Set(answers.map((a) => a.seenAs))).toEqual(new Set(['1.1.1.100']));
  });

  it('connections are counted for each server', (context) => {
    const { counters } = facts<NatFacts>('b1', context);
    expect(counters.map((c) => c.connections)).toEqual([2, 2]);
  });

  it('a download goes on at the other director when the one that forwards it dies', (context) => {
    const { download } = facts<NatFacts>('b1', context);
    expect(download.ended).toBeUndefined();
  });
});

describe('scenario B2, LVS-DR behind a firewall', () => {
  it('both servers answer in turn through the public address', (context) => {
    const { answers, table } = facts<DirectRoutingFacts>('b2', context);
    expect(answers.filter((a) => a.server === 'web01')).toHaveLength(3);
    expect(answers.filter((a) => a.server === 'web02')).toHaveLength(3);
    expect(new Set(answers.map((a) => a.seenAs))).toEqual(new Set(['1.1.1.100']));
    expect(table[0]?.destinations.map((d) => d.forward)).toEqual(['Route', 'Route']);
  });
});

describe('scenario C, LVS-DR behind a small router', () => {
  it('each client sticks to one server, and both servers are used', (context) => {
    const { answersByClient, table } = facts<StickyFacts>('c', context);
    const servers = answersByClient.map((answers) => new Set(answers.map((a) => a.server)));
    expect(servers.map((s) => s.size)).toEqual([1, 1]);
    expect(new Set(servers.flatMap((s) => [...s])).size).toBe(2);
    expect(table[0]?.persistentSeconds).toBe(50);
  });

  it('a dead server stays with weight 0 (inhibit_on_failure) and comes back', (context) => {
    const seen = facts<StickyFacts>('c', context);
    expect(seen.weightsDown).toEqual({ '192.168.1.166:80': 0, '192.168.1.167:80': 1 });
    expect(seen.weightsBack).toEqual({ '192.168.1.166:80': 1, '192.168.1.167:80': 1 });
  });

  it('a new client is served by the other server meanwhile', (context) => {
    const { answersDown } = facts<StickyFacts>('c', context);
    expect(answersDown.map((a) => a.server)).toEqual(['web02', 'web02']);
  });
});

describe('scenario D, a pair of directors', () => {
  it('lb01 serves first; both web servers get traffic, each client sticks', (context) => {
    const seen = facts<PairFacts>('d', context);
    expect(Object.keys(seen.spread)).toEqual(['web01', 'web02']);
    const servers = Object.values(seen.serversByClient);
    expect(servers).toHaveLength(PAIR_CLIENTS.length);
    for (const used of servers) expect(used).toHaveLength(1);
    for (const counter of seen.counters) expect(counter.packetsIn).toBeGreaterThan(0);
    expect(seen.tables['lb02']?.[0]?.destinations).toHaveLength(2);
  });

  it('SIGKILL of the master moves the address to the backup within the master-down interval', (context) => {
    const { killed } = facts<PairFacts>('d', context);
    expect(killed.announcedAfterMs).toBeLessThan(MASTER_DOWN_MS + patient(MARGIN_MS));
    expect(killed.movedAfterMs).toBeLessThan(MASTER_DOWN_MS + patient(SEEN_MARGIN_MS));
  });

  it('an orderly stop moves it after the skew time alone (RFC 3768 6.4.2, priority 0)', (context) => {
    const { stopped, leftBehind } = facts<PairFacts>('d', context);
    // Counted from the farewell on the wire: until then lb01 serves, and how long a stop takes to get there is not the protocol's.
    expect(stopped.farewellAfterMs, 'an advertisement with priority 0').toBeDefined();
    expect(stopped.announcedAfterMs, 'a gratuitous ARP').toBeDefined();
    const { farewellAfterMs = 0, announcedAfterMs = 0, movedAfterMs } = stopped;
    expect(announcedAfterMs - farewellAfterMs).toBeLessThan(SKEW_MS + patient(MARGIN_MS));
    expect(movedAfterMs - farewellAfterMs).toBeLessThan(SKEW_MS + patient(SEEN_MARGIN_MS));
    expect(leftBehind).toEqual({ holdsVip: false, ipvsRules: '', clean: true });
  });

  it('the returned master takes the address back, both times', (context) => {
    const { returned, startedAgain } = facts<PairFacts>('d', context);
    expect(returned.announcedAfterMs).toBeDefined();
    expect(startedAgain.announcedAfterMs).toBeDefined();
  });

  it('the gratuitous ARP is what moves the client, which asks for nothing itself', (context) => {
    const seen = facts<PairFacts>('d', context);
    for (const movement of [seen.killed, seen.returned, seen.stopped, seen.startedAgain]) {
      expect(movement.questions).toBe(0);
      expect(movement.announcedAfterMs).toBeLessThanOrEqual(movement.movedAfterMs);
    }
  });
});

describe.skipIf(DIRECTOR !== 'tandem')('scenario E, Full-NAT', () => {
  const SOURCE = '10.0.0.10';
  const seen = (context: TestContext): FullNatFacts => facts<FullNatFacts>('e', context);
  const addresses = (answers: FullNatFacts['answers']): string[] =>
    answers.map(({ seenAs }) => seenAs);

  it('both servers answer without a route to the client, and see the address of the director', (context) => {
    const { answers, answers6, table } = seen(context);
    expect(answers.map(({ server }) => server).sort()).toEqual([
      'web01',
      'web01',
      'web02',
      'web02',
    ]);
    expect(addresses(answers)).toEqual([SOURCE, SOURCE, SOURCE, SOURCE]);
    expect(addresses(answers6)).toEqual(['2001:db8:2::10', '2001:db8:2::10']);
    const [service] = table.filter(({ address }) => address === '192.0.2.10:80');
    expect(service?.destinations.map(({ forward }) => forward)).toEqual(['Masq', 'Masq']);
  });

  it('what is sent to a server itself keeps its source', (context) => {
    expect(addresses(seen(context).forwarded)).toEqual(['192.0.2.50']);
  });

  it('a group of addresses is one service by mark (nftables_ipvs)', (context) => {
    const { gathered, table } = seen(context);
    expect(gathered).toEqual([{ server: 'web02', seenAs: SOURCE }]);
    expect(
      table.filter(({ protocol }) => protocol === 'FWM').map(({ address }) => address),
    ).toEqual(['1000']);
  });

  it('the status says what servers see and how many connections there can be', (context) => {
    expect(seen(context).status).toMatchObject({
      inForce: true,
      problem: null,
      source: SOURCE,
      connectionsMax: 64_512,
    });
  });

  it('rules that somebody removes stand again', (context) => {
    expect(addresses(seen(context).repaired)).toEqual([SOURCE, SOURCE]);
  });

  it('the other director serves with the same source', (context) => {
    expect(addresses(seen(context).afterDeath)).toEqual([SOURCE, SOURCE]);
  });

  it('a download goes on at the other director, which conntrackd has told its source', (context) => {
    if (!hasConntrackd()) return context.skip('conntrackd is not installed');
    const { download } = seen(context);
    expect(download).toBeDefined();
    expect(download?.ended).toBeUndefined();
  });

  it('an orderly stop leaves no rule, no service, and the setting as it was', (context) => {
    expect(seen(context).leftBehind).toEqual({ clean: true, rules: '', conntrack: '0', table: [] });
  });
});

describe.skipIf(DIRECTOR !== 'tandem' || !hasOpenvpn())('an overlay of OpenVPN', () => {
  const seen = (context: TestContext): OverlayFacts => facts<OverlayFacts>('overlay', context);

  it('requests, checks and VRRP pass its tunnels alone', (context) => {
    const { answers, bothMasters, outsideTunnel } = seen(context);
    expect(answers.map(({ server }) => server).sort()).toEqual([
      'web01',
      'web01',
      'web02',
      'web02',
    ]);
    expect(answers.map(({ seenAs }) => seenAs)).toEqual(answers.map(() => '192.0.2.50'));
    expect(bothMasters).toBe(false);
    expect(outsideTunnel).toBe(0);
  });

  it('servers of Full-NAT see the address of the director in the overlay', (context) => {
    const { translated, translatedAfterDeath } = seen(context);
    expect(translated.map(({ seenAs }) => seenAs)).toEqual(['10.8.0.5', '10.8.0.5']);
    expect(translatedAfterDeath.map(({ seenAs }) => seenAs)).toEqual(['10.8.0.6', '10.8.0.6']);
  });

  it('a request that does not fit into IPIP in the tunnel arrives: the client learns its size', (context) => {
    const { uploaded, uploadBytes, routeOfClient } = seen(context);
    expect(uploaded).toBe(String(uploadBytes));
    // 1,400 bytes of the tunnel without the 20 of the outer header.
    expect(routeOfClient).toContain('mtu 1380');
  });

  it('a broken tunnel takes its server out of the table of its director alone', (context) => {
    const [web01, web02] = ['10.8.0.7:80', '10.8.0.8:80'];
    expect(seen(context).broken).toEqual({ lb01: [web02], lb02: [web01, web02] });
  });

  it('an open connection goes on through the tunnels of the other director', (context) => {
    const { stream, afterDeath } = seen(context);
    expect(stream.ended).toBeUndefined();
    expect(afterDeath.map(({ server }) => server).sort()).toEqual(['web01', 'web02']);
  });
});
