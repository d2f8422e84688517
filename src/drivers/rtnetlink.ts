/**
 * Interfaces, addresses, routes and rules of the kernel (rtnetlink(7)): read them, hear of changes, add and remove
 * all but interfaces. One socket for requests, another for notifications, because the kernel mixes both on a
 * socket that has joined groups. It belongs to the network namespace in which it was opened.
 */
import type { IpAddress } from '../core/base/address.ts';
import type { LinkFact } from '../core/base/host.ts';
import type { NetlinkLinkOperation } from '../core/holdings/link-plan.ts';
import type { RoutingForm } from '../core/holdings/routing-form.ts';
import type { RoutingQuestion } from '../core/holdings/routing-question.ts';
import type { ReceiveBuffer } from '../core/model/global-options.ts';
import type { AddressFact, InterfaceFact } from '../core/vrrp/events-and-actions.ts';
import type { KernelError } from './kernel-error.ts';
import { netlinkConstants, routeStructs } from './netlink-codec.ts';
import type { NetlinkCommand } from './netlink-frames.ts';
import { openNetlinkPort } from './netlink-port.ts';
import { type NetlinkPort, NetlinkSocket } from './netlink-socket.ts';
import {
  changeLinkPayload,
  createLinkPayload,
  decodeLinkFact,
  linkOperationText,
  removeLinkPayload,
} from './rtnetlink-links.ts';
import {
  type AddressRequest,
  addAddressPayload,
  addressDumpPayload,
  decodeAddressMessage,
  decodeChange,
  decodeLink,
  decodeRouteInterface,
  linkDumpPayload,
  NETLINK_ROUTE,
  type NetworkChange,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_SETLINK,
  removeAddressPayload,
  routePayload,
} from './rtnetlink-messages.ts';
import {
  ROUTING_GROUPS,
  type RoutingChange,
  type RoutingNotification,
  routingCommand,
  routingDumps,
  routingNotification,
} from './rtnetlink-routing.ts';

const { FlagsNew } = netlinkConstants;
const { MulticastGroups } = routeStructs;

/** Everything that a dump told. */
export interface NetworkPicture {
  readonly interfaces: readonly InterfaceFact[];
  readonly addresses: readonly AddressFact[];
  /** Kind, parent and settings of all interfaces; empty unless they were asked for. */
  readonly links: readonly LinkFact[];
}

/** Receivers of notifications. */
export interface NetworkMonitorHandlers {
  readonly onChange: (change: NetworkChange) => void;
  /** Notifications were lost: whatever was concluded from them has to be read anew with `dump`. */
  readonly onOverrun: () => void;
}

/** One address to add or to remove. */
export interface AddressChange {
  readonly type: 'add' | 'remove';
  readonly address: AddressRequest;
}

/** One change of what is held. */
export type HoldingChange = AddressChange | RoutingChange;

/** Receivers of notifications about routes and rules. */
export interface RoutingMonitorHandlers {
  readonly onChange: (change: RoutingNotification) => void;
  readonly onOverrun: () => void;
}

/** Opens the sockets; tests give their own. Throws OsError. */
export type OpenRoutePort = (groups: readonly number[]) => NetlinkPort;

/** How a kernel says that it does not have a family. */
const ABSENT_FAMILY: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EOPNOTSUPP']);

const GROUPS = [MulticastGroups.LINK, MulticastGroups.IPV4_IFADDR, MulticastGroups.IPV6_IFADDR];

/** Interfaces and addresses of one network namespace. */
export class RouteKernel {
  readonly #open: OpenRoutePort;
  readonly #requests: NetlinkSocket;
  #monitor: NetlinkSocket | undefined;
  /** On its own: a router with a full table says much there, and may lose it. */
  #routingMonitor: NetlinkSocket | undefined;
  #marks: ReadonlySet<number> = new Set();
  #monitorBuffer: ReceiveBuffer | undefined;

  private constructor(open: OpenRoutePort) {
    this.#open = open;
    this.#requests = new NetlinkSocket(open([]));
  }

  /** Opens the request socket. Throws OsError (no descriptor left; netlink itself is always there). */
  static open(open: OpenRoutePort = openRoutePort): RouteKernel {
    return new RouteKernel(open);
  }

