/** The account of interfaces that instances make for themselves, on a kernel that treats interfaces as Linux does. */
import { describe, expect, test } from 'vitest';
import type { LinkFact, LinkSettings } from '../../../../src/core/base/host.ts';
import { type Instant, instant, seconds } from '../../../../src/core/base/time.ts';
import { PAUSE_MAX } from '../../../../src/core/holdings/fight.ts';
import { type HeldLinks, LinkLedger } from '../../../../src/core/holdings/link-ledger.ts';
import type { LinkOperation } from '../../../../src/core/holdings/link-plan.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import { withVirtualLinks } from '../../../../src/core/model/virtual-links.ts';
import type { VmacConfig } from '../../../../src/core/model/vmac.ts';
import { ip, mac } from '../../../support/builders/addresses.ts';
import { instance, instance6 } from '../../../support/builders/instance.ts';
import { noticeText } from '../../../support/facts.ts';

const VMAC: VmacConfig = { kind: 'vmac', announcesLink: false, sendsFromBase: false };
const FRESH: LinkSettings = {
  acceptLocal: 0,
  arpAnnounce: 0,
  arpFilter: 0,
  arpIgnore: 0,
  forwarding: 1,
  promoteSecondaries: 0,
  rpFilter: 1,
};

function ethernet(ifindex: number, name: string): LinkFact {
  const ipv6 = { makesLinkLocal: true, takesRouters: true };
  return { ifindex, name, isUp: true, group: 0, ...ipv6, settings: FRESH };
}

/** A kernel, the account, and the vrrp process between them. */
class Host {
  readonly ledger = new LinkLedger();
  readonly said: string[] = [];
  readonly done: string[] = [];
  readonly addresses: string[] = [];
  /** Errno of the next operations by kind. */
  readonly refuses = new Map<LinkOperation['type'], string>();
  links: readonly LinkFact[] = [ethernet(2, 'eth0'), ethernet(3, 'eth1')];
  now: Instant = instant(0);
  isStrict = false;
  #nextIndex = 10;

  /** A configuration comes into force. */
  configure(...instances: readonly VrrpInstanceConfig[]): this {
    this.ledger.configure(withVirtualLinks(instances, undefined));
    return this.look().release();
  }

  /** The host is read, and put right as often as that takes. */
  look(): this {
    for (let round = 0; round < 8; round++) {
      const facts = this.addresses.map((address) => ({
        ifindex: this.named('ipv1')?.ifindex ?? 0,
        address: ip(address),
        prefixLength: 24,
        flags: 0,
        scope: 0,
      }));
      const about = { now: this.now, isStrict: this.isStrict };
      const work = this.ledger.plan({ links: this.links, addresses: facts }, about);
      this.said.push(...work.notices.map(noticeText));
      if (work.operations.length === 0) return this;
      this.#carryOut(work.operations);
    }
    throw new Error('it does not come to rest');
  }

  hold(name: string, isMaster: boolean): void {
    this.#carryOut(this.ledger.hold(name, isMaster));
  }

  release(): this {
    const work = this.ledger.release({ links: this.links, addresses: [] });
    this.said.push(...work.notices.map(noticeText));
    this.#carryOut(work.operations);
    return this;
  }

  named(name: string): LinkFact | undefined {
    return this.links.find((link) => link.name === name);
  }

  change(name: string, changes: Partial<LinkFact>): this {
    this.links = this.links.map((one) => (one.name === name ? { ...one, ...changes } : one));
    return this;
  }

  /** What stands on it goes too. */
  remove(name: string): this {
    const gone = this.named(name)?.ifindex;
    this.links = this.links.filter(({ ifindex, parent }) => ifindex !== gone && parent !== gone);
    return this;
  }

  add(link: LinkFact): this {
    this.links = [...this.links, link];
    return this;
  }

