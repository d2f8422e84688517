/**
 * The IPVS family of the fake kernel. It keeps what it is sent as raw attributes and answers with them,
 * in the kernel's order and with what the kernel adds; refusals are those measured on Linux 6.1.
 */
import { toHex } from '../../src/core/base/bytes.ts';
import * as abi from '../../src/core/lvs/abi.ts';
import { type Attributes, AttributeWriter, hostU32 } from '../../src/core/netlink/attributes.ts';
import { attributesAt, type FakeAnswer, type FakeFamily, type FakeRequest } from './fake-kernel.ts';

const GENL_HEADER = 4;
const GENL_ID_CTRL = 16;
const CTRL_CMD_GETFAMILY = 3;
const EPERM = 1;
const ENOENT = 2;
const ESRCH = 3;
const EEXIST = 17;
const EINVAL = 22;
const ERANGE = 34;
const EOPNOTSUPP = 95;
const HASHED = 2;
const TUNNEL = 2;

const SCHEDULERS = new Set(['rr', 'wrr', 'lc', 'wlc', 'sh', 'mh', 'sed', 'nq', 'fo', 'ovf']);
const SERVICE_NEEDS = [
  abi.IPVS_SVC_ATTR_SCHED_NAME,
  abi.IPVS_SVC_ATTR_FLAGS,
  abi.IPVS_SVC_ATTR_TIMEOUT,
  abi.IPVS_SVC_ATTR_NETMASK,
];
const DESTINATION_NEEDS = [
  abi.IPVS_DEST_ATTR_FWD_METHOD,
  abi.IPVS_DEST_ATTR_WEIGHT,
  abi.IPVS_DEST_ATTR_U_THRESH,
  abi.IPVS_DEST_ATTR_L_THRESH,
];

type Block = Map<number, Uint8Array>;

interface Service {
  block: Block;
  /** Newest first, as the kernel lists them. */
  destinations: Map<string, Block>;
}

/** The table and what a test may change about it. */
export class FakeIpvs {
  /** Number of the family; another one after the module was loaded anew. */
  family = 0x20;
  hasPermission = true;
  readonly services = new Map<string, Service>();
  /** TCP, TCP after FIN, UDP. */
  timeouts: [number, number, number] = [900, 120, 300];
  readonly daemons = new Map<number, Block>();
  /** Commands in the order in which they were carried out. */
  readonly commands: number[] = [];

  readonly handle: FakeFamily = (request) => {
    if (request.type === GENL_ID_CTRL) return this.#control(request);
    return request.type === this.family ? this.#command(request) : undefined;
  };

