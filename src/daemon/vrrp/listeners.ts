/** The receivers below the IP layer that instances need, opened and reopened like their sockets. */
import type { OsError } from 'dgram-extensions';
import { isMulticast } from '../../core/base/address.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { VrrpInstanceConfig } from '../../core/model/config.ts';
import { groupOf } from '../../core/vrrp/group-address.ts';
import type { InstancePlaces } from '../../core/vrrp/listening.ts';
import { AH_LENGTH } from '../../core/wire/vrrp-ah.ts';
import type { VrrpReceiverOptions } from '../../drivers/vrrp-receiver.ts';
import type { ReceivedVrrp } from '../../drivers/vrrp-socket.ts';
import type { OpenVrrpListener, VrrpListener } from './ports.ts';

/** How receivers are opened, and what they report to. */
export interface VrrpListenersOptions {
  readonly listen: OpenVrrpListener;
  readonly onPacket: (packet: ReceivedVrrp) => void;
  readonly onTrouble: (trouble: Trouble) => void;
}

type Wanted = Omit<VrrpReceiverOptions, 'onPacket' | 'onError'>;

/** All receivers of the process. */
export class VrrpListeners {
  readonly #options: VrrpListenersOptions;
  readonly #open = new Map<string, VrrpListener>();
  readonly #failed = new Set<string>();
  #wanted: ReadonlyMap<string, Wanted> = new Map();
  /** Virtual routers that are heard here, by the interfaces whose sockets may hear them too. */
  #heard: ReadonlySet<string> = new Set();

  constructor(options: VrrpListenersOptions) {
    this.#options = options;
  }

  /** Opens what these instances need. What nobody of them needs stays until `trim`. */
  open(
    instances: readonly VrrpInstanceConfig[],
    placesOf: (instance: VrrpInstanceConfig) => InstancePlaces | undefined,
  ): void {
    const wanted = new Map<string, Wanted>();
    const heard = new Set<string>();
    for (const instance of instances) {
      const places = placesOf(instance);
      const want = places && wantedBy(instance, places);
      if (want === undefined || places === undefined) continue;
      wanted.set(keyOf(want), want);
      for (const { ifindex } of [places.sender, places.member ?? places.sender]) {
        heard.add(`${ifindex} ${instance.family} ${instance.vrid}`);
      }
    }
    this.#wanted = wanted;
    this.#heard = heard;
    for (const [key, want] of wanted) {
      if (!this.#open.has(key)) this.#tryOpen(key, want);
    }
  }

  /** True when the instance needs no receiver, or has it. */
  isOpen(instance: VrrpInstanceConfig, places: InstancePlaces): boolean {
    const want = wantedBy(instance, places);
    return want === undefined || this.#open.has(keyOf(want));
  }

  /** True for a multicast packet at a socket that a receiver hears as well. */
  hear({ ifindex, family, destination, message, ipPacket }: ReceivedVrrp): boolean {
    if (this.#heard.size === 0 || !isMulticast(destination)) return false;
    const headerLength = ((ipPacket?.[0] ?? 0) & 0x0f) * 4;
    const vrid = ipPacket === undefined ? message[1] : ipPacket[headerLength + AH_LENGTH + 1];
    return this.#heard.has(`${ifindex} ${family} ${vrid}`);
  }

  /** Closes what the instances of the last `open` do not need. */
  trim(): void {
    for (const [key, listener] of this.#open) {
      if (this.#wanted.has(key)) continue;
      listener.close();
      this.#open.delete(key);
    }
  }

  /** Delivers everything that is queued. */
  drain(): void {
    for (const listener of this.#open.values()) listener.drain();
  }

  /** Closes all. */
  close(): void {
    for (const listener of this.#open.values()) listener.close();
    this.#open.clear();
  }

  #tryOpen(key: string, want: Wanted): void {
    const report = (error: OsError): void =>
      this.#options.onTrouble({
        operation: 'open-vrrp-socket',
        about: `interface ${want.ifindex} (${want.family}, below IP)`,
        errno: error.code,
        detail: error.message,
      });
    try {
      const { onPacket } = this.#options;
      this.#open.set(key, this.#options.listen({ ...want, onPacket, onError: report }));
      this.#failed.delete(key);
    } catch (error) {
      if (!this.#failed.has(key)) report(error as OsError);
      this.#failed.add(key);
    }
  }
}

/** The IP protocol of an instance's packets. */
export function protocolOf(authentication: VrrpInstanceConfig['authentication']): 112 | 51 {
  return authentication?.type === 'AH' ? 51 : 112;
}

function wantedBy(
  instance: VrrpInstanceConfig,
  { sender, listener }: InstancePlaces,
): Wanted | undefined {
  if (listener === undefined) return undefined;
  const { family, vrid, authentication } = instance;
  const { ifindex } = listener;
  const protocol = protocolOf(authentication);
  const about = { family, ifindex, protocol, group: groupOf(instance), vrid };
  return { ...about, reportedIfindex: sender.ifindex };
}

function keyOf({ family, ifindex, protocol, group, vrid, reportedIfindex }: Wanted): string {
  return [family, ifindex, protocol, group, vrid, reportedIfindex].join(' ');
}
