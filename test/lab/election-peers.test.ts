/**
 * Elections of Tandem with keepalived and FRR, in both roles, on the kernel of this machine.
 */
import { beforeEach, describe, it } from 'vitest';
import { expectMovements, expectWire } from './election-judgement.ts';
import { hasFrr } from './kit/directors/frr.ts';
import { runElection } from './scenarios/election.ts';
import { DIRECTOR, hasKeepalived, skipWithoutNamespaces } from './support.ts';

/** The margin where the other program is the one that takes over: FRR rounds, and only the order of things is ours to judge. */
const MARGIN_MS = 500;

beforeEach(skipWithoutNamespaces);

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
        expectMovements(facts, MARGIN_MS);
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
      expectMovements(facts, MARGIN_MS);
      expectWire(facts, { version: 3, authentication: undefined });
    });
  }
});
