/**
 * The sockets that the configured instances need, opened when their interface is there and reopened
 * when it was replaced by another of the same name.
 */
import { constants } from 'node:os';
import type { OsError } from 'dgram-extensions';
import type { IpAddress, IpFamily } from '../../core/base/address.ts';
import { type Instant, instant } from '../../core/base/time.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { VrrpInstanceConfig } from '../../core/model/config.ts';
import type { BuffersConfig } from '../../core/model/global-options.ts';
import type { PacketEvent } from '../../core/vrrp/events-and-actions.ts';
import { groupOf } from '../../core/vrrp/group-address.ts';
import type { InstancePlaces } from '../../core/vrrp/listening.ts';
import { receiveBufferBytes } from '../../core/vrrp/socket-buffers.ts';
import type { OutgoingVrrp, ReceivedVrrp } from '../../drivers/vrrp-socket.ts';
import { protocolOf, VrrpListeners } from './listeners.ts';
import type { OpenVrrpListener, OpenVrrpPort, VrrpPort } from './ports.ts';

/** Where an instance sends and hears; undefined while an interface is missing. */
export type PlacesOf = (instance: VrrpInstanceConfig) => InstancePlaces | undefined;

/** How sockets are opened, and what they report to. */
export interface VrrpSocketsOptions {
  readonly open: OpenVrrpPort;
  readonly listen: OpenVrrpListener;
  readonly now: () => Instant;
  readonly onPacket: (packet: PacketEvent) => void;
  readonly onTrouble: (trouble: Trouble) => void;
}

interface Wanted {
  readonly key: string;
  readonly family: IpFamily;
  readonly interface: string;
  readonly ifindex: number;
  readonly protocol: 112 | 51;
  readonly groups: readonly IpAddress[];
  /** Of the receive buffer; undefined = the usual size. */
  readonly bytes: number | undefined;
  readonly hasForeignSource: boolean;
}

/** All VRRP sockets of the process. */
export class VrrpSockets {
  readonly #options: VrrpSocketsOptions;
  readonly #open = new Map<string, VrrpPort>();
  readonly #listeners: VrrpListeners;
  #wanted: ReadonlyMap<string, Wanted> = new Map();
  /** Of the open sockets, where another one than usual is wanted. */
  readonly #sizes = new Map<string, number | undefined>();
  /** Sockets for sending, by interface index, family and protocol. */
  readonly #byTarget = new Map<string, VrrpPort>();
  /** Sockets that could not be opened: reported once, tried again at every change. */
  readonly #failed = new Set<string>();