  #carryOut(operations: readonly LinkOperation[]): void {
    for (const operation of operations) {
      this.done.push(`${operation.type} ${operation.name}`);
      const errno = this.refuses.get(operation.type) ?? this.#do(operation);
      if (errno !== undefined) this.ledger.refused(operation, errno, this.now);
    }
  }

  #do(operation: LinkOperation): string | undefined {
    switch (operation.type) {
      case 'create': {
        const { link, parent } = operation;
        if (this.named(link.name)) return 'EEXIST';
        this.add({
          ...ethernet(this.#nextIndex++, link.name),
          isUp: false,
          kind: link.kind,
          parent,
          mode: link.mode,
          ...(link.mac && { mac: link.mac }),
        });
        return undefined;
      }
      case 'remove':
        this.links = this.links.filter(({ ifindex }) => ifindex !== operation.ifindex);
        return undefined;
      case 'refuse-routers':
        this.change(operation.name, { takesRouters: false });
        return undefined;
      case 'address':
        this.addresses.push(operation.address);
        return undefined;
      case 'change': {
        const { settings, noLinkLocal, ...plain } = operation.changes;
        this.links = this.links.map((one) =>
          one.ifindex === operation.ifindex
            ? {
                ...one,
                ...plain,
                ...(noLinkLocal && { makesLinkLocal: false }),
                settings: { ...one.settings, ...settings },
              }
            : one,
        );
        return undefined;
      }
    }
  }
}

function leftBy({ ledger }: Host): HeldLinks {
  const links = ledger.view().map(({ instance: name, link }) => ({ instance: name, link }));
  return { links, settings: ledger.changed() };
}

const V4 = instance({ name: 'V4', ownLink: VMAC });

describe('a VMAC is made', () => {
  test('with the settings that keepalived gives it, and up at last', () => {
    const host = new Host().configure(V4);
    expect(host.named('vrrp.51')).toMatchObject({
      kind: 'macvlan',
      mode: 'private',
      parent: 2,
      mac: '00:00:5e:00:01:33',
      isUp: true,
      makesLinkLocal: false,
      settings: {
        forwarding: 0,
        acceptLocal: 1,
        arpIgnore: 1,
        arpFilter: 0,
        rpFilter: 0,
        promoteSecondaries: 1,
      },
    });
    expect(host.named('eth0')?.settings).toMatchObject({
      arpIgnore: 1,
      arpFilter: 1,
      arpAnnounce: 2,
    });
    expect(host.done.at(-1)).toBe('change vrrp.51');
    expect(host.said).toEqual([
      'the macvlan vrrp.51 on eth0 with 00:00:5e:00:01:33 was made, and is up',
    ]);
    expect(host.ledger.view()).toMatchObject([{ isComplete: true, ifindex: 10, restored: 0 }]);
  });

  test('takes nothing from IPv6 routers: both routers would make one address of it', () => {
    const host = new Host().configure(V4);
    expect(host.named('vrrp.51')?.takesRouters).toBe(false);
    expect(host.named('eth0')?.takesRouters).toBe(true);
    const readOnly = new Host();
    readOnly.refuses.set('refuse-routers', 'EROFS');
    expect(readOnly.configure(V4).ledger.view()).toMatchObject([{ isComplete: true }]);
  });

  test('VR-AD-14: forwards nothing for a Backup, and what its parent forwards for a Master', () => {
    const host = new Host().configure(V4);
    const forwarding = () => host.named('vrrp.51')?.settings.forwarding;
    expect(forwarding()).toBe(0);
    host.hold('V4', true);
    expect(forwarding()).toBe(1);
    expect(host.look().named('vrrp.51')?.settings.forwarding).toBe(1);
    host.change('eth0', { settings: { ...host.named('eth0')?.settings, forwarding: 0 } }).look();
    expect(forwarding()).toBe(0);
    host.change('eth0', { settings: { ...host.named('eth0')?.settings, forwarding: 1 } }).look();
    host.hold('V4', false);
    expect(forwarding()).toBe(0);
  });

  test('that of an IPv6 instance answers no ARP, and leaves its parent alone', () => {
    const host = new Host().configure(instance6({ ownLink: VMAC }));
    expect(host.named('vrrp.61')?.settings).toEqual({ ...FRESH, arpIgnore: 1 });
    expect(host.named('eth0')?.settings).toEqual(FRESH);
  });

  test('with the loose filter where all.rp_filter is strict', () => {
    const host = new Host();
    host.isStrict = true;
    expect(host.configure(V4).named('vrrp.51')?.settings).toMatchObject({ rpFilter: 2 });
  });

  test('an ipvlan keeps its own address and its link-local one', () => {
    const address = ip('192.0.2.77');
    const ownLink = { kind: 'ipvlan', name: 'ipv1', address, mode: 'vepa' } as const;
    const host = new Host().configure(instance({ ownLink }));
    expect(host.named('ipv1')).toMatchObject({
      kind: 'ipvlan',
      mode: 'vepa',
      makesLinkLocal: true,
    });
    expect(host.addresses).toEqual(['192.0.2.77']);
    expect(host.named('eth0')?.settings).toEqual(FRESH);
  });

  test('netlink_notify_msg: everybody is told once more when it is complete', () => {
    const plain = new Host().configure(V4);
    const told = new Host().configure(instance({ ownLink: { ...VMAC, announcesLink: true } }));
    expect(told.done.length).toBe(plain.done.length + 1);
    expect(told.look().done.length).toBe(plain.done.length + 1);
  });
});