  #control({ payload }: FakeRequest): FakeAnswer {
    const name = attributesAt(payload, GENL_HEADER).get(2) ?? new Uint8Array(0);
    const isOurs = new TextDecoder().decode(name) === 'IPVS\0';
    if (payload[0] !== CTRL_CMD_GETFAMILY || !isOurs) return { errno: ENOENT };
    const writer = new AttributeWriter().raw(Uint8Array.of(1, 2, 0, 0));
    writer.u16(1, this.family).string(2, 'IPVS').u32(3, 1);
    return { type: GENL_ID_CTRL, data: [writer.finish()] };
  }

  #command({ payload, isDump }: FakeRequest): FakeAnswer {
    if (!this.hasPermission) return { errno: EPERM };
    const command = payload[0] ?? 0;
    const top = attributesAt(payload, GENL_HEADER);
    this.commands.push(command);
    const service = nested(top, abi.IPVS_CMD_ATTR_SERVICE);
    const destination = nested(top, abi.IPVS_CMD_ATTR_DEST);
    switch (command) {
      case abi.IPVS_CMD_NEW_SERVICE:
      case abi.IPVS_CMD_SET_SERVICE:
        return this.#putService(command, service);
      case abi.IPVS_CMD_DEL_SERVICE:
        return { errno: this.services.delete(identity(service)) ? 0 : ESRCH };
      case abi.IPVS_CMD_GET_SERVICE:
        return this.#getServices(isDump ? undefined : service);
      case abi.IPVS_CMD_GET_DEST:
        return isDump ? this.#getDestinations(service) : { errno: EOPNOTSUPP };
      case abi.IPVS_CMD_NEW_DEST:
      case abi.IPVS_CMD_SET_DEST:
      case abi.IPVS_CMD_DEL_DEST:
        return { errno: this.#changeDestination(command, service, destination) };
      default:
        return this.#rest(command, top, service);
    }
  }

  #rest(command: number, top: Attributes, service: Block): FakeAnswer {
    const daemon = nested(top, abi.IPVS_CMD_ATTR_DAEMON);
    const state = hostU32(daemon.get(abi.IPVS_DAEMON_ATTR_STATE) ?? new Uint8Array(0));
    switch (command) {
      case abi.IPVS_CMD_ZERO:
        return { errno: service.size === 0 || this.services.has(identity(service)) ? 0 : ESRCH };
      case abi.IPVS_CMD_SET_CONFIG:
        this.timeouts = [4, 5, 6].map((type, index) => {
          const given = top.get(type);
          const value = given === undefined ? 0 : hostU32(given);
          return value === 0 ? (this.timeouts[index] ?? 0) : value;
        }) as [number, number, number];
        return {};
      case abi.IPVS_CMD_GET_CONFIG: {
        const writer = reply(abi.IPVS_CMD_SET_CONFIG);
        for (const [index, value] of this.timeouts.entries()) writer.u32(4 + index, value);
        return this.#data(writer);
      }
      case abi.IPVS_CMD_GET_INFO:
        return this.#data(reply(abi.IPVS_CMD_SET_INFO).u32(1, 0x010201).u32(2, 4096));
      case abi.IPVS_CMD_NEW_DAEMON:
        if (this.daemons.has(state)) return { errno: EEXIST };
        this.daemons.set(state, daemon);
        return {};
      case abi.IPVS_CMD_DEL_DAEMON:
        return { errno: this.daemons.delete(state) ? 0 : ESRCH };
      case abi.IPVS_CMD_GET_DAEMON:
        return this.#data(
          ...[...this.daemons.values()].map((block) =>
            reply(abi.IPVS_CMD_NEW_DAEMON).nest(abi.IPVS_CMD_ATTR_DAEMON, writeBlock(block)),
          ),
        );
      default:
        return { errno: EOPNOTSUPP };
    }
  }

  #putService(command: number, block: Block): FakeAnswer {
    const key = identity(block);
    const present = this.services.get(key);
    if (command === abi.IPVS_CMD_SET_SERVICE && present === undefined) return { errno: ESRCH };
    if (SERVICE_NEEDS.some((type) => !block.has(type))) return { errno: EINVAL };
    const isIpv6 = block.get(abi.IPVS_SVC_ATTR_AF)?.[0] === abi.AF_INET6;
    const prefix = hostU32(block.get(abi.IPVS_SVC_ATTR_NETMASK) ?? new Uint8Array(0));
    if (isIpv6 && (prefix < 1 || prefix > 128)) return { errno: EINVAL };
    const scheduler = new TextDecoder().decode(block.get(abi.IPVS_SVC_ATTR_SCHED_NAME));
    if (!scheduler.endsWith('\0')) {
      return { errno: EINVAL, text: 'Attribute failed policy validation' };
    }
    if (!SCHEDULERS.has(scheduler.slice(0, -1))) return { errno: ENOENT };
    if (command === abi.IPVS_CMD_NEW_SERVICE && present !== undefined) return { errno: EEXIST };
    this.services.set(key, {
      block: withFlags(block, present?.block),
      destinations: present?.destinations ?? new Map(),
    });
    return {};
  }

  #getServices(only: Block | undefined): FakeAnswer {
    const services = only === undefined ? [...this.services.values()] : [];
    if (only !== undefined) {
      const one = this.services.get(identity(only));
      if (one === undefined) return { errno: ESRCH };
      services.push(one);
    }
    return this.#data(
      ...services.map(({ block }) =>
        reply(abi.IPVS_CMD_NEW_SERVICE).nest(abi.IPVS_CMD_ATTR_SERVICE, writeBlock(block)),
      ),
    );
  }

  /** An absent service has an empty list, not an error. */
  #getDestinations(service: Block): FakeAnswer {
    const destinations = this.services.get(identity(service))?.destinations ?? new Map();
    return this.#data(
      ...[...destinations.values()].map((block: Block) => {
        const whole = new Map(block);
        for (const type of [
          abi.IPVS_DEST_ATTR_ACTIVE_CONNS,
          abi.IPVS_DEST_ATTR_INACT_CONNS,
          abi.IPVS_DEST_ATTR_PERSIST_CONNS,
        ]) {
          whole.set(type, new Uint8Array(4));
        }
        return reply(abi.IPVS_CMD_NEW_DEST).nest(abi.IPVS_CMD_ATTR_DEST, writeBlock(whole));
      }),
    );
  }

  #changeDestination(command: number, service: Block, block: Block): number {
    const parent = this.services.get(identity(service));
    if (parent === undefined) return ESRCH;
    const address = toHex(block.get(abi.IPVS_DEST_ATTR_ADDR) ?? new Uint8Array(0));
    const key = `${address} ${toHex(block.get(abi.IPVS_DEST_ATTR_PORT) ?? new Uint8Array(0))}`;
    const isPresent = parent.destinations.has(key);
    if (command === abi.IPVS_CMD_DEL_DEST) {
      return parent.destinations.delete(key) ? 0 : ENOENT;
    }
    const errno = destinationErrno(service, block);
    if (errno !== 0) return errno;
    if (command === abi.IPVS_CMD_NEW_DEST) {
      if (isPresent) return EEXIST;
      parent.destinations = new Map([[key, block], ...parent.destinations]);
      return 0;
    }
    if (!isPresent) return ENOENT;
    parent.destinations.set(key, block);
    return 0;
  }

  #data(...writers: readonly AttributeWriter[]): FakeAnswer {
    return { type: this.family, data: writers.map((writer) => writer.finish()) };
  }
}

