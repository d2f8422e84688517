/** Full-NAT in iptables: a line for each server of a service, which matches the destination that the client asked for and the one that IPVS gave it. */
import { type IpAddress, maxPrefixLength, parseIp } from '../../base/address.ts';
import type { AddressRange } from '../../base/address-range.ts';
import type { ServiceIdentity, ServiceProtocol } from '../../model/config.ts';
import type { ChainContent } from '../chain-writer.ts';
import type { IptablesFamily } from '../iptables-chains.ts';
import { type FullNatWish, type Translation, translationKey } from './wish.ts';

const OWN = 'tandem-fnat';
const PARENT = 'POSTROUTING';

/** What stands in the chain. */
export const FULL_NAT_CHAIN: ChainContent<FullNatWish> = {
  link: { parent: PARENT, own: OWN },
  linesOf: (family, { translations }) =>
    translations.filter((one) => one.family === family).map(lineOf),
  itemOf: (family, line) => {
    const translation = translationOf(family, line);
    return translation === undefined ? undefined : translationKey(translation);
  },
};

function lineOf({ family, service, server, port, source }: Translation): string {
  const length = maxPrefixLength(family);
  return `-A ${OWN} -d ${server}/${length} ${matchOf(service, server, port)} -j ${targetOf(source)}`;
}

function matchOf(service: ServiceIdentity, server: IpAddress, port: number): string {
  if (service.kind === 'fwmark') {
    // What was sent to the server itself, with the same mark, did not come by way of IPVS.
    return `-m mark --mark 0x${service.mark.toString(16)} -m conntrack ! --ctorigdst ${server}`;
  }
  const protocol = service.protocol.toLowerCase();
  const asked = `-m conntrack --ctorigdst ${service.address}`;
  if (service.port === 0) return `-p ${protocol} ${asked}`;
  return `-p ${protocol} -m ${protocol} --dport ${port} ${asked} --ctorigdstport ${service.port}`;
}

function targetOf(source: AddressRange | undefined): string {
  if (source === undefined) return 'MASQUERADE';
  const { first, last } = source;
  return `SNAT --to-source ${first === last ? first : `${first}-${last}`}`;
}

function translationOf(family: IptablesFamily, line: string): Translation | undefined {
  const word = (option: string): string | undefined =>
    new RegExp(` ${option} (\\S+)`).exec(line)?.[1];
  const server = parseIp((word('-d') ?? '').replace(/\/\d+$/, ''));
  if (server === undefined) return undefined;
  const mark = word('--mark');
  if (mark !== undefined) {
    const service = { kind: 'fwmark', family, mark: Number(mark) } as const;
    return { family, service, server, port: 0 };
  }
  const address = parseIp(word('--ctorigdst') ?? '');
  const protocol = PROTOCOLS[word('-p') ?? ''];
  if (address === undefined || protocol === undefined) return undefined;
  const asked = Number(word('--ctorigdstport') ?? 0);
  const service = { kind: 'address', family, protocol, address, port: asked } as const;
  return { family, service, server, port: Number(word('--dport') ?? 0) };
}

const PROTOCOLS: Readonly<Record<string, ServiceProtocol>> = {
  tcp: 'TCP',
  udp: 'UDP',
  sctp: 'SCTP',
};
