/** Marks in iptables, where a kernel lacks nftables: a line for each range of addresses. keepalived has no such rules. */
import { type IpFamily, ipFamily, maxPrefixLength, parseIp } from '../../base/address.ts';
import type { ServiceProtocol } from '../../model/config.ts';
import type { ChainContent } from '../chain-writer.ts';
import { itemText, type MarkedPackets, type MarksWish } from './wish.ts';

const OWN = 'tandem-marks';
const PARENT = 'INPUT';

/** What stands in the chain. */
export const MARKS_CHAIN: ChainContent<MarksWish> = {
  link: { parent: PARENT, own: OWN },
  linesOf: (family, { packets }) =>
    // A mark is set again by a later line: those with a port come last.
    [...packets]
      .filter((one) => one.family === family)
      .sort((a, b) => Number(a.port !== 0) - Number(b.port !== 0))
      .map(lineOf),
  itemOf: (_family, line) => {
    const packets = packetsOf(line);
    return packets === undefined ? undefined : itemText(packets);
  },
};

function lineOf({ family, protocol, range: { first, last }, port, mark }: MarkedPackets): string {
  const word = protocol.toLowerCase();
  const ports = port === 0 ? '' : ` -m ${word} --dport ${port}`;
  const one = first === last ? ` -d ${first}/${maxPrefixLength(family)}` : '';
  const many = first === last ? '' : ` -m iprange --dst-range ${first}-${last}`;
  return `-A ${OWN}${one} -p ${word}${many}${ports} -j MARK --set-xmark 0x${mark.toString(16)}/0xffffffff`;
}

function packetsOf(line: string): MarkedPackets | undefined {
  const word = (option: string): string | undefined =>
    new RegExp(` ${option} (\\S+)`).exec(line)?.[1];
  const single = word('-d')?.replace(/\/\d+$/, '');
  const [from = '', to = ''] = word('--dst-range')?.split('-') ?? [single, single];
  const [first, last] = [parseIp(from), parseIp(to)];
  const protocol = PROTOCOLS[word('-p') ?? ''];
  const mark = Number(word('--set-xmark')?.split('/')[0]);
  if (first === undefined || last === undefined || protocol === undefined) return undefined;
  const family: IpFamily = ipFamily(first);
  return { family, protocol, range: { first, last }, port: Number(word('--dport') ?? 0), mark };
}

const PROTOCOLS: Readonly<Record<string, ServiceProtocol>> = {
  tcp: 'TCP',
  udp: 'UDP',
  sctp: 'SCTP',
};
