/** Listens for other hosts that claim held addresses. It is read once a second, never when a packet comes: whoever floods it wakes nobody. */
import type { OsError } from 'dgram-extensions';
import type { InterfaceFact } from '../../core/base/host.ts';
import type { Instant } from '../../core/base/time.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { VipView } from '../../core/holdings/address-ledger.ts';
import { virtualMac } from '../../core/model/virtual-links.ts';
import type { VrrpInstanceView } from '../../core/vrrp/events-and-actions.ts';
import { type HeldAddress, type StrangerNotice, Strangers } from '../../core/vrrp/strangers.ts';
import type { ClaimPort } from './ports.ts';
import { ToldOnce } from './told-once.ts';

/** What a look is about. */
export interface Look {
  readonly now: Instant;
  readonly instances: readonly VrrpInstanceView[];
  readonly vips: readonly VipView[];
  readonly interfaces: ReadonlyMap<string, InterfaceFact>;
}

/** What the watch works with and reports to. */
export interface StrangerWatchOptions {
  readonly port: ClaimPort;
  readonly onNotice: (notice: StrangerNotice) => void;
  readonly onTrouble: (trouble: Trouble) => void;
}

const TROUBLE = { operation: 'hear-claims', about: 'ARP and neighbour advertisements' } as const;

/** The watch over all held addresses. */
export class StrangerWatch {
  readonly #options: StrangerWatchOptions;
  readonly #strangers = new Strangers();
  readonly #told: ToldOnce;
  /** The addresses that are listened for; undefined when that has failed. */
  #listening: string | undefined = '';

  constructor(options: StrangerWatchOptions) {
    this.#options = options;
    this.#told = new ToldOnce(options.onTrouble);
  }

  /** Reads what has been heard since the last look, and listens for what is held now. */
  look({ now, instances, vips, interfaces }: Look): void {
    const held = heldAddresses(instances, vips, interfaces);
    const claims = this.#options.port.read();
    const ownMacs = new Set([...interfaces.values()].flatMap(({ mac }) => mac ?? []));
    for (const notice of this.#strangers.look(now, { held, claims, ownMacs })) {
      this.#options.onNotice(notice);
    }
    this.#listen(held);
  }

  /** The views of addresses, with what is known of claims. */
  merged(vips: readonly VipView[]): readonly VipView[] {
    return vips.map((vip) => {
      const claimed = this.#strangers.of(vip);
      return claimed === undefined ? vip : { ...vip, claimed };
    });
  }

  /** Listens no more. */
  close(): void {
    this.#options.port.close();
  }

  #listen(held: readonly HeldAddress[]): void {
    const wanted = [...new Set(held.map(({ address }) => address))];
    const key = wanted.join(' ');
    if (key === this.#listening) return;
    try {
      this.#options.port.listen(wanted);
      this.#listening = key;
      this.#told.over('claims');
    } catch (error) {
      const { code: errno, message: detail } = error as OsError;
      this.#listening = undefined;
      this.#told.tell('claims', { ...TROUBLE, errno, detail });
    }
  }
}

function heldAddresses(
  instances: readonly VrrpInstanceView[],
  vips: readonly VipView[],
  interfaces: ReadonlyMap<string, InterfaceFact>,
): HeldAddress[] {
  const masters = new Map(
    instances.filter(({ state }) => state === 'MASTER').map((one) => [one.name, one]),
  );
  return vips.flatMap(({ instance, address, interface: device, expected, present }) => {
    const view = masters.get(instance);
    const ifindex = interfaces.get(device)?.ifindex;
    if (view === undefined || ifindex === undefined || !expected || !present) return [];
    const { since, rivalAt, family, vrid } = view;
    const mac = virtualMac(family, vrid);
    return [{ instance, address, interface: device, ifindex, since, rivalAt, virtualMac: mac }];
  });
}
