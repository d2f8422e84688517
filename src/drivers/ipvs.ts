/**
 * The kernel's IPVS table over generic netlink (linux/ip_vs.h): read it, apply operations in batches,
 * set timeouts, run the synchronisation daemons. It decides nothing: what to change is `core/lvs`. It
 * belongs to the network namespace in which it was opened. There are no notifications: whoever wants
 * to notice foreign changes has to read again.
 */
import { OsError } from 'dgram-extensions';
import type { IpFamily } from '../core/base/address.ts';
import { err, ok, type Result } from '../core/base/result.ts';
import * as abi from '../core/lvs/abi.ts';
import type { IpvsDecodeError } from '../core/lvs/address-codec.ts';
import {
  encodeGetDestinations,
  encodeGetService,
  encodeOperation,
  encodeStartDaemon,
  encodeStopDaemon,
  encodeZero,
  FLUSH,
  type IpvsCommand,
} from '../core/lvs/commands.ts';
import {
  decodeInfo,
  decodeTimeouts,
  encodeTimeouts,
  type IpvsInfo,
  type IpvsTimeouts,
} from '../core/lvs/config-codec.ts';
import { decodeDaemon, type SyncDaemon, type SyncDaemonRole } from '../core/lvs/daemon-codec.ts';
import {
  decodeDestination,
  decodeListedDestination,
  type ListedDestination,
} from '../core/lvs/destination-codec.ts';
import type {
  IpvsObservedDestination,
  IpvsOperation,
  IpvsServiceEntry,
  IpvsTable,
} from '../core/lvs/ipvs-table.ts';
import type { ProcTable } from '../core/lvs/proc-table.ts';
import {
  type DecodedService,
  decodeListedService,
  decodeService,
  type ListedService,
} from '../core/lvs/service-codec.ts';
import { endpointKey, type ServiceIdentity, serviceKey } from '../core/model/config.ts';
import type { ReceiveBuffer } from '../core/model/global-options.ts';
import { type Attributes, readNested } from '../core/netlink/attributes.ts';
import { genericAttributes, genericCommand, NETLINK_GENERIC, resolveFamily } from './genetlink.ts';
import { type IpvsUnavailable, loadIpvsModule, unavailable } from './ipvs-module.ts';
import { readProcTable } from './ipvs-proc.ts';
import { describeOperation } from './ipvs-text.ts';
import { KernelError } from './kernel-error.ts';
import type { NetlinkCommand } from './netlink-frames.ts';
import { openNetlinkPort } from './netlink-port.ts';
import { type NetlinkPort, NetlinkSocket, nextTurn } from './netlink-socket.ts';

/** How to open; the defaults are the real kernel. */
export interface IpvsOpenOptions {
  /** Opens the socket; tests give their own. Throws OsError. */
  readonly openPort?: () => NetlinkPort;
  /** Loads the module; why it could not, or undefined. */
  readonly loadModule?: () => Promise<string | undefined>;
  /** Milliseconds to wait for an answer. */
  readonly timeoutMs?: number;
}

/** An operation that the kernel refused. */
export interface IpvsRefusal {
  readonly operation: IpvsOperation;
  readonly error: KernelError;
}

/** What became of a list of operations. */
export interface IpvsApplied {
  readonly applied: number;
  readonly errors: readonly IpvsRefusal[];
}

/** Operations encoded and sent at once; the event loop gets a turn between two such pieces. */
const APPLY_OPERATIONS_MAX = 256;
/** At least so many, however long the kernel takes. */
const APPLY_OPERATIONS_MIN = 8;
/** What the kernel may take for one piece, milliseconds: adding servers takes long when tens of thousands were removed a moment ago. */
const APPLY_MS_MAX = 20;
/** Services whose destinations are read before the event loop gets a turn. */
const DUMP_SERVICES_MAX = 32;
/** What the kernel answers when the family's number is no longer that of IPVS. */
const FAMILY_IS_GONE: ReadonlySet<string> = new Set(['ENOENT', 'EOPNOTSUPP']);

/** The IPVS table of one network namespace. */
export class IpvsKernel {
  readonly #socket: NetlinkSocket;
  #family: number;
  #applyAtOnce = APPLY_OPERATIONS_MAX;

