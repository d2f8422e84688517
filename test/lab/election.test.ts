/**
 * Elections of two Tandem directors on the kernel of this machine. Each router serves HTTP itself, so that the client sees who holds the address.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { expectMovements, expectWire } from './election-judgement.ts';
import { runElection } from './scenarios/election.ts';
import { DIRECTOR, skipWithoutNamespaces } from './support.ts';

/** What the program may add to the protocol's own time, until its announcement is on the wire. */
const MARGIN_MS = 100;

beforeEach(skipWithoutNamespaces);

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