describe('what is there already', () => {
  test('one that fits is adopted with its index, whoever made it', () => {
    const fitting: LinkFact = {
      ...ethernet(7, 'vrrp.51'),
      kind: 'macvlan',
      mode: 'private',
      parent: 2,
      mac: mac('00:00:5e:00:01:33'),
    };
    const host = new Host().add(fitting).configure(V4);
    expect(host.named('vrrp.51')?.ifindex).toBe(7);
    expect(host.said[0]).toContain('was there already and is taken over');
    expect(host.configure().named('vrrp.51')).toBeUndefined();
  });

  test('one of somebody else is never touched, and is said once; it goes, and ours comes', () => {
    const foreign = ethernet(7, 'vrrp.51');
    const host = new Host().add(foreign).configure(V4).look();
    expect(host.named('vrrp.51')).toEqual(foreign);
    const problem = { type: 'foreign', kind: 'device' };
    expect(host.ledger.view()).toMatchObject([{ isComplete: false, problem }]);
    expect(host.said.filter((text) => text.includes('leaves alone'))).toHaveLength(1);
    host.remove('vrrp.51').look();
    expect(host.ledger.view()[0]).toMatchObject({ isComplete: true });
    expect(host.ledger.view()[0]).not.toHaveProperty('problem');
    expect(host.configure().links).toHaveLength(2);
  });

  test('a stop leaves one of somebody else alone', () => {
    const host = new Host().add(ethernet(7, 'vrrp.51')).configure(V4).configure();
    expect(host.named('vrrp.51')?.ifindex).toBe(7);
  });

  test('one of ours that does not fit any more is replaced', () => {
    const host = new Host().configure(V4);
    host.configure(instance({ name: 'V4', ownLink: { ...VMAC, mac: '02:00:00:00:00:09' } }));
    expect(host.named('vrrp.51')).toMatchObject({ ifindex: 11, mac: '02:00:00:00:00:09' });
  });
});

describe('somebody else interferes', () => {
  test('a removed one comes back, one that is set down is set up', () => {
    const host = new Host().configure(V4);
    host.remove('vrrp.51').look();
    expect(host.named('vrrp.51')).toMatchObject({ ifindex: 11, isUp: true });
    host.change('vrrp.51', { isUp: false }).look();
    expect(host.named('vrrp.51')?.isUp).toBe(true);
    expect(host.said.slice(-2)).toEqual([
      'somebody else removed the interface vrrp.51: it is put right again',
      'somebody else set down the interface vrrp.51: it is put right again',
    ]);
    expect(host.ledger.view()[0]?.restored).toBe(2);
  });

  test('a fight is named, and fought with pauses that end', () => {
    const host = new Host().configure(V4);
    for (let times = 0; times < 40; times++) {
      host.remove('vrrp.51').look();
      const due = host.ledger.deadline;
      if (due === undefined) continue;
      expect(due - host.now).toBeLessThanOrEqual(PAUSE_MAX);
      host.now = due;
      host.look();
    }
    expect(host.named('vrrp.51')?.isUp).toBe(true);
    expect(host.said.filter((text) => text.includes('keeps removing')).length).toBeGreaterThan(0);
    expect(host.said.length).toBeLessThan(15);
  });

  test('a parent that vanishes takes it along: no interference, and it is made again on the next one', () => {
    const host = new Host().configure(V4).remove('eth0').look();
    expect(host.ledger.view()).toMatchObject([{ isComplete: false, restored: 0 }]);
    host.add(ethernet(20, 'eth0')).look();
    expect(host.named('vrrp.51')).toMatchObject({ parent: 20, isUp: true });
    expect(host.named('eth0')?.settings).toMatchObject({ arpIgnore: 1 });
    expect(host.said.filter((text) => text.includes('somebody'))).toEqual([]);
  });
});