  /** Reads all interfaces and addresses, and `withLinks` what else is known of the interfaces. Rejects with KernelError. */
  async dump(withLinks = false): Promise<NetworkPicture> {
    const [links, addresses] = await Promise.all([
      this.#requests.dump({
        type: RTM_GETLINK,
        payload: linkDumpPayload(),
        operation: 'read interfaces',
      }),
      this.#requests.dump({
        type: RTM_GETADDR,
        payload: addressDumpPayload(),
        operation: 'read addresses',
      }),
    ]);
    if (!links.ok) throw links.error;
    if (!addresses.ok) throw addresses.error;
    return {
      interfaces: links.value.map(decodeLink).filter((link) => link !== undefined),
      addresses: addresses.value.map(decodeAddressMessage).filter((entry) => entry !== undefined),
      links: withLinks ? links.value.map(decodeLinkFact).filter((link) => link !== undefined) : [],
    };
  }

  /**
   * The index of the interface by which a packet leaves; undefined when there is no route, or the source is not
   * this host's.
   */
  async routeTo(source: IpAddress, destination: IpAddress): Promise<number | undefined> {
    const answer = await this.#requests.request({
      type: RTM_GETROUTE,
      payload: routePayload(source, destination),
      operation: `look up the route to ${destination}`,
    });
    const [route] = answer.ok ? answer.value : [];
    return route && decodeRouteInterface(route);
  }

  /** Starts to report changes; a second call replaces the receivers. Throws OsError. Call it before the first dump, so that nothing is missed. */
  monitor(handlers: NetworkMonitorHandlers): void {
    this.#monitor?.close();
    this.#monitor = new NetlinkSocket(this.#open(GROUPS), {
      onNotification: (type, payload) => {
        const change = decodeChange(type, payload);
        if (change !== undefined) handlers.onChange(change);
      },
      onOverrun: handlers.onOverrun,
    });
    if (this.#monitorBuffer !== undefined) this.#monitor.setReceiveBuffer(this.#monitorBuffer);
  }

  /** Reads the routes and rules that a question names. Rejects with KernelError. */
  async readRouting(question: RoutingQuestion): Promise<readonly RoutingForm[]> {
    const forms: RoutingForm[] = [];
    for (const { command, read } of routingDumps(question)) {
      const answer = await this.#requests.dump(command);
      // A kernel without IPv6 has no routes of it.
      if (!answer.ok && ABSENT_FAMILY.has(answer.error.errnoName)) continue;
      if (!answer.ok) throw answer.error;
      for (const record of answer.value) {
        const form = read(record);
        if (form !== undefined) forms.push(form);
      }
    }
    return forms;
  }

  /** Reports changes of routes and rules that bear one of these marks; without any, none. Throws OsError. */
  monitorRouting(marks: ReadonlySet<number>, handlers: RoutingMonitorHandlers): void {
    this.#marks = marks;
    if (marks.size === 0) {
      this.#routingMonitor?.close();
      this.#routingMonitor = undefined;
      return;
    }
    this.#routingMonitor ??= new NetlinkSocket(this.#open(ROUTING_GROUPS), {
      onNotification: (type, payload) => {
        const change = routingNotification(type, payload, this.#marks);
        if (change !== undefined) handlers.onChange(change);
      },
      onOverrun: handlers.onOverrun,
    });
  }

  /** Delivers queued notifications now, before a deadline is acted on; their number of datagrams. */
  drain(): number {
    return this.#monitor?.drain() ?? 0;
  }

  /**
   * Adds an address; the request is in the kernel when this returns. Resolves with the refusal, EEXIST
   * when the interface has it already, or undefined. IPv6 addresses are usable at once (no DAD).
   */
  async addAddress(request: AddressRequest): Promise<KernelError | undefined> {
    const [error] = await this.change([{ type: 'add', address: request }]);
    return error;
  }

  /**
   * Removes an address; the request is in the kernel when this returns. Resolves with the refusal,
   * EADDRNOTAVAIL when the interface does not have it, or undefined.
   */
  async removeAddress(request: AddressRequest): Promise<KernelError | undefined> {
    const [error] = await this.change([{ type: 'remove', address: request }]);
    return error;
  }

  /**
   * Adds and removes addresses, routes and rules in the order given, in one batch: a refusal stops none of the others. The
   * first 256 are in the kernel when this returns. One entry for each: undefined, or why it was refused.
   */
  change(changes: readonly HoldingChange[]): Promise<readonly (KernelError | undefined)[]> {
    return this.#requests.execute(
      changes.map((one) => ('payload' in one ? routingCommand(one) : commandOf(one))),
    );
  }

  /** Gives the receive buffers of the two sockets other sizes, undefined the usual one; a monitor that begins later has it too. */
  setReceiveBuffers(sizes: {
    readonly commands: ReceiveBuffer | undefined;
    readonly monitor: ReceiveBuffer | undefined;
  }): void {
    this.#monitorBuffer = sizes.monitor;
    this.#requests.setReceiveBuffer(sizes.commands);
    this.#monitor?.setReceiveBuffer(sizes.monitor);
  }

  /**
   * Makes, changes and removes interfaces in the order given: a refusal stops none of the others. One entry for each:
   * undefined, or why it was refused.
   */
  changeLinks(
    operations: readonly NetlinkLinkOperation[],
  ): Promise<readonly (KernelError | undefined)[]> {
    return this.#requests.execute(operations.map(linkCommand));
  }

  /** Closes all sockets; open requests end with ECANCELED. */
  close(): void {
    this.#monitor?.close();
    this.#routingMonitor?.close();
    this.#requests.close();
  }
}

function openRoutePort(groups: readonly number[]): NetlinkPort {
  return openNetlinkPort({ protocol: NETLINK_ROUTE, groups });
}

function commandOf({ type, address }: AddressChange): NetlinkCommand {
  const operation = `${type} address ${describe(address)}`;
  if (type === 'remove') {
    return { type: RTM_DELADDR, payload: removeAddressPayload(address), operation };
  }
  const flags = FlagsNew.CREATE | FlagsNew.EXCL;
  return { type: RTM_NEWADDR, flags, payload: addAddressPayload(address), operation };
}

function linkCommand(operation: NetlinkLinkOperation): NetlinkCommand {
  const text = linkOperationText(operation);
  switch (operation.type) {
    case 'create': {
      const payload = createLinkPayload(operation.link, operation.parent);
      const flags = FlagsNew.CREATE | FlagsNew.EXCL;
      return { type: RTM_NEWLINK, flags, payload, operation: text };
    }
    case 'remove': {
      const payload = removeLinkPayload(operation.ifindex);
      return { type: RTM_DELLINK, payload, operation: text };
    }
    case 'change': {
      const payload = changeLinkPayload(operation.ifindex, operation.changes);
      return { type: RTM_SETLINK, payload, operation: text };
    }
    case 'address': {
      const { ifindex, address, prefixLength } = operation;
      const own = { ifindex, address, prefixLength, scope: 0, noPrefixRoute: false };
      return commandOf({ type: 'add', address: own });
    }
  }
}

function describe({ address, prefixLength, ifindex }: AddressRequest): string {
  return `${address}/${prefixLength} on interface ${ifindex}`;
}
