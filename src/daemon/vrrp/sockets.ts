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
import type { InterfaceFact, VrrpEvent } from '../../core/vrrp/events-and-actions.ts';
import { groupOf } from '../../core/vrrp/group-address.ts';
import { receiveBufferBytes } from '../../core/vrrp/socket-buffers.ts';
import type { OutgoingVrrp, ReceivedVrrp } from '../../drivers/vrrp-socket.ts';
import type { OpenVrrpPort, VrrpPort } from './ports.ts';

/** A packet as the machine is given it. */
export type PacketEvent = Extract<VrrpEvent, { type: 'packet' }>;

/** The interface that an instance runs on. */
export type LinkOf = (instance: VrrpInstanceConfig) => InterfaceFact | undefined;

/** How sockets are opened, and what they report to. */
export interface VrrpSocketsOptions {
  readonly open: OpenVrrpPort;
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
}

/** All VRRP sockets of the process. */
export class VrrpSockets {
  readonly #options: VrrpSocketsOptions;
  readonly #open = new Map<string, VrrpPort>();
  #wanted: ReadonlyMap<string, Wanted> = new Map();
  /** Of the open sockets, where another one than usual is wanted. */
  readonly #sizes = new Map<string, number | undefined>();
  /** Sockets for sending, by interface index, family and protocol. */
  readonly #byTarget = new Map<string, VrrpPort>();
  /** Sockets that could not be opened: reported once, tried again at every change. */
  readonly #failed = new Set<string>();

  constructor(options: VrrpSocketsOptions) {
    this.#options = options;
  }

  /**
   * Opens what these instances need on the interfaces that exist. What nobody of them needs stays until
   * `trim`: an instance that leaves with a reload still has to say farewell.
   */
  open(
    instances: readonly VrrpInstanceConfig[],
    linkOf: LinkOf,
    buffers: BuffersConfig = {},
  ): void {
    this.#wanted = wantedSockets(instances, linkOf, buffers);
    for (const want of this.#wanted.values()) {
      const socket = this.#open.get(want.key) ?? this.#tryOpen(want);
      this.#resize(want, socket);
      if (socket !== undefined) {
        this.#byTarget.set(target(want.ifindex, want.family, want.protocol), socket);
      }
    }
  }

  /** Those of the instances that have an interface but no socket. */
  deaf(instances: readonly VrrpInstanceConfig[], linkOf: LinkOf): string[] {
    return instances.flatMap((instance) => {
      const link = linkOf(instance);
      if (link === undefined) return [];
      const { name, family, authentication } = instance;
      const place = target(link.ifindex, family, protocolOf(authentication));
      return this.#byTarget.has(place) ? [] : name;
    });
  }

  /** Closes what the instances of the last `open` do not need. */
  trim(): void {
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
  }

  /** Closes all. */
  close(): void {
    for (const socket of this.#open.values()) socket.close();
    this.#open.clear();
    this.#byTarget.clear();
  }

  /** Without a time of the kernel the packet arrived now. */
  #deliver({ receivedUs, ...packet }: ReceivedVrrp): void {
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
  linkOf: LinkOf,
  buffers: BuffersConfig,
): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  const groups = new Map<string, Set<IpAddress>>();
  const users = new Map<string, VrrpInstanceConfig[]>();
  for (const instance of instances) {
    const link = linkOf(instance);
    if (link === undefined) continue;
    const { ifindex } = link;
    const protocol = protocolOf(instance.authentication);
    const place = target(ifindex, instance.family, protocol);
    const joined = groups.get(place) ?? new Set();
    groups.set(place, joined);
    const together = [...(users.get(place) ?? []), instance];
    users.set(place, together);
    if (instance.unicastPeers.length === 0) joined.add(groupOf(instance));
    wanted.set(place, {
      key: '',
      family: instance.family,
      interface: link.name,
      ifindex,
      protocol,
      groups: [],
      bytes: receiveBufferBytes(together, buffers, link.mtu),
    });
  }
  const out = new Map<string, Wanted>();
  for (const [place, want] of wanted) {
    const joined = [...(groups.get(place) ?? [])].sort();
    const key = `${place}|${want.interface}|${joined.join(' ')}`;
    out.set(key, { ...want, key, groups: joined });
  }
  return out;
}

function protocolOf(authentication: VrrpInstanceConfig['authentication']): 112 | 51 {
  return authentication?.type === 'AH' ? 51 : 112;
}

function target(ifindex: number, family: IpFamily, protocol: 112 | 51): string {
  return `${ifindex}|${family}|${protocol}`;
}