function destinationErrno(service: Block, block: Block): number {
  if (DESTINATION_NEEDS.some((type) => !block.has(type))) return EINVAL;
  const number = (type: number): number => hostU32(block.get(type) ?? new Uint8Array(0));
  if (number(abi.IPVS_DEST_ATTR_WEIGHT) > abi.WEIGHT_MAX) return ERANGE;
  const lower = number(abi.IPVS_DEST_ATTR_L_THRESH);
  if (lower > number(abi.IPVS_DEST_ATTR_U_THRESH)) return ERANGE;
  const family = block.get(abi.IPVS_DEST_ATTR_ADDR_FAMILY)?.[0];
  const isMixed = family !== service.get(abi.IPVS_SVC_ATTR_AF)?.[0];
  return isMixed && number(abi.IPVS_DEST_ATTR_FWD_METHOD) !== TUNNEL ? EINVAL : 0;
}

/** {flags, mask}: the new value replaces the masked bits of the old one; HASHED is the kernel's own. */
function withFlags(block: Block, old: Block | undefined): Block {
  const given = block.get(abi.IPVS_SVC_ATTR_FLAGS) ?? new Uint8Array(8);
  const mask = hostU32(given, 4);
  const before = hostU32(old?.get(abi.IPVS_SVC_ATTR_FLAGS) ?? new Uint8Array(8));
  const flags = (before & ~mask) | (hostU32(given) & mask) | HASHED;
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, flags >>> 0, true);
  view.setUint32(4, 0xffff_ffff, true);
  return new Map(block).set(abi.IPVS_SVC_ATTR_FLAGS, bytes);
}

/** What names a service: family and mark, or family, protocol, address and port. */
function identity(block: Block): string {
  const mark = block.get(abi.IPVS_SVC_ATTR_FWMARK);
  const types = mark === undefined ? [1, 2, 3, 4] : [1, 5];
  return types.map((type) => toHex(block.get(type) ?? new Uint8Array(0))).join(' ');
}

function nested(top: Attributes, type: number): Block {
  const bytes = top.get(type);
  return new Map(bytes === undefined ? [] : attributesAt(bytes, 0));
}

function reply(command: number): AttributeWriter {
  return new AttributeWriter().raw(Uint8Array.of(command, 1, 0, 0));
}

function writeBlock(block: Block): (writer: AttributeWriter) => void {
  return (writer) => {
    for (const [type, bytes] of block) writer.bytes(type, bytes);
  };
}