  constructor(options: VrrpSocketsOptions) {
    this.#options = options;
    this.#listeners = new VrrpListeners({
      listen: options.listen,
      onPacket: (packet) => this.#pass(packet),
      onTrouble: options.onTrouble,
    });
  }

  /**
   * Opens what these instances need on the interfaces that exist. What nobody of them needs stays until
   * `trim`: an instance that leaves with a reload still has to say farewell.
   */
  open(
    instances: readonly VrrpInstanceConfig[],
    placesOf: PlacesOf,
    buffers: BuffersConfig = {},
  ): void {
    this.#wanted = wantedSockets(instances, placesOf, buffers);
    this.#listeners.open(instances, placesOf);
    for (const want of this.#wanted.values()) {
      const socket = this.#open.get(want.key) ?? this.#tryOpen(want);
      this.#resize(want, socket);
      if (socket !== undefined) {
        this.#byTarget.set(target(want.ifindex, want.family, want.protocol), socket);
      }
    }
  }

  /** Those of the instances that have an interface but no socket. */
  deaf(instances: readonly VrrpInstanceConfig[], placesOf: PlacesOf): string[] {
    return instances.flatMap((instance) => {
      const places = placesOf(instance);
      if (places === undefined) return [];
      const { name, family, authentication } = instance;
      const { sender, member = sender } = places;
      const protocol = protocolOf(authentication);
      const hears = [sender, member].every(({ ifindex }) =>
        this.#byTarget.has(target(ifindex, family, protocol)),
      );
      return hears && this.#listeners.isOpen(instance, places) ? [] : name;
    });
  }

  /** Closes what the instances of the last `open` do not need. */
  trim(): void {
    this.#listeners.trim();
    for (const [key, socket] of this.#open) {
      if (this.#wanted.has(key)) continue;
      socket.close();
      this.#open.delete(key);
      this.#sizes.delete(key);
    }
    const open = new Set(this.#open.values());
    for (const [place, socket] of this.#byTarget) {
      if (!open.has(socket)) this.#byTarget.delete(place);
    }
  }

  /** Sends on the socket of an interface; bytes sent or a negative errno, ENODEV without a socket. */
  send(
    where: { readonly ifindex: number; readonly family: IpFamily; readonly protocol: 112 | 51 },
    advert: OutgoingVrrp,
  ): number {
    const socket = this.#byTarget.get(target(where.ifindex, where.family, where.protocol));
    return socket === undefined ? -constants.errno.ENODEV : socket.send(advert);
  }

  /** Delivers everything that is queued on any socket. */
  drain(): void {
    for (const socket of this.#open.values()) socket.drain();
    this.#listeners.drain();
  }

  /** Closes all. */
  close(): void {
    for (const socket of this.#open.values()) socket.close();
    this.#listeners.close();
    this.#open.clear();
    this.#byTarget.clear();
  }

  /** What a VMAC hears below the IP layer may have come here too. */
  #deliver(packet: ReceivedVrrp): void {
    if (!this.#listeners.hear(packet)) this.#pass(packet);
  }

  /** Without a time of the kernel the packet arrived now. */
  #pass({ receivedUs, ...packet }: ReceivedVrrp): void {
    const isTimed = Number.isFinite(receivedUs) && receivedUs > 0;
    const receivedAt = isTimed ? instant(receivedUs) : this.#options.now();
    this.#options.onPacket({ type: 'packet', ...packet, receivedAt });
  }

  #tryOpen(want: Wanted): VrrpPort | undefined {
    try {
      const socket = this.#options.open({
        family: want.family,
        interface: want.interface,
        ifindex: want.ifindex,
        protocol: want.protocol,
        groups: want.groups,
        hasForeignSource: want.hasForeignSource,
        onPacket: (packet) => this.#deliver(packet),
        onError: (error) => this.#report(want, error),
      });
      this.#open.set(want.key, socket);
      this.#failed.delete(want.key);
      return socket;
    } catch (error) {
      if (!this.#failed.has(want.key)) this.#report(want, error as OsError);
      this.#failed.add(want.key);
      return undefined;
    }
  }

  /** A size that has changed since the last configuration. */
  #resize({ key, bytes }: Wanted, socket: VrrpPort | undefined): void {
    if (socket === undefined || this.#sizes.get(key) === bytes) return;
    this.#sizes.set(key, bytes);
    socket.setReceiveBuffer(bytes);
  }

  #report(want: Wanted, error: OsError): void {
    this.#options.onTrouble({
      operation: 'open-vrrp-socket',
      about: `${want.interface} (${want.family})`,
      errno: error.code,
      detail: error.message,
    });
  }
}

function wantedSockets(
  instances: readonly VrrpInstanceConfig[],
  placesOf: PlacesOf,
  buffers: BuffersConfig,
): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  const groups = new Map<string, Set<IpAddress>>();
  const users = new Map<string, VrrpInstanceConfig[]>();
  for (const instance of instances) {
    const places = placesOf(instance);
    if (places === undefined) continue;
    const { family } = instance;
    const protocol = protocolOf(instance.authentication);
    const { sender, member } = places;
    const isHome = member === undefined || member.ifindex === sender.ifindex;
    for (const link of isHome ? [sender] : [sender, member]) {
      const { ifindex, name } = link;
      const place = target(ifindex, family, protocol);
      const joined = groups.get(place) ?? new Set();
      groups.set(place, joined);
      const together = [...(users.get(place) ?? []), instance];
      users.set(place, together);
      if (ifindex === member?.ifindex) joined.add(groupOf(instance));
      const hasForeignSource = link === sender && instance.ownLink?.kind === 'vmac';
      const socket = { key: '', family, interface: name, ifindex, protocol, groups: [] };
      const bytes = receiveBufferBytes(together, buffers, link.mtu);
      wanted.set(place, { ...socket, hasForeignSource, bytes });
    }
  }
  const out = new Map<string, Wanted>();
  for (const [place, want] of wanted) {
    const joined = [...(groups.get(place) ?? [])].sort();
    const key = `${place}|${want.interface}|${joined.join(' ')}`;
    out.set(key, { ...want, key, groups: joined });
  }
  return out;
}

function target(ifindex: number, family: IpFamily, protocol: 112 | 51): string {
  return `${ifindex}|${family}|${protocol}`;
}
