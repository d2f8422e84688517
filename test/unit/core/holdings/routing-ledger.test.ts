/** The account of routes and rules. */
import { describe, expect, test } from 'vitest';
import type { IpAddress } from '../../../../src/core/base/address.ts';
import {
  type Instant,
  instant,
  after as later,
  milliseconds,
  seconds,
} from '../../../../src/core/base/time.ts';
import { RTA } from '../../../../src/core/holdings/routing-abi.ts';
import { entryText, type RoutingEntry } from '../../../../src/core/holdings/routing-entry.ts';
import type { RoutingForm } from '../../../../src/core/holdings/routing-form.ts';
import { RoutingLedger } from '../../../../src/core/holdings/routing-ledger.ts';
import type {
  RoutingOperation,
  RoutingWork,
} from '../../../../src/core/holdings/routing-operations.ts';
import { RoutingPreparation } from '../../../../src/core/holdings/routing-wishes.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { FakeLinks, routeEntries, ruleEntries } from '../../../support/builders/routing.ts';

const A = '10.1.0.0/16 via 192.0.2.254 dev eth0';
const B = '10.2.0.0/16 via 192.0.2.254 dev eth0';
const NETUNREACH = { errno: 'ENETUNREACH', explanation: 'Nexthop has invalid gateway' };

/** A ledger on a kernel that keeps routes as they are asked for, and that a test can change. */
class Host {
  readonly links = new FakeLinks();
  readonly ledger = new RoutingLedger(this.links);
  /** What the kernel has. */
  forms: RoutingForm[] = [];
  readonly said: string[] = [];
  readonly done: string[] = [];
  /** Refusals by text. */
  readonly refusals = new Map<string, { errno: string; explanation: string }>();
  now: Instant = instant(0);

  give(owner: string, present: boolean, entries: readonly RoutingEntry[]): void {
    this.ledger.declare({ owner, present, entries });
    this.run(this.ledger.carryOut([owner]));
  }

  look(addresses?: readonly IpAddress[]): void {
    const facts = addresses?.map((address) => ({ address }));
    this.run(this.ledger.observe(this.now, this.forms, this.ledger.mark(), facts));
  }

  run(work: RoutingWork): void {
    for (const operation of [...work.before, ...work.behind]) this.#carryOut(operation);
    const { notices, lost } = this.ledger.notices();
    for (const owner of [...work.lost, ...lost]) this.said.push(`${owner} lost`);
    for (const { id, cause, count } of [...work.notices, ...notices]) {
      this.said.push(`${id} ${cause.type} ${count}`);
    }
  }

  /** Somebody adds it. */
  add(entry: RoutingEntry | undefined): void {
    this.forms.push(formOf(entry, this.links));
  }

  /** What was done since the last call. */
  took(): string[] {
    return this.done.splice(0);
  }

  #carryOut(operation: RoutingOperation): void {
    const { type, form } = operation;
    const text = entryText(operation.entry);
    this.done.push(`${type} ${text}`);
    const refusal = this.refusals.get(text);
    const has = this.forms.some((one) => isSame(one, form));
    if (refusal === undefined && type === 'add' && !has) this.forms.push(form);
    if (type === 'remove') this.forms = this.forms.filter((one) => !isSame(one, form));
    const exists = { errno: 'EEXIST', explanation: '' };
    this.ledger.answered(
      operation,
      refusal ?? (type === 'add' && has ? exists : undefined),
      this.now,
    );
  }
}

function isSame(a: RoutingForm, b: RoutingForm): boolean {
  return Buffer.from(a.payload).equals(Buffer.from(b.payload));
}

function formOf(entry: RoutingEntry | undefined, links: FakeLinks): RoutingForm {
  if (entry === undefined) throw new Error('no entry');
  const made = new RoutingPreparation(links).prepare(entry);
  if ('obstacle' in made) throw new Error(JSON.stringify(made.obstacle));
  return made.form;
}

