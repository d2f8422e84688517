/** The account of virtual addresses, on a kernel that treats addresses as Linux does. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipFamily } from '../../../../src/core/base/address.ts';
import { type Instant, instant, seconds } from '../../../../src/core/base/time.ts';
import { AddressLedger, type AddressWork } from '../../../../src/core/holdings/address-ledger.ts';
import {
  type AddressOperation,
  type AddressWish,
  VIRTUAL_ADDRESS_PROTOCOL,
} from '../../../../src/core/holdings/address-plan.ts';
import { PAUSE_MAX } from '../../../../src/core/holdings/fight.ts';
import type { VirtualAddressConfig } from '../../../../src/core/model/address.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import type { AddressFact } from '../../../../src/core/vrrp/events-and-actions.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { instance, instance6 } from '../../../support/builders/instance.ts';
import { noticeName, noticeText } from '../../../support/facts.ts';

const INDEXES: Readonly<Record<string, number>> = { eth0: 2, eth1: 3 };

/** `192.0.2.1/24` on eth0, or `192.0.2.1/24 eth1`. */
function vip(text: string, changes: Partial<VirtualAddressConfig> = {}): VirtualAddressConfig {
  const [cidr = '', name = 'eth0'] = text.split(' ');
  const [address = '', length] = cidr.split('/');
  const prefixLength = Number(length);
  return {
    address: ip(address),
    prefixLength,
    interface: name,
    scope: 0,
    noPrefixRoute: false,
    ...changes,
  };
}

function fact(text: string, changes: Partial<AddressFact> = {}): AddressFact {
  const { address, prefixLength, interface: name } = vip(text);
  return { ifindex: INDEXES[name] ?? 0, address, prefixLength, flags: 0, scope: 0, ...changes };
}

/** A kernel, the account, and the vrrp process between them. */
class Host {
  readonly ledger = new AddressLedger(
    (name) => INDEXES[name],
    (ifindex) => !this.down.has(ifindex),
  );
  /** Interfaces that are not set up. */
  readonly down = new Set<number>();
  readonly done: string[] = [];
  readonly said: string[] = [];
  /** Addresses of which a moment without any form was seen. */
  readonly absent = new Set<string>();
  now: Instant = instant(0);
  kernel: AddressFact[];

  constructor(facts: readonly AddressFact[] = [], instances: readonly VrrpInstanceConfig[] = []) {
    this.kernel = [...facts];
    this.ledger.configure(instances);
    this.ledger.observe(this.now, facts, this.ledger.mark());
  }

  /** What the router orders in one event, carried out instance by instance. */
  give(...wishes: readonly AddressWish[]): this {
    for (const wish of wishes) this.ledger.declare(wish);
    for (const wish of wishes) this.work(this.ledger.carryOut([wish.instance]));
    return this;
  }

  dump(): this {
    return this.work(this.ledger.observe(this.now, [...this.kernel], this.ledger.mark()));
  }

  work({ operations, notices }: AddressWork): this {
    for (const operation of operations) this.ledger.answered(operation, this.#carryOut(operation));
    for (const notice of notices) {
      this.said.push(`${notice.instance} ${noticeName(notice)}: ${noticeText(notice)}`);
    }
    return this;
  }

  /** `192.0.2.1/24` of the addresses on eth0 and eth1. */
  held(): string[] {
    return this.kernel.map(({ address, prefixLength }) => `${address}/${prefixLength}`).toSorted();
  }

  #carryOut({ type, ifindex, address: wanted }: AddressOperation): string | undefined {
    const { address, prefixLength, label } = wanted;
    this.done.push(`${type} ${address}/${prefixLength}`);
    const isSame = (form: AddressFact): boolean =>
      form.ifindex === ifindex && form.address === address;
    const isExact = (form: AddressFact): boolean =>
      isSame(form) && form.prefixLength === prefixLength;
    if (type === 'remove') {
      if (!this.kernel.some(isExact)) return 'EADDRNOTAVAIL';
      this.kernel = this.kernel.filter((form) => !isExact(form));
      if (!this.kernel.some(isSame)) this.absent.add(address);
      return undefined;
    }
    const isThere = ipFamily(address) === 'ipv6' ? isSame : isExact;
    if (this.kernel.some(isThere)) return 'EEXIST';
    const protocol = VIRTUAL_ADDRESS_PROTOCOL;
    this.kernel.push({
      ifindex,
      address,
      prefixLength,
      flags: 0,
      scope: wanted.scope,
      protocol,
      ...(label === undefined ? {} : { label }),
    });
    return undefined;
  }
}

