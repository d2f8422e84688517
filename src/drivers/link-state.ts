/**
 * Whether an interface has a link, asked from its driver by the generic netlink family `ethtool`
 * (linux/ethtool_netlink.h, kernel 5.6): the same answer as the ETHTOOL_GLINK of older programs, which drivers take from
 * the PHY. Its socket belongs to the network namespace of the caller.
 */
import { OsError } from 'dgram-extensions';
import { AttributeWriter } from '../core/netlink/attributes.ts';
import { genericAttributes, genericCommand, NETLINK_GENERIC, resolveFamily } from './genetlink.ts';
import { KernelError } from './kernel-error.ts';
import { openNetlinkPort } from './netlink-port.ts';
import { type NetlinkPort, NetlinkSocket } from './netlink-socket.ts';

const FAMILY = 'ethtool';
const VERSION = 1;
const MSG_LINKSTATE_GET = 6;
const LINKSTATE_HEADER = 1;
const LINKSTATE_LINK = 2;
const HEADER_DEV_NAME = 2;

/** Asks for links; the socket is opened with the first question. */
export class LinkStateKernel {
  readonly #openPort: () => NetlinkPort;
  #socket: NetlinkSocket | undefined;
  #family: number | undefined;

  constructor(openPort: () => NetlinkPort = () => openNetlinkPort({ protocol: NETLINK_GENERIC })) {
    this.#openPort = openPort;
  }

  /** Whether the interface has a link; undefined where its driver does not tell. Rejects with KernelError. */
  async ask(name: string): Promise<boolean | undefined> {
    const socket = this.#open();
    this.#family ??= await familyOf(socket);
    const attributes = new AttributeWriter()
      .nest(LINKSTATE_HEADER, (header) => header.string(HEADER_DEV_NAME, name))
      .finish();
    const reply = await socket.request(
      genericCommand({
        family: this.#family,
        command: MSG_LINKSTATE_GET,
        version: VERSION,
        attributes,
        operation: `ask ${name} for its link`,
      }),
    );
    if (!reply.ok) throw reply.error;
    const [payload] = reply.value;
    const decoded = payload && genericAttributes(payload);
    const link = decoded?.ok === true ? decoded.value.get(LINKSTATE_LINK) : undefined;
    return link === undefined ? undefined : link[0] === 1;
  }

  /** Closes the socket; a question that is open ends with ECANCELED. */
  close(): void {
    this.#socket?.close();
  }

  #open(): NetlinkSocket {
    try {
      this.#socket ??= new NetlinkSocket(this.#openPort());
      return this.#socket;
    } catch (error) {
      if (!(error instanceof OsError)) throw error;
      throw new KernelError('open a netlink socket', error.code);
    }
  }
}

async function familyOf(socket: NetlinkSocket): Promise<number> {
  const family = await resolveFamily(socket, FAMILY);
  if (!family.ok) throw family.error;
  return family.value;
}