describe('a wish', () => {
  test('is set and removed once; rules come behind routes and go before them', () => {
    const host = new Host();
    const wish = [...ruleEntries('from 10.0.0.0/8 table 5 preference 9'), ...routeEntries(A, B)];
    host.give('V', true, wish);
    expect(host.took().map((one) => one.split(' ')[1])).toEqual(['route', 'route', 'rule']);
    host.look();
    host.give('V', true, wish);
    expect(host.took()).toEqual([]);
    host.give('V', false, wish);
    expect(host.took().map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual([
      'remove rule',
      'remove route',
      'remove route',
    ]);
    host.look();
    expect([host.took(), host.said, host.forms]).toEqual([[], [], []]);
  });

  test('that changes touches nothing that is equal; the new way comes before the old one goes', () => {
    const host = new Host();
    host.give('V', true, routeEntries(A, B));
    host.took();
    host.give('V', true, routeEntries(A, '10.2.0.0/16 via 192.0.2.253 dev eth0'));
    expect(host.took()).toEqual([
      'add route 10.2.0.0/16 via 192.0.2.253 dev eth0',
      `remove route ${B}`,
    ]);
  });

  test('for other attributes of the same way: the kernel would take both for one', () => {
    const host = new Host();
    host.give('V', true, routeEntries(A));
    host.took();
    host.give('V', true, routeEntries(`${A} mtu 1400`));
    expect(host.took()).toEqual([`remove route ${A}`, `add route ${A} mtu 1400`]);
  });

  test.each([false, true])(
    'for other attributes stays, and nobody is blamed, whatever a reading shows (read before: %s)',
    (isRead) => {
      const host = new Host();
      host.give('V', true, routeEntries(A));
      if (isRead) host.look();
      host.took();
      for (const text of [`${A} mtu 1400`, A, `${A} mtu 1300`]) {
        const [entry] = routeEntries(text);
        host.give('V', true, routeEntries(text));
        expect(host.took().at(-1)).toBe(`add route ${text}`);
        for (let reading = 0; reading < 3; reading++) host.look();
        expect(host.took()).toEqual([]);
        expect(host.forms).toEqual([formOf(entry, host.links)]);
      }
      expect(host.said).toEqual([]);
      host.give('V', false, []);
      host.look();
      expect(host.forms).toEqual([]);
    },
  );

  test('that moves to another owner is wanted all the time', () => {
    const host = new Host();
    host.give('V', true, routeEntries(A));
    host.took();
    host.ledger.declare({ owner: 'V', present: false, entries: [] });
    host.ledger.declare({ owner: 'W', present: true, entries: routeEntries(A) });
    host.run(host.ledger.carryOut(['V', 'W']));
    expect(host.took()).toEqual([]);
    host.run(host.ledger.keep((owner) => owner === 'W'));
    expect(host.ledger.view().map(({ owner, present }) => [owner, present])).toEqual([['W', true]]);
  });
});

describe('what an earlier process left', () => {
  test('is adopted when it is as wanted', () => {
    const host = new Host();
    host.add(routeEntries(A)[0]);
    host.look();
    host.give('V', true, routeEntries(A));
    expect(host.took()).toEqual([]);
    expect(host.ledger.view()).toMatchObject([{ present: true, restored: 0 }]);
  });

  test('is removed when it is not held, and replaced when it has another form', () => {
    const host = new Host();
    host.add(routeEntries(A)[0]);
    host.add(routeEntries(`${B} mtu 1400`)[0]);
    host.look();
    host.give('V', false, routeEntries(A));
    host.give('W', true, routeEntries(B));
    expect(host.took()).toEqual([`remove route ${A}`, `remove route ${B}`, `add route ${B}`]);
    expect(host.said).toEqual([
      'vrrp.routingRemoved not-held 1',
      'vrrp.routingRemoved other-form 1',
    ]);
  });

  test('leads elsewhere, and goes when it bears our mark; a route of others stays', () => {
    const host = new Host();
    host.give('V', true, routeEntries(A));
    host.add(routeEntries('10.1.0.0/16 via 192.0.2.9 dev eth0')[0]);
    host.add(routeEntries('10.1.0.0/16 via 192.0.2.8 dev eth0 protocol static no_track')[0]);
    host.took();
    host.look();
    expect(host.took()).toEqual([`remove route ${A}`]);
    expect(host.forms).toHaveLength(2);
  });
});

test('an earlier run had another way to a place: it goes with the first order, and is said once', () => {
  const host = new Host();
  host.add(routeEntries('10.1.0.0/16 via 192.0.2.9 dev eth0')[0]);
  host.look();
  host.give('V', false, routeEntries(A));
  host.give('V', true, routeEntries(A));
  expect(host.took()).toEqual([`remove route ${A}`, `add route ${A}`]);
  expect(host.said).toEqual(['vrrp.routingRemoved other-form 1']);
  expect(host.forms).toHaveLength(1);
});

describe('somebody else', () => {
  test('removes a route: it is set again; again and again: with pauses', () => {
    const host = new Host();
    host.give('V', true, routeEntries(A));
    host.look();
    for (let turn = 0; turn < 5; turn++) {
      host.forms = [];
      host.look();
      host.now = later(host.now, milliseconds(1));
    }
    expect(host.took()).toHaveLength(1 + 3);
    expect(host.said).toEqual([
      'vrrp.routingRepaired removed 1',
      'vrrp.routingRepaired removed 1',
      'vrrp.routingRepaired removed 1',
      'vrrp.routingContested keeps-removing 1',
    ]);
    const due = host.ledger.deadline ?? host.now;
    expect(due).toBeGreaterThan(host.now);
    host.now = due;
    host.run(host.ledger.repair(host.now));
    expect(host.took()).toEqual([`add route ${A}`]);
    expect(host.ledger.view()).toMatchObject([{ present: true, restored: 4 }]);
  });

  test('removes an address: the routes that have it as their source go with it, are set again, and nobody is blamed for them', () => {
    const host = new Host();
    const source = ip('10.7.0.100');
    host.give('V', true, routeEntries(`${A} src ${source}`, B));
    host.look([source]);
    host.took();
    host.forms = host.forms.slice(1);
    host.look([]);
    expect([host.took(), host.said]).toEqual([
      ['add route 10.1.0.0/16 src 10.7.0.100 via 192.0.2.254 dev eth0'],
      [],
    ]);
    host.look([source]);
    host.forms = host.forms.filter(({ attributes }) => !attributes.has(RTA.PREFSRC));
    host.look([source]);
    expect(host.said).toEqual(['vrrp.routingRepaired removed 1']);
  });

  test('removes one with no_track: it stays away until the next wish', () => {
    const host = new Host();
    host.give('V', true, routeEntries(`${A} no_track`));
    host.look();
    host.forms = [];
    host.look();
    host.look();
    expect(host.took()).toHaveLength(1);
    expect(host.said).toEqual(['vrrp.routingRepaired removed-unwatched 1']);
    host.give('V', true, routeEntries(`${A} no_track`));
    expect(host.took()).toHaveLength(1);
  });

  test('has the same route: the kernel has it once, and we say that it is there', () => {
    const host = new Host();
    host.refusals.set(`route ${A}`, { errno: 'EEXIST', explanation: 'File exists' });
    host.give('V', true, routeEntries(A));
    expect(host.ledger.view()).toMatchObject([{ present: true }]);
    expect(host.said).toEqual([]);
  });
});

describe('the interface of a route', () => {
  test('goes down: the kernel drops the route, and nobody is blamed', () => {
    const host = new Host();
    host.give('V', true, routeEntries(A));
    host.look();
    host.took();
    host.links.down.add(2);
    host.forms = [];
    host.look();
    host.look();
    expect(host.took()).toEqual([]);
    host.links.down.clear();
    host.look();
    expect(host.took()).toEqual([`add route ${A}`]);
    expect(host.said).toEqual([
      'vrrp.routingRefused interface-down 1',
      'vrrp.routingAccepted set 1',
    ]);
  });

  test('is not there yet, or is another one of its name', () => {
    const host = new Host();
    host.links.indexes.delete('eth0');
    host.give('V', true, routeEntries(A, B));
    host.give('V', true, routeEntries(A, B));
    host.look();
    expect([host.took(), host.said]).toEqual([[], ['vrrp.routingRefused no-interface 2']]);
    expect(host.ledger.view()).toMatchObject([
      { present: false, problem: { type: 'no-interface', interface: 'eth0' } },
      { present: false },
    ]);
    host.links.indexes.set('eth0', 7);
    host.look();
    expect(host.took()).toEqual([`add route ${A}`, `add route ${B}`]);
    host.links.indexes.set('eth0', 8);
    host.forms = [];
    host.look();
    expect(host.took()).toEqual([`add route ${A}`, `add route ${B}`]);
    host.give('V', false, routeEntries(A, B));
    host.look();
    expect(host.forms).toEqual([]);
  });
});

describe('the kernel refuses a route', () => {
  test('and is asked again with growing pauses, and after a change; it is said once', () => {
    const host = new Host();
    host.refusals.set(`route ${A}`, NETUNREACH);
    host.give('V', true, routeEntries(A));
    const pauses: number[] = [];
    for (let turn = 0; turn < 9; turn++) {
      const due = host.ledger.deadline ?? host.now;
      pauses.push((due - host.now) / 1_000);
      host.now = due;
      host.run(host.ledger.repair(host.now));
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(host.said).toEqual(['vrrp.routingRefused refused 1']);
    host.took();
    host.look();
    expect(host.took(), 'it was refused just now').toEqual([]);
    expect(((host.ledger.deadline ?? 0) - host.now) / 1_000).toBe(500);
    host.now = later(host.now, seconds(1));
    host.refusals.clear();
    host.look();
    expect(host.took()).toEqual([`add route ${A}`]);
    expect(host.said.slice(1)).toEqual(['vrrp.routingAccepted set 1']);
    expect(host.ledger.deadline).toBeUndefined();
  });

  test('a thousand refusals of one cause are one fact', () => {
    const host = new Host();
    const entries = routeEntries(
      ...Array.from({ length: 1_000 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24 via 192.0.2.254`),
    );
    for (const one of entries) {
      if (one.kind === 'route') {
        host.refusals.set(`route ${one.route.destination.address}/24 via 192.0.2.254`, NETUNREACH);
      }
    }
    host.give('V', true, entries);
    expect(host.said).toEqual(['vrrp.routingRefused refused 1000']);
  });

  test('that somebody removed: its owner is told, once; not of one that it never took', () => {
    const host = new Host();
    host.refusals.set(`route ${B}`, NETUNREACH);
    host.give('V', true, routeEntries(A, B));
    host.look();
    host.forms = [];
    host.refusals.set(`route ${A}`, NETUNREACH);
    host.said.length = 0;
    host.look();
    expect(host.said).toEqual([
      'V lost',
      'vrrp.routingRepaired removed 1',
      'vrrp.routingRefused refused 1',
    ]);
    host.now = later(host.now, seconds(60));
    host.run(host.ledger.repair(host.now));
    host.look();
    expect(host.said).toHaveLength(3);
  });

  test('what the owner gives up is not asked for again', () => {
    const host = new Host();
    host.refusals.set(`route ${A}`, NETUNREACH);
    host.give('V', true, routeEntries(A));
    host.took();
    host.give('V', false, routeEntries(A));
    host.now = later(host.now, seconds(60));
    host.run(host.ledger.repair(host.now));
    host.look();
    expect(host.took()).toEqual([]);
    expect(host.ledger.view()).toMatchObject([{ expected: false, present: false }]);
    expect(host.ledger.view()[0]).not.toHaveProperty('problem');
  });
});

test('what is left at the end is named', () => {
  const host = new Host();
  host.give('V', true, routeEntries(A, B));
  host.ledger.declare({ owner: 'V', present: false, entries: routeEntries(A, B) });
  host.ledger.carryOut(['V']);
  expect(host.ledger.leftOver(host.forms)).toEqual([`route ${A}`, `route ${B}`]);
  expect(host.ledger.leftOver([])).toEqual([]);
});

test('a reading that began before an operation does not undo it', () => {
  const host = new Host();
  const before = host.ledger.mark();
  host.give('V', true, routeEntries(A));
  host.took();
  host.run(host.ledger.observe(host.now, [], before));
  expect([host.took(), host.said]).toEqual([[], []]);
});

test('the refusal of an addition says nothing of a later one of the same route', () => {
  const links = new FakeLinks();
  const ledger = new RoutingLedger(links);
  const give = (present: boolean): readonly RoutingOperation[] => {
    ledger.declare({ owner: 'V', present, entries: routeEntries(A) });
    const { before, behind } = ledger.carryOut(['V']);
    return [...before, ...behind];
  };
  const [first] = give(true);
  const [second] = ledger.observe(instant(0), [], ledger.mark(), undefined).behind;
  if (first === undefined || second === undefined) throw new Error('not asked for twice');
  ledger.answered(first, NETUNREACH, instant(0));
  ledger.answered(second, undefined, instant(0));
  expect(give(false).map(({ type }) => type)).toEqual(['remove']);
});
