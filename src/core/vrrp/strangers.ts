/**
 * Other hosts that say they have a virtual address which this router holds: by hand, from a real server of LVS-DR that answers for it, from
 * an old configuration. Who hears them sends there. No claim changes anything: anybody can send one.
 */
import type { IpAddress, MacAddress } from '../base/address.ts';
import { after, type Duration, elapsed, type Instant, seconds } from '../base/time.ts';
import type { ClaimedAddress } from '../holdings/address-ledger.ts';
import type { AddressClaim } from '../wire/address-claim.ts';

/** An address that this router holds as Master. */
export interface HeldAddress {
  readonly instance: string;
  readonly address: IpAddress;
  readonly interface: string;
  readonly ifindex: number;
  /** Since when its instance is Master. */
  readonly since: Instant;
  /** When another Master was heard last, by its advertisements: it has announced, too. */
  readonly rivalAt?: Instant | undefined;
  /** Hardware address of the virtual router, which another of its routers may use. */
  readonly virtualMac: MacAddress;
}

/** A host claims an address of ours; `times`: looks that have heard a claim, so far. */
export interface StrangerNotice {
  readonly id: 'vrrp.addressClaimed';
  readonly instance: string;
  readonly address: IpAddress;
  readonly interface: string;
  readonly mac: MacAddress;
  readonly times: number;
}

/**
 * Around a change of Master both routers announce, and each learns of the other by its advertisements: a claim counts when this router was
 * Master for so long before it, and still is so long after it, and has heard no other Master meanwhile.
 */
const UNDISPUTED: Duration = seconds(3);

/** Least time between two notices about one address. */
const NOTICE_GAP: Duration = seconds(300);

interface Waiting {
  readonly claim: AddressClaim;
  readonly since: Instant;
  readonly at: Instant;
  times: number;
}

/** The claims of all addresses. */
export class Strangers {
  /** By address and instance; as many as addresses are held, and one claim each. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #known = new Map<string, ClaimedAddress & { readonly toldAt: Instant }>();

  /**
   * Takes in what was heard, and gives what is to be told.
   *
   * @param ownMacs of the interfaces of this host
   */
  look(
    now: Instant,
    {
      held,
      claims,
      ownMacs,
    }: {
      readonly held: readonly HeldAddress[];
      readonly claims: readonly (AddressClaim & { readonly ifindex: number })[];
      readonly ownMacs: ReadonlySet<MacAddress>;
    },
  ): readonly StrangerNotice[] {
    if (claims.length + this.#waiting.size + this.#known.size === 0) return [];
    const byKey = new Map(held.map((one) => [strangerKey(one), one]));
    for (const key of this.#known.keys()) if (!byKey.has(key)) this.#known.delete(key);
    const strange = claims.filter(({ mac }) => !ownMacs.has(mac));
    const claimed = new Set(strange.map(({ address }) => address));
    for (const one of held.filter(({ address }) => claimed.has(address))) {
      // However many there are: some come by several interfaces, and of many the kernel keeps a few.
      const claim = strange.find((candidate) => isAbout(candidate, one));
      if (claim !== undefined) this.#heard(now, one, claim);
    }
    const notices: StrangerNotice[] = [];
    for (const [key, waiting] of this.#waiting) {
      const one = byKey.get(key);
      const isDisputed = one?.since !== waiting.since || hasRival(one, waiting.at);
      if (!isDisputed && elapsed(waiting.at, now) < UNDISPUTED) continue;
      this.#waiting.delete(key);
      if (!isDisputed) notices.push(...this.#count(now, one, waiting));
    }
    return notices;
  }

  /** What is known of the claims of an address that is held. */
  of(address: Pick<HeldAddress, 'instance' | 'address' | 'interface'>): ClaimedAddress | undefined {
    const known = this.#known.get(strangerKey(address));
    return known && { mac: known.mac, times: known.times, at: known.at };
  }

  #heard(now: Instant, one: HeldAddress, claim: AddressClaim): void {
    if (elapsed(one.since, now) < UNDISPUTED) return;
    const key = strangerKey(one);
    const waiting = this.#waiting.get(key);
    if (waiting?.since === one.since) waiting.times += 1;
    else this.#waiting.set(key, { claim, since: one.since, at: now, times: 1 });
  }

  #count(now: Instant, one: HeldAddress, { claim, at, times }: Waiting): readonly StrangerNotice[] {
    const key = strangerKey(one);
    const before = this.#known.get(key);
    const all = (before?.times ?? 0) + times;
    const isTold = before === undefined || elapsed(before.toldAt, now) >= NOTICE_GAP;
    const { mac } = claim;
    this.#known.set(key, { mac, times: all, at, toldAt: isTold ? now : before.toldAt });
    const { instance, address, interface: device } = one;
    const told = { id: 'vrrp.addressClaimed', instance, address, interface: device } as const;
    return isTold ? [{ ...told, mac, times: all }] : [];
  }
}

/** Another Master was heard around a claim at `at`, or later. */
function hasRival({ rivalAt }: HeldAddress, at: Instant): boolean {
  return rivalAt !== undefined && after(rivalAt, UNDISPUTED) > at;
}

function isAbout(
  claim: AddressClaim & { readonly ifindex: number },
  { address, ifindex, virtualMac }: HeldAddress,
): boolean {
  if (claim.address !== address || claim.mac === virtualMac) return false;
  return claim.ifindex === 0 || claim.ifindex === ifindex;
}

function strangerKey({
  instance,
  address,
  interface: device,
}: Pick<HeldAddress, 'instance' | 'address' | 'interface'>): string {
  return `${address} ${device} ${instance}`;
}
