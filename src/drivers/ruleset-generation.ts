/**
 * The generation of the rules of nftables (linux/netfilter/nf_tables.h, NFT_MSG_GETGEN): a number that grows with each transaction of anybody in this
 * network namespace. Asking for it is the cheapest way to see that nothing has changed.
 */
import { readAttributes } from '../core/netlink/attributes.ts';
import { openNetlinkPort } from './netlink-port.ts';
import { type NetlinkPort, NetlinkSocket } from './netlink-socket.ts';

const NETLINK_NETFILTER = 12;
/** NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN. */
const GET_GENERATION = (10 << 8) | 16;
/** Length of struct nfgenmsg: family, version, resource; all 0 here. */
const HEADER_LENGTH = 4;
/** NFTA_GEN_ID. */
const GENERATION_ID = 1;

/**
 * The number now; undefined where it cannot be had: no such kernel, no right, no answer. Never rejects. The socket is open for the question only:
 * nothing of it holds up the end of the process.
 *
 * @param open tests give their own port
 */
export async function rulesetGeneration(
  open: () => NetlinkPort = () => openNetlinkPort({ protocol: NETLINK_NETFILTER }),
): Promise<number | undefined> {
  let socket: NetlinkSocket;
  try {
    socket = new NetlinkSocket(open());
  } catch {
    return undefined;
  }
  const reply = await socket.request({
    type: GET_GENERATION,
    payload: new Uint8Array(HEADER_LENGTH),
    operation: 'read the generation of the rules',
  });
  socket.close();
  const [payload] = reply.ok ? reply.value : [];
  const attributes =
    payload === undefined ? undefined : readAttributes(payload.subarray(HEADER_LENGTH));
  const id = attributes?.ok === true ? attributes.value.get(GENERATION_ID) : undefined;
  if (id === undefined || id.length < 4) return undefined;
  return new DataView(id.buffer, id.byteOffset, id.length).getUint32(0);
}