function wish(name: string, present: boolean, ...texts: readonly string[]): AddressWish {
  return { instance: name, present, addresses: texts.map((text) => vip(text)) };
}

describe('wishes and the kernel', () => {
  test('adds what a master wants and the kernel lacks', () => {
    const host = new Host([fact('192.0.2.1/24')]);
    host.give(wish('A', true, '192.0.2.1/24', '192.0.2.2/24 eth1'));
    expect(host.done).toEqual(['add 192.0.2.2/24']);
  });

  test('never touches an address that no instance names', () => {
    const host = new Host([fact('192.0.2.9/24')]).give(wish('A', false, '192.0.2.1/24')).dump();
    expect(host.done).toEqual([]);
  });

  test('leaves addresses of interfaces that do not exist alone', () => {
    expect(new Host().give(wish('A', true, '192.0.2.1/24 ppp0')).dump().done).toEqual([]);
  });

  test('keeps an address that one of two instances wants', () => {
    const host = new Host([fact('192.0.2.1/24')]);
    host.give(wish('A', false, '192.0.2.1/24'), wish('B', true, '192.0.2.1/24')).dump();
    expect(host.done).toEqual([]);
  });

  test('carrying out reaches the wish, and a second plan is empty', () => {
    const text = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(24, 32))
      .map(([last, length]) => `192.0.2.${last}/${length}`);
    const wishes = fc.array(
      fc.record({
        instance: fc.constantFrom('A', 'B', 'C'),
        present: fc.boolean(),
        texts: fc.array(text, { maxLength: 4 }),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(wishes, fc.uniqueArray(text), (wanted, before) => {
        const host = new Host(before.map((one) => fact(one)));
        host.give(...wanted.map((one) => wish(one.instance, one.present, ...one.texts))).dump();
        const last = new Map(wanted.map((one) => [one.instance, one]));
        const present = [...last.values()].filter((one) => one.present).flatMap((one) => one.texts);
        const addressOf = (one: string): string => one.split('/')[0] ?? '';
        const named = new Set([...last.values()].flatMap((one) => one.texts.map(addressOf)));
        for (const one of host.held()) {
          if (named.has(addressOf(one))) expect(present).toContain(one);
        }
        const held = host.held().map(addressOf);
        for (const one of present) expect(held).toContain(addressOf(one));
        host.done.length = 0;
        expect(host.dump().done).toEqual([]);
      }),
    );
  });
});

describe('V5: what was there before', () => {
  const users = [instance({ name: 'A', addresses: [vip('192.0.2.100/24')] })];
  const backup = wish('A', false, '192.0.2.100/24');

  test('V5: the only address of the interface that an instance needs as source stays, with a line', () => {
    const host = new Host([fact('192.0.2.100/24')], users).give(backup).dump().dump();
    expect(host.done).toEqual([]);
    expect(host.said).toHaveLength(1);
    expect(host.said[0]).toMatch(/^A addressKept: 192\.0\.2\.100\/24 stays on eth0.*only IPv4/);
  });

  test('V5: with an address of its own beside it, it is removed, with a line that names all', () => {
    const host = new Host([fact('192.0.2.100/24'), fact('192.0.2.1/24')], users).give(backup);
    expect(host.held()).toEqual(['192.0.2.1/24']);
    expect(host.said).toEqual([
      'A addressRemoved: removed 192.0.2.100/24 from eth0: this instance does not hold it now, and an earlier run had left it there, or it was added by hand or by another program',
    ]);
  });

  test.each([
    [VIRTUAL_ADDRESS_PROTOCOL, /an earlier run had left it there$/],
    [0, /added by hand or by another program$/],
  ])('V5: the mark %d of the kernel tells who had added it', (protocol, says) => {
    const left = fact('192.0.2.100/24', { protocol });
    const host = new Host([left, fact('192.0.2.1/24')], users).give(backup);
    expect(host.said[0]).toMatch(says);
  });

  test('V5: what an earlier run has left over goes, though it is the only address', () => {
    const left = fact('192.0.2.100/24', { protocol: VIRTUAL_ADDRESS_PROTOCOL });
    expect(new Host([left], users).give(backup).held()).toEqual([]);
  });

  test('V5: an interface that no instance takes its source from needs nothing', () => {
    const elsewhere = [instance({ name: 'A', addresses: [vip('192.0.2.100/24 eth1')] })];
    const host = new Host([fact('192.0.2.100/24 eth1')], elsewhere);
    host.give(wish('A', false, '192.0.2.100/24 eth1'));
    expect(host.held()).toEqual([]);
    const configured = [instance({ name: 'A', sourceAddress: ip('198.51.100.1') })];
    expect(new Host([fact('192.0.2.100/24')], configured).give(backup).held()).toEqual([]);
  });

  test('V5: a configured source that is a virtual address stays', () => {
    const configured = [instance({ name: 'A', sourceAddress: ip('192.0.2.100') })];
    const host = new Host([fact('192.0.2.100/24'), fact('192.0.2.1/24')], configured);
    expect(host.give(backup).held()).toEqual(['192.0.2.1/24', '192.0.2.100/24']);
  });

  test('V5: the same for the only link-local address of IPv6; a global one is no source', () => {
    const six = [instance6({ name: 'A' })];
    const host = new Host([fact('fe80::100/64'), fact('2001:db8::100/64')], six);
    host.give(wish('A', false, 'fe80::100/64', '2001:db8::100/64'));
    expect(host.held()).toEqual(['fe80::100/64']);
  });

  test('V5: it stays at every step down and at the stop, also with another prefix length', () => {
    const host = new Host([fact('192.0.2.100/24')], users);
    host.give(wish('A', true, '192.0.2.100/32')).dump();
    host.give(wish('A', false, '192.0.2.100/32')).dump();
    host.work(host.ledger.keep(() => false));
    expect(host.dump().done).toEqual([]);
  });

  test('V5: it goes when the interface has got an address of its own', () => {
    const host = new Host([fact('192.0.2.100/24')], users).give(backup).dump();
    host.kernel.push(fact('192.0.2.1/24'));
    expect(host.dump().held()).toEqual(['192.0.2.1/24']);
    expect(host.said.at(-1)).toMatch(/addressRemoved/);
  });

  test('V5: what this process has added is removed without a line', () => {
    const host = new Host([fact('192.0.2.1/24')], users);
    host
      .give(wish('A', true, '192.0.2.100/24'))
      .dump()
      .give(backup)
      .dump();
    expect(host.held()).toEqual(['192.0.2.1/24']);
    expect(host.said).toEqual([]);
  });

  test('V5: what this process has taken over from an earlier one and held is removed without a line', () => {
    const left = fact('192.0.2.100/24', { protocol: VIRTUAL_ADDRESS_PROTOCOL });
    const host = new Host([left, fact('192.0.2.1/24')], users);
    host
      .give(wish('A', true, '192.0.2.100/24'))
      .dump()
      .give(backup)
      .dump();
    expect(host.held()).toEqual(['192.0.2.1/24']);
    expect(host.said).toEqual([]);
    host.kernel.push(left);
    expect(host.dump().said).toHaveLength(1);
  });

  test('V5: many addresses of one cause are few lines, and each is named', () => {
    const texts = Array.from({ length: 100 }, (_, n) => `192.0.2.${n + 100}/24`);
    const host = new Host([fact('192.0.2.1/24'), ...texts.map((text) => fact(text))]);
    host.give(wish('A', false, ...texts));
    expect(host.said).toHaveLength(4);
    for (const text of texts) expect(host.said.join()).toContain(text);
  });
});

test('V5: at the end the host keeps its own address, and only what is ours is left over', () => {
  const users = [instance({ name: 'A', addresses: [] })];
  const kernel = [fact('192.0.2.100/24'), fact('192.0.2.101/24 eth1')];
  const host = new Host(kernel, users);
  host.give(wish('A', false, '192.0.2.100/24', '192.0.2.101/24 eth1'));
  expect(host.ledger.leftOver(kernel)).toEqual(['192.0.2.101/24 on eth1']);
  expect(host.ledger.leftOver(host.kernel)).toEqual([]);
});

describe('V6: the identity of an address', () => {
  test.each(['192.0.2.100/32', '2001:db8::100/128'])(
    'V6: an address with another prefix length is replaced: %s',
    (text) => {
      const wanted = text.includes(':') ? '2001:db8::100/64' : '192.0.2.100/24';
      const host = new Host([fact(text)]).give(wish('A', true, wanted)).dump();
      expect(host.held()).toEqual([wanted]);
      expect(host.said).toHaveLength(1);
      expect(host.said[0]).toBe(
        `A addressReplaced: replaced ${text} on eth0 by ${wanted}, as configured`,
      );
      host.give(wish('A', false, wanted)).dump();
      expect(host.held()).toEqual([]);
    },
  );

  test('V6: the IPv4 address never leaves the interface meanwhile', () => {
    const host = new Host([fact('192.0.2.100/32')]).give(wish('A', true, '192.0.2.100/24'));
    expect(host.done).toEqual(['add 192.0.2.100/24', 'remove 192.0.2.100/32']);
  });

  test('V6: a backup removes it whatever its prefix length, with a line', () => {
    const host = new Host([fact('192.0.2.100/32')]).give(wish('A', false, '192.0.2.100/24'));
    expect(host.held()).toEqual([]);
    expect(host.said[0]).toMatch(/^A addressRemoved: removed 192\.0\.2\.100\/32 from eth0/);
  });

  test('V6: a second form beside the right one goes', () => {
    const host = new Host([fact('192.0.2.100/24'), fact('192.0.2.100/32')]);
    host.give(wish('A', true, '192.0.2.100/24'));
    expect(host.held()).toEqual(['192.0.2.100/24']);
    expect(host.said[0]).toMatch(/the configured 192\.0\.2\.100\/24 is there$/);
  });

  test('V6: a reload that changes the prefix length replaces it without a gap and without a line', () => {
    const host = new Host().give(wish('A', true, '192.0.2.100/32')).dump();
    host.give(wish('A', true, '192.0.2.100/24')).dump();
    expect(host.held()).toEqual(['192.0.2.100/24']);
    expect([...host.absent, ...host.said]).toEqual([]);
  });

  test('V6: an address listed twice is one address, with the first prefix length', () => {
    const host = new Host().give(wish('A', true, '192.0.2.100/24', '192.0.2.100/32')).dump();
    expect(host.held()).toEqual(['192.0.2.100/24']);
    host
      .give(wish('B', true, '192.0.2.100/32'))
      .dump()
      .dump();
    expect(host.held()).toEqual(['192.0.2.100/24']);
  });

  test.each<[string, Partial<VirtualAddressConfig>, Partial<AddressFact>, boolean]>([
    ['another label', { label: 'eth0:1' }, { label: 'eth0' }, true],
    ['a label that is not configured', {}, { label: 'eth0:7' }, false],
    ['another scope', {}, { scope: 253 }, true],
    ['another broadcast', { broadcast: ip('192.0.2.255') }, {}, true],
    ['another peer', { peer: ip('192.0.2.9') }, {}, true],
    ['a missing flag', { noPrefixRoute: true }, {}, true],
    ['the flag', { noPrefixRoute: true }, { flags: 0x200 }, false],
  ])('V6: %s is an attribute', (_what, configured, found, isReplaced) => {
    const host = new Host([fact('192.0.2.100/24', found)]);
    host.give({ instance: 'A', present: true, addresses: [vip('192.0.2.100/24', configured)] });
    expect(host.done.length).toBe(isReplaced ? 2 : 0);
    host.done.length = 0;
    host.give({ instance: 'A', present: false, addresses: [vip('192.0.2.100/24', configured)] });
    expect(host.done).toEqual(['remove 192.0.2.100/24']);
  });
});

describe('V7: an address that changes hands', () => {
  test.each([[['A', 'B']], [['B', 'A']]])(
    'V7: never leaves the interface, in the order %j',
    (order) => {
      const host = new Host();
      host.give(wish('A', true, '192.0.2.100/24', '192.0.2.101/24'), wish('B', true)).dump();
      const next = {
        A: wish('A', true, '192.0.2.101/24'),
        B: wish('B', true, '192.0.2.100/24'),
      } as const;
      host.give(...order.map((name) => next[name as 'A' | 'B'])).dump();
      expect(host.held()).toEqual(['192.0.2.100/24', '192.0.2.101/24']);
      expect([...host.absent, ...host.said]).toEqual([]);
    },
  );

  test('V7: nor when the old instance leaves the configuration', () => {
    const host = new Host().give(wish('A', true, '192.0.2.100/24'), wish('B', true)).dump();
    host.give(wish('A', false, '192.0.2.100/24'), wish('B', true, '192.0.2.100/24'));
    host.work(host.ledger.keep((name) => name === 'B')).dump();
    expect(host.held()).toEqual(['192.0.2.100/24']);
    expect([...host.absent]).toEqual([]);
    host.give(wish('B', false, '192.0.2.100/24'));
    expect(host.held()).toEqual([]);
    expect(host.said).toEqual([]);
  });
});

/** Somebody removes or adds an address as soon as it can be, for a while. */
function disturb(host: Host, span: number, change: (host: Host) => void): number {
  const end = host.now + seconds(span);
  let repairs = 0;
  while (host.now < end) {
    change(host);
    const before = host.done.length;
    host.dump();
    host.work(host.ledger.repair(host.now));
    repairs += host.done.length - before;
    host.now = instant(host.now + 20_000);
  }
  return repairs;
}

test('a dump from before a request says nothing about its address', () => {
  const host = new Host();
  const asOf = host.ledger.mark();
  host.give(wish('A', true, '192.0.2.100/24'));
  host.work(host.ledger.observe(host.now, [], asOf));
  expect(host.done).toEqual(['add 192.0.2.100/24']);
  const later = host.ledger.mark();
  host.give(wish('A', false, '192.0.2.100/24'));
  host.work(host.ledger.observe(host.now, [fact('192.0.2.100/24')], later));
  expect(host.done).toHaveLength(2);
  expect(host.said).toEqual([]);
});

describe('V12: somebody works against us', () => {
  const remove = (host: Host): void => {
    host.kernel = [];
  };
  const master = () => new Host().give(wish('A', true, '192.0.2.100/24')).dump();

  test('O5: an address that somebody removed is added again at once, with a line', () => {
    const host = master();
    remove(host);
    expect(host.dump().held()).toEqual(['192.0.2.100/24']);
    expect(host.said).toEqual([
      'A addressRepaired: somebody else removed 192.0.2.100/24 from eth0: added again',
    ]);
    expect(host.ledger.view()[0]).toMatchObject({ present: true, restored: 1 });
  });

  test('nobody is blamed for what the kernel drops with an interface that goes down', () => {
    const host = master();
    host.down.add(2);
    remove(host);
    expect(host.dump().held()).toEqual(['192.0.2.100/24']);
    expect(host.said).toEqual([]);
    expect(host.ledger.view()[0]).toMatchObject({ present: true, restored: 0 });
  });

  test('with no_track it stays away, with a line, until the next order', () => {
    const wanted: AddressWish = {
      instance: 'A',
      present: true,
      addresses: [vip('192.0.2.100/24', { isUntracked: true })],
    };
    const host = new Host().give(wanted).dump();
    remove(host);
    host.dump().dump();
    expect(host.held()).toEqual([]);
    expect(host.said).toEqual([
      'A addressRepaired: somebody else removed 192.0.2.100/24 from eth0: not tracked (no_track), and added again with the next change of state',
    ]);
    expect(host.give(wanted).dump().held()).toEqual(['192.0.2.100/24']);
  });

  test('V12: in a loop it is added again with growing pauses, and one line tells of the fight', () => {
    const host = master();
    const repairs = disturb(host, 600, remove);
    expect(repairs).toBeGreaterThan(60);
    expect(repairs).toBeLessThan(75);
    const fights = host.said.filter((line) => line.includes('addressContested'));
    expect(host.said.length - fights.length).toBe(3);
    expect(fights[0]).toMatch(/keeps removing 192\.0\.2\.100\/24 from eth0, 4 times in 0\.1 s/);
    expect(fights.length).toBeGreaterThan(8);
    expect(fights.length).toBeLessThan(12);
  });

  test('V12: after the end it is there within the longest pause, after a quiet minute at once', () => {
    const host = master();
    disturb(host, 120, remove);
    host.now = instant(host.now + PAUSE_MAX);
    host.work(host.ledger.repair(host.now)).dump();
    expect(host.held()).toEqual(['192.0.2.100/24']);
    expect(host.ledger.deadline).toBeUndefined();
    host.now = instant(host.now + seconds(60));
    host.said.length = 0;
    remove(host);
    expect(host.dump().held()).toEqual(['192.0.2.100/24']);
    expect(host.said[0]).toMatch(/addressRepaired/);
  });

  test('V12: a new order does not wait', () => {
    const host = master();
    disturb(host, 30, remove);
    host.give(wish('A', true, '192.0.2.100/24'));
    expect(host.held()).toEqual(['192.0.2.100/24']);
  });

  test('V12: the same for an address that somebody keeps adding to a backup, or in another form', () => {
    const add = (host: Host): void => {
      if (!host.kernel.some(({ prefixLength }) => prefixLength === 32))
        host.kernel.push(fact('192.0.2.100/32'));
    };
    for (const present of [true, false]) {
      const host = new Host().give(wish('A', present, '192.0.2.100/24')).dump();
      expect(disturb(host, 600, add)).toBeLessThan(75);
      expect(host.said[0]).toMatch(/somebody else added 192\.0\.2\.100\/32 to eth0: removed/);
      expect(host.said[3]).toMatch(/keeps adding 192\.0\.2\.100\/32 to eth0, 4 times/);
      expect(host.said.length).toBeLessThan(16);
    }
  });
});

describe('two additions of one address under way', () => {
  test.each(['before the refusal of the first', 'behind it'])(
    'it is removed when it is not wanted any more, %s',
    (when) => {
      const ledger = new AddressLedger((name) => INDEXES[name]);
      const given = (present: boolean): readonly AddressOperation[] => {
        ledger.declare(wish('A', present, '192.0.2.100/24'));
        return ledger.carryOut(['A']).operations;
      };
      ledger.observe(instant(0), [], ledger.mark());
      const [first] = given(true);
      // A reading that began before it was in the kernel, and a reload: it is asked for again.
      const [second] = ledger.observe(instant(0), [], ledger.mark()).operations;
      if (first === undefined || second === undefined) throw new Error('not asked for twice');
      const answer = (): void => {
        expect(ledger.answered(first, 'EINVAL')).toBe(true);
        expect(ledger.answered(second, undefined)).toBe(false);
      };
      if (when === 'behind it') answer();
      expect(given(false).map(({ type }) => type)).toEqual(['remove']);
      if (when !== 'behind it') answer();
      expect(ledger.view()[0]?.present).toBe(false);
    },
  );
});