  private constructor(socket: NetlinkSocket, family: number) {
    this.#socket = socket;
    this.#family = family;
  }

  /** Opens the table, loading the module where needed; otherwise says in an operator's words why it can't be used. */
  static async open(options: IpvsOpenOptions = {}): Promise<Result<IpvsKernel, IpvsUnavailable>> {
    const openPort = options.openPort ?? (() => openNetlinkPort({ protocol: NETLINK_GENERIC }));
    const { timeoutMs } = options;
    let port: NetlinkPort;
    try {
      port = openPort();
    } catch (error) {
      if (!(error instanceof OsError)) throw error;
      return err(unavailable(new KernelError('open a netlink socket', error.code), undefined));
    }
    const socket = new NetlinkSocket(port, timeoutMs === undefined ? {} : { timeoutMs });
    let family = await resolveFamily(socket, abi.IPVS_GENL_NAME);
    let trouble: string | undefined;
    if (!family.ok && family.error.errnoName === 'ENOENT') {
      trouble = await (options.loadModule ?? loadIpvsModule)();
      family = await resolveFamily(socket, abi.IPVS_GENL_NAME);
    }
    if (!family.ok) {
      socket.close();
      return err(unavailable(family.error, trouble));
    }
    const kernel = new IpvsKernel(socket, family.value);
    // Anybody may look the family up; every request of it needs CAP_NET_ADMIN.
    const info = await kernel.info();
    if (info.ok) return ok(kernel);
    kernel.close();
    return err(unavailable(info.error, undefined));
  }

  /**
   * Reads the services with their destinations, connections and traffic; only those that `wants` says
   * yes to, all when it is absent. Left out is what no configuration can name (protocols other than TCP,
   * UDP and SCTP). Rejects with KernelError.
   */
  async dumpTable(
    wants: (key: string) => boolean = () => true,
  ): Promise<IpvsTable<IpvsObservedDestination>> {
    const table = new Map<string, IpvsServiceEntry<IpvsObservedDestination>>();
    let count = 0;
    for (const { service, stats } of await this.#dumpServices(decodeService)) {
      const key = serviceKey(service.identity);
      if (!wants(key)) continue;
      if (count++ % DUMP_SERVICES_MAX === DUMP_SERVICES_MAX - 1) await nextTurn();
      const listed = await this.#dumpDestinations(service.identity, decodeDestination);
      const destinations = new Map(
        listed.map((one) => [endpointKey(one.address, one.port), one] as const),
      );
      table.set(key, { service, destinations, stats });
    }
    return table;
  }

  /** All services with their traffic. Rejects with KernelError. */
  services(): Promise<readonly DecodedService[]> {
    return this.#dumpServices(decodeService);
  }

  /** The destinations of a service with their connections and traffic; none when it is not there. Rejects with KernelError. */
  destinations(identity: ServiceIdentity): Promise<readonly IpvsObservedDestination[]> {
    return this.#dumpDestinations(identity, decodeDestination);
  }

  /** What the table looks like, at little cost: one number for each service. */
  look(): Promise<Result<ProcTable, KernelError>> {
    return readProcTable();
  }

  /** All services with their traffic and rates, in the order in which the kernel has them. Rejects with KernelError. */
  listServices(): Promise<readonly ListedService[]> {
    return this.#dumpServices(decodeListedService);
  }

  /** One service with its traffic and rates; ESRCH when it is not there. */
  async listService(identity: ServiceIdentity): Promise<Result<ListedService, KernelError>> {
    const operation = `read IPVS service ${serviceKey(identity)}`;
    const reply = await this.#socket.request(this.#command(encodeGetService(identity), operation));
    if (!reply.ok) return reply;
    const [service] = decodeAll(reply.value, abi.IPVS_CMD_ATTR_SERVICE, decodeListedService);
    return service === undefined ? err(new KernelError(operation, 'EBADMSG')) : ok(service);
  }

  /** The destinations of a service, the last one that was added first; none when it is not there. Rejects with KernelError. */
  listDestinations(identity: ServiceIdentity): Promise<readonly ListedDestination[]> {
    return this.#dumpDestinations(identity, decodeListedDestination);
  }

