/**
 * The judgement of elections: how fast an address moves, and what advertisements are like.
 */
import { expect } from 'vitest';
import { ELECTION, type ElectionFacts } from './scenarios/election.ts';

/** Limits of RFC 3768 section 6.1 for a backup with priority 100 and an interval of one second. */
const SKEW_MS = ((256 - 100) / 256) * 1000;
const MASTER_DOWN_MS = 3 * 1000 + SKEW_MS;
/** From the announcement to the first answer: a client and a web server of the lab, on a machine that is busy with guests. */
const ANSWER_MS_MAX = 500;

/** What every pair must do, whichever programs it is made of. */
export function expectMovements(facts: ElectionFacts, marginMs: number): void {
  const { killed, returned, stopped } = facts;
  const { announcedAfterMs: takenAfterMs = Number.NaN } = killed;
  expect(takenAfterMs).toBeLessThan(MASTER_DOWN_MS + marginMs);
  expect(killed.answeredAfterMs - takenAfterMs).toBeLessThan(ANSWER_MS_MAX);
  // The skew time runs from the farewell: until it leaves, the first router serves.
  expect(stopped.farewellAfterMs, 'an advertisement with priority 0').toBeDefined();
  const { farewellAfterMs = 0, announcedAfterMs = Number.NaN, answeredAfterMs } = stopped;
  expect(announcedAfterMs - farewellAfterMs).toBeLessThan(SKEW_MS + marginMs);
  expect(answeredAfterMs - announcedAfterMs).toBeLessThan(ANSWER_MS_MAX);
  for (const movement of [killed, returned, stopped]) {
    expect(movement.announcedAfterMs, 'a gratuitous ARP').toBeDefined();
    expect(movement.announcedAfterMs).toBeLessThanOrEqual(movement.movedAfterMs);
    expect(movement.questions, 'ARP questions by the client').toBe(0);
  }
}

/** What every advertisement must be (RFC 3768 section 5.2, RFC 9568 section 5.1). */
export function expectWire(
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
