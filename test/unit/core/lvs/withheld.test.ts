/** Operations that were refused, and what waits for them: nothing. */
import { describe, expect, it } from 'vitest';
import { type Instant, after as later, milliseconds } from '../../../../src/core/base/time.ts';
import type { IpvsOperation } from '../../../../src/core/lvs/ipvs-table.ts';
import { PAUSE_FIRST, PAUSE_MAX, Withheld } from '../../../../src/core/lvs/withheld.ts';
import { destination, service } from '../../../support/builders/ipvs.ts';
import { addressService } from '../../../support/builders/service.ts';

const KEY = 'tcp:192.0.2.1:80';
const IDENTITY = addressService('192.0.2.1', 80);
const START = 1_000 as Instant;

function change(scheduler: string): IpvsOperation {
  return { type: 'updateService', key: KEY, service: service(IDENTITY, { scheduler }) };
}

function server(
  weight: number,
  type: 'addDestination' | 'updateDestination' = 'updateDestination',
) {
  return {
    type,
    key: KEY,
    service: service(IDENTITY),
    destinationKey: '198.51.100.1:80',
    destination: destination('198.51.100.1', 80, { weight }),
  } as const;
}

function refused(operation: IpvsOperation): Withheld<{ readonly operation: IpvsOperation }> {
  const withheld = new Withheld();
  withheld.settle(START, [operation], [{ operation }]);
  return withheld;
}

describe('Withheld', () => {
  it('H10: holds back the one operation, and lets the others of its service through', () => {
    const withheld = refused(change('twos'));
    const plan = [change('twos'), server(5)];
    expect(withheld.admit(START, plan)).toEqual([server(5)]);
    expect(withheld.admit(later(START, PAUSE_FIRST), plan)).toEqual(plan);
  });

  it('takes an operation with other values for another one', () => {
    expect(refused(change('twos')).admit(START, [change('wlc')])).toHaveLength(1);
    expect(refused(server(5)).admit(START, [server(6)])).toHaveLength(1);
    expect(refused(server(5)).admit(START, [server(5)])).toHaveLength(0);
  });

  it('keeps the servers of a service that could not be made', () => {
    const add: IpvsOperation = { type: 'addService', key: KEY, service: service(IDENTITY) };
    const other = { ...server(1, 'addDestination'), key: 'tcp:192.0.2.2:80' };
    const plan = [add, server(1, 'addDestination'), other];
    expect(refused(add).admit(START, plan)).toEqual([other]);
  });

  it('is not due for a server whose service waits longer', () => {
    const add: IpvsOperation = { type: 'addService', key: KEY, service: service(IDENTITY) };
    const member = server(1, 'addDestination');
    const withheld = refused(member);
    const now = later(START, PAUSE_FIRST);
    withheld.settle(now, [add], [{ operation: add }]);
    expect(withheld.dueAt).toBe(now);
    expect(withheld.admit(now, [add, member])).toEqual([]);
    expect(withheld.dueAt).toBe(later(now, PAUSE_FIRST));
  });

  it('pauses longer from attempt to attempt, up to ten seconds', () => {
    const withheld = refused(change('twos'));
    const pauses: number[] = [];
    let now = START;
    for (let attempt = 0; attempt < 12; attempt++) {
      const due = withheld.dueAt ?? START;
      pauses.push(due - now);
      now = due;
      expect(withheld.dueServices(now)).toEqual([KEY]);
      const again = change('twos');
      withheld.settle(now, [again], [{ operation: again }]);
    }
    expect(pauses.slice(0, 3)).toEqual([1, 2, 4].map((times) => times * PAUSE_FIRST));
    expect(pauses.at(-1)).toBe(PAUSE_MAX);
  });

  it('forgets what went through, and what nobody plans any more; not what the plan was not about', () => {
    const done = refused(change('twos'));
    done.settle(later(START, milliseconds(100)), [change('twos')], []);
    expect(done.refusals).toEqual([]);
    const withheld = refused(change('twos'));
    withheld.admit(START, [], new Set(['tcp:192.0.2.2:80']));
    expect(withheld.refusals).toHaveLength(1);
    withheld.admit(START, [], new Set([KEY]));
    expect(withheld.refusals).toEqual([]);
    expect(withheld.dueAt).toBeUndefined();
  });
});