  /** Gives the receive buffer of its socket another size, undefined the usual one. */
  setReceiveBuffer(size: ReceiveBuffer | undefined): void {
    this.#socket.setReceiveBuffer(size);
  }

  /**
   * Carries out operations in order. Each is its own transaction: a refusal stops none of the others.
   * `onError` hears of each refusal as it comes. The first of them are in the kernel when this returns.
   */
  async apply(
    operations: readonly IpvsOperation[],
    options: { readonly onError?: (refusal: IpvsRefusal) => void } = {},
  ): Promise<IpvsApplied> {
    const errors: IpvsRefusal[] = [];
    let start = 0;
    while (start < operations.length) {
      if (start > 0) await nextTurn();
      const piece = operations.slice(start, start + this.#applyAtOnce);
      start += piece.length;
      const began = performance.now();
      const results = await this.#socket.execute(
        piece.map((operation) =>
          this.#command(encodeOperation(operation), describeOperation(operation)),
        ),
      );
      this.#applyAtOnce = nextPiece(piece.length, performance.now() - began, this.#applyAtOnce);
      for (const [index, operation] of piece.entries()) {
        const error = results[index];
        if (error === undefined) continue;
        errors.push({ operation, error });
        options.onError?.({ operation, error });
      }
    }
    return { applied: operations.length - errors.length, errors };
  }

  /** Sets the timeouts that are given, in seconds; 0 leaves the kernel's. */
  setTimeouts(timeouts: Partial<IpvsTimeouts>): Promise<KernelError | undefined> {
    const attributes = encodeTimeouts(timeouts);
    return this.#execute({ command: abi.IPVS_CMD_SET_CONFIG, attributes }, 'set IPVS timeouts');
  }

  /** Reads the timeouts, in seconds. */
  async timeouts(): Promise<Result<IpvsTimeouts, KernelError>> {
    const reply = await this.#get(abi.IPVS_CMD_GET_CONFIG, 'read IPVS timeouts');
    return reply.ok ? ok(decodeTimeouts(reply.value)) : reply;
  }

  /** Reads the module's version and the size of its connection table. */
  async info(): Promise<Result<IpvsInfo, KernelError>> {
    const reply = await this.#get(abi.IPVS_CMD_GET_INFO, 'read IPVS version');
    return reply.ok ? ok(decodeInfo(reply.value)) : reply;
  }

  /** Sets the counters of a service and its destinations to 0, or all counters. */
  zero(identity?: ServiceIdentity): Promise<KernelError | undefined> {
    return this.#execute(encodeZero(identity), 'zero IPVS counters');
  }

  /** Removes all services. */
  flush(): Promise<KernelError | undefined> {
    return this.#execute(FLUSH, 'clear the IPVS table');
  }

  /** Starts one half of the connection synchronisation; EEXIST when it runs. */
  startDaemon(daemon: SyncDaemon): Promise<KernelError | undefined> {
    return this.#execute(encodeStartDaemon(daemon), `start IPVS sync daemon ${daemon.role}`);
  }

  /** Stops one half of the connection synchronisation; ESRCH when it does not run. */
  async stopDaemon(role: SyncDaemonRole): Promise<KernelError | undefined> {
    const error = await this.#execute(encodeStopDaemon(role), `stop IPVS sync daemon ${role}`);
    if (error?.errnoName !== 'ETIMEDOUT') return error;
    // A daemon whose thread has not run yet is stopped, but the kernel sends no answer.
    const running = await this.daemons();
    const isGone = running.ok && running.value.every((daemon) => daemon.role !== role);
    return isGone ? undefined : error;
  }

  /** The synchronisation daemons that run. */
  async daemons(): Promise<Result<readonly SyncDaemon[], KernelError>> {
    const command = { command: abi.IPVS_CMD_GET_DAEMON, attributes: new Uint8Array(0) };
    const reply = await this.#socket.dump(this.#command(command, 'read IPVS sync daemons'));
    if (!reply.ok) return reply;
    const daemons = reply.value
      .map((payload) => nested(payload, abi.IPVS_CMD_ATTR_DAEMON))
      .map((attributes) => (attributes === undefined ? undefined : decodeDaemon(attributes)));
    return ok(daemons.filter((daemon) => daemon !== undefined));
  }

