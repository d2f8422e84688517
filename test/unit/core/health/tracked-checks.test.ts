/** Checks that ask nobody: facts that another process finds out are their results. */
import { describe, expect, it } from 'vitest';
import type { TrackerFact } from '../../../../src/core/model/tracker-fact.ts';
import { bfdCheck, fileCheck } from '../../../support/builders/check.ts';
import { realServer, virtualServer, World } from './support.ts';

const CHECKED = virtualServer([
  realServer(1, [fileCheck({ weight: 2 })], { weight: 10 }),
  realServer(2, [fileCheck({ weight: 0 })], { weight: 10 }),
]);

function says(value: number, name = 'load'): TrackerFact {
  return { kind: 'file', name, value };
}

function world(): World {
  const it = new World(() => ({ outcome: 'ok' }));
  it.configure(CHECKED);
  return it;
}

function tell(it: World, isComplete: boolean, ...facts: readonly TrackerFact[]): void {
  it.send({ type: 'trackers', facts, isComplete });
}

describe('a check that goes by a tracked file', () => {
  it('is never probed, and its server is alive before anything is known', () => {
    const it = world().run(100);
    expect(it.attempts).toEqual([]);
    expect(it.machine.deadline).toBeUndefined();
    expect(it.pool(1, 2)).toBe('10 10');
  });

  it('takes each fact at once', () => {
    const it = world();
    tell(it, true, says(3));
    expect(it.pool(1, 2)).toBe('16 -');
    tell(it, false, says(-6));
    expect(it.pool(1, 2)).toBe('0 -');
    tell(it, false, says(0));
    expect(it.pool(1, 2)).toBe('10 10');
    tell(it, false, says(7, 'other'));
    expect(it.pool(1, 2)).toBe('10 10');
  });

  it('knows what was told before it came', () => {
    const it = new World(() => ({ outcome: 'ok' }));
    tell(it, true, says(3));
    it.configure();
    it.configure(CHECKED);
    expect(it.pool(1, 2)).toBe('16 -');
  });

  it('keeps its result over a reload, and has another one at once when its weight changes', () => {
    const it = world();
    tell(it, true, says(3));
    it.configure(CHECKED);
    expect(it.pool(1)).toBe('16');
    it.configure(virtualServer([realServer(1, [fileCheck({ weight: 5 })], { weight: 10 })]));
    expect(it.pool(1)).toBe('25');
  });

  it('stays as it is when the file is no longer told of', () => {
    const it = world();
    tell(it, true, says(3));
    tell(it, true);
    expect(it.pool(1, 2)).toBe('16 -');
  });
});

describe('a check that goes by a BFD session', () => {
  function session(isUp: boolean): TrackerFact {
    return { kind: 'bfd', name: 'peer', isUp };
  }

  it('follows it without retries, and what the runner process tells leaves it alone', () => {
    const it = new World(() => ({ outcome: 'ok' }));
    it.configure(virtualServer([realServer(1, [bfdCheck()])]));
    expect(it.pool(1)).toBe('1');
    tell(it, false, session(false));
    expect(it.pool(1)).toBe('-');
    tell(it, true, says(3));
    it.configure(virtualServer([realServer(1, [bfdCheck()]), realServer(2, [bfdCheck()])]));
    expect(it.pool(1, 2)).toBe('- -');
    tell(it, false, session(true));
    expect(it.pool(1, 2)).toBe('1 1');
  });

  it('with alpha is down until the session is up', () => {
    const it = new World(() => ({ outcome: 'ok' }));
    it.configure(virtualServer([realServer(1, [bfdCheck({ alpha: true })])]));
    expect(it.pool(1)).toBe('-');
    tell(it, false, session(true));
    expect(it.pool(1)).toBe('1');
  });

  it('knows nothing of a session that was gone in between', () => {
    const it = new World(() => ({ outcome: 'ok' }));
    it.configure(virtualServer([realServer(1, [bfdCheck({ alpha: true })])]));
    tell(it, false, session(true));
    it.configure(virtualServer([realServer(2, [])]));
    it.configure(virtualServer([realServer(1, [bfdCheck({ alpha: true })])]));
    expect(it.pool(1)).toBe('-');
    tell(it, false, session(true));
    expect(it.pool(1)).toBe('1');
  });
});
