/**
 * Elections on the kernel of this machine: two Tandem directors, and Tandem with keepalived and FRR in both roles. Each router serves HTTP itself,
 * so that the client sees who holds the address.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { hasFrr } from './kit/directors/frr.ts';
import { ELECTION, type ElectionFacts, runElection } from './scenarios/election.ts';
import { DIRECTOR, hasKeepalived, skipWithoutNamespaces } from './support.ts';

/** Limits of RFC 3768 section 6.1 for a backup with priority 100 and an interval of one second. */
const SKEW_MS = ((256 - 100) / 256) * 1000;
const MASTER_DOWN_MS = 3 * 1000 + SKEW_MS;
/** What the program may add to the protocol's own time, with the client's precision of 20 ms in it. */
const MARGIN_MS = 100;
/** The margin where the other program is the one that takes over: FRR rounds, and only the order of things is ours to judge. */
const PEER_MARGIN_MS = 500;

beforeEach(skipWithoutNamespaces);

/** What every pair must do, whichever programs it is made of. */
function expectMovements(facts: ElectionFacts, marginMs: number): void {
  const { killed, returned, stopped } = facts;
  expect(killed.answeredAfterMs).toBeLessThan(MASTER_DOWN_MS + marginMs);
  // The skew time runs from the farewell: until it leaves, the first router serves.
  expect(stopped.farewellAfterMs, 'an advertisement with priority 0').toBeDefined();
  const { farewellAfterMs = 0, answeredAfterMs } = stopped;
  expect(answeredAfterMs - farewellAfterMs).toBeLessThan(SKEW_MS + marginMs);
  for (const movement of [killed, returned, stopped]) {
    expect(movement.announcedAfterMs, 'a gratuitous ARP').toBeDefined();
    expect(movement.announcedAfterMs).toBeLessThanOrEqual(movement.movedAfterMs);
    expect(movement.questions, 'ARP questions by the client').toBe(0);
  }
}

/** What every advertisement must be (RFC 3768 section 5.2, RFC 9568 section 5.1). */
function expectWire(
  facts: ElectionFacts,
  wire: { readonly version: number; readonly authentication: string | undefined },
): void {
  const { first, second, vrid } = ELECTION;
  const seen = facts.advertisements;
  expect(new Set(seen.map((advert) => advert.source))).toEqual(
    new Set([first.address, second.address]),
  );
  for (const advert of seen) {
    const { version, authentication } = wire;
    expect(advert).toMatchObject({ version, authentication, vrid, ttl: 255 });
    expect(advert.text).not.toMatch(/bad vrrp cksum|bad cksum/);
  }
  // The orderly stop says goodbye exactly once.
  const farewells = seen.filter((advert) => advert.priority === 0);
  expect(farewells.map((advert) => advert.source)).toEqual([first.address]);
}

describe('two Tandem directors', () => {
  it('version 2 with PASS: killed, returned, stopped, each within the limit of the protocol', async () => {
    const facts = await runElection({
      name: 'election-v2',
      programs: [DIRECTOR, DIRECTOR],
      version: 2,
      password: 'secret',
      advertSeconds: 1,
    });
    expectMovements(facts, MARGIN_MS);
    expectWire(facts, { version: 2, authentication: 'simple' });
    expect(facts.holdsAfterStop).toBe(false);
  });

  it('version 3: killed, returned, stopped, each within the limit of the protocol', async () => {
    const facts = await runElection({
      name: 'election-v3',
      programs: [DIRECTOR, DIRECTOR],
      version: 3,
      advertSeconds: 1,
    });
    expectMovements(facts, MARGIN_MS);
    expectWire(facts, { version: 3, authentication: undefined });
  });
});

describe.concurrent('with keepalived', () => {
  const pairs = [
    [DIRECTOR, 'keepalived'],
    ['keepalived', DIRECTOR],
  ] as const;
  for (const [index, programs] of pairs.entries()) {
    for (const version of [2, 3] as const) {
      const secret = version === 2 ? { password: 'secret' } : {};
      const speech = version === 2 ? 'version 2 with PASS' : 'version 3';
      it(`${programs[0]} as master, ${programs[1]} as backup, ${speech} (VR-IO-01, -02, -03, -06, -12; VR-TX-04)`, async (context) => {
        if (!hasKeepalived()) context.skip('the package keepalived is not installed');
        const name = `interop-${index}-${programs.join('-')}-v${version}`;
        const facts = await runElection({ name, programs, version, advertSeconds: 1, ...secret });
        expectMovements(facts, PEER_MARGIN_MS);
        expectWire(facts, { version, authentication: version === 2 ? 'simple' : undefined });
      });
    }
  }
});

describe.concurrent('with FRR', () => {
  const pairs = [
    [DIRECTOR, 'frr'],
    ['frr', DIRECTOR],
  ] as const;
  for (const [index, programs] of pairs.entries()) {
    it(`${programs[0]} as master, ${programs[1]} as backup, version 3`, async (context) => {
      if (!hasFrr()) context.skip('the package frr is not installed');
      const name = `interop-${index}-${programs.join('-')}`;
      const facts = await runElection({ name, programs, version: 3, advertSeconds: 1 });
      expectMovements(facts, PEER_MARGIN_MS);
      expectWire(facts, { version: 3, authentication: undefined });
    });
  }
});