  /** Closes the socket; open requests end with ECANCELED. The table stays as it is. */
  close(): void {
    this.#socket.close();
  }

  async #dumpServices<Service>(decode: Decode<Service>): Promise<readonly Service[]> {
    let reply = await this.#dumpServicesOnce();
    if (!reply.ok && FAMILY_IS_GONE.has(reply.error.errnoName)) {
      // The module was unloaded and loaded again: its family has another number now.
      const family = await resolveFamily(this.#socket, abi.IPVS_GENL_NAME);
      if (!family.ok) throw family.error;
      this.#family = family.value;
      reply = await this.#dumpServicesOnce();
    }
    if (!reply.ok) throw reply.error;
    return decodeAll(reply.value, abi.IPVS_CMD_ATTR_SERVICE, decode);
  }

  #dumpServicesOnce(): Promise<Result<readonly Uint8Array[], KernelError>> {
    const command = { command: abi.IPVS_CMD_GET_SERVICE, attributes: new Uint8Array(0) };
    return this.#socket.dump(this.#command(command, 'read IPVS services'));
  }

  async #dumpDestinations<Destination>(
    identity: ServiceIdentity,
    decode: (attributes: Attributes, family: IpFamily) => DecodeResult<Destination>,
  ): Promise<readonly Destination[]> {
    const operation = `read IPVS destinations of ${serviceKey(identity)}`;
    const reply = await this.#socket.dump(
      this.#command(encodeGetDestinations(identity), operation),
    );
    if (!reply.ok) throw reply.error;
    return decodeAll(reply.value, abi.IPVS_CMD_ATTR_DEST, (attributes) =>
      decode(attributes, identity.family),
    );
  }

  async #get(command: number, operation: string): Promise<Result<Attributes, KernelError>> {
    const request = this.#command({ command, attributes: new Uint8Array(0) }, operation);
    const reply = await this.#socket.request(request);
    if (!reply.ok) return reply;
    const decoded = genericAttributes(reply.value[0] ?? new Uint8Array(0));
    return ok(decoded.ok ? decoded.value : new Map());
  }

  async #execute(command: IpvsCommand, operation: string): Promise<KernelError | undefined> {
    const [error] = await this.#socket.execute([this.#command(command, operation)]);
    return error;
  }

  #command({ command, attributes }: IpvsCommand, operation: string): NetlinkCommand {
    const family = this.#family;
    return genericCommand({
      family,
      command,
      version: abi.IPVS_GENL_VERSION,
      attributes,
      operation,
    });
  }
}

/** How many operations the next piece has, after one of this length that took so long. */
function nextPiece(length: number, ms: number, before: number): number {
  if (ms > APPLY_MS_MAX) return Math.max(APPLY_OPERATIONS_MIN, Math.floor(length / 2));
  return ms < APPLY_MS_MAX / 4 ? Math.min(APPLY_OPERATIONS_MAX, before * 2) : before;
}

type DecodeResult<Item> = Result<Item, IpvsDecodeError>;

type Decode<Item> = (attributes: Attributes) => DecodeResult<Item>;

/** The blocks `type` of all answers; what is none of ours to understand is left out. */
function decodeAll<Item>(
  payloads: readonly Uint8Array[],
  type: number,
  decode: Decode<Item>,
): readonly Item[] {
  const items: Item[] = [];
  for (const payload of payloads) {
    const attributes = nested(payload, type);
    const decoded = attributes === undefined ? undefined : decode(attributes);
    if (decoded?.ok === true) items.push(decoded.value);
  }
  return items;
}

/** The attributes in the block `type` of an answer; undefined when the answer is not whole. */
function nested(payload: Uint8Array, type: number): Attributes | undefined {
  const outer = genericAttributes(payload);
  if (!outer.ok || !outer.value.has(type)) return undefined;
  const inner = readNested(outer.value, type);
  return inner.ok ? inner.value : undefined;
}