describe('the kernel refuses', () => {
  test('the reason is kept, and the attempt repeated with pauses', () => {
    const host = new Host();
    host.refuses.set('create', 'EOPNOTSUPP');
    host.configure(V4);
    const problem = { type: 'refused', errno: 'EOPNOTSUPP' };
    expect(host.ledger.view()).toMatchObject([{ problem }]);
    for (let times = 0; times < 20; times++) {
      host.now = host.ledger.deadline ?? host.now;
      host.look();
    }
    const waits = (host.ledger.deadline ?? host.now) - host.now;
    expect(waits).toBe(seconds(30));
    host.refuses.clear();
    host.now = host.ledger.deadline ?? host.now;
    expect(host.look().ledger.view()[0]).toMatchObject({ isComplete: true });
  });
});

describe('a reload', () => {
  test('makes and removes the difference only', () => {
    const host = new Host().configure(V4);
    const { length } = host.done;
    const other = instance({ name: 'B', vrid: 52, ownLink: VMAC });
    host.configure({ ...V4, name: 'renamed' }, other);
    expect(host.named('vrrp.51')?.ifindex).toBe(10);
    expect(new Set(host.done.slice(length))).toEqual(
      new Set(['create vrrp.52', 'change vrrp.52', 'refuse-routers vrrp.52']),
    );
    host.configure(other);
    expect(host.named('vrrp.51')).toBeUndefined();
    expect(host.named('eth0')?.settings).toMatchObject({ arpIgnore: 1 });
  });

  test('another name renames the interface, which keeps its index and its addresses', () => {
    const host = new Host().configure(V4);
    host.configure(instance({ name: 'V4', ownLink: { ...VMAC, name: 'foo' } }));
    expect(host.named('foo')).toMatchObject({ ifindex: 10, isUp: true });
    expect(host.named('vrrp.51')).toBeUndefined();
    expect(host.said.at(-1)).toContain('foo on eth0 with 00:00:5e:00:01:33 has its new name');
  });
});

describe('settings of others', () => {
  test('are put back at the stop, where they are still ours', () => {
    const host = new Host().configure(V4, instance({ vrid: 52, ownLink: VMAC }));
    const eth0 = host.named('eth0')?.settings;
    host.change('eth0', { settings: { ...eth0, arpFilter: 2 } });
    host.ledger.configure([]);
    host.release();
    expect(host.named('eth0')?.settings).toEqual({ ...FRESH, arpFilter: 2 });
    expect(host.ledger.isIdle).toBe(true);
  });

  test('promote_secondaries is set on the interface, and put back', () => {
    const host = new Host().configure(instance({ options: { promotesSecondaries: true } }));
    expect(host.named('eth0')?.settings).toMatchObject({ promoteSecondaries: 1 });
    expect(host.configure().named('eth0')?.settings).toEqual(FRESH);
  });

  test('a successor of a process that died knows them from the supervisor', () => {
    const dead = new Host().configure(V4);
    const host = new Host();
    host.links = dead.links;
    host.ledger.inherit(leftBy(dead));
    host.configure(V4);
    expect(host.configure().named('eth0')?.settings).toEqual(FRESH);
    expect(host.links).toHaveLength(2);
  });

  test('after all processes were killed, the text on the interface tells what was before', () => {
    const dead = new Host().configure(V4);
    const host = new Host();
    host.links = dead.links;
    host.configure(V4);
    expect(host.named('vrrp.51')?.ifindex).toBe(10);
    expect(host.configure().named('eth0')?.settings).toEqual(FRESH);
  });

  test('what a predecessor held and nobody wants goes with the first configuration', () => {
    const dead = new Host().configure(V4);
    const host = new Host();
    host.links = dead.links;
    host.ledger.inherit(leftBy(dead));
    host.configure(instance());
    expect(host.links.map(({ name }) => name)).toEqual(['eth0', 'eth1']);
    expect(host.named('eth0')?.settings).toEqual(FRESH);
  });
});
