/** Packets that grow on their way through a tunnel. */
import { ipFamily } from '../base/address.ts';
import type { ForwardingConfig } from '../model/config.ts';
import { virtualAddresses } from '../model/virtual-addresses.ts';
import {
  type Director,
  deviceOf,
  deviceTowards,
  type Served,
  served,
  serverName,
} from './director.ts';
import { type Finding, settings } from './finding.ts';
import { withIpvs } from './forwarding.ts';

/** Bytes behind the outer header of IP, as measured. */
const BEHIND_IP: Readonly<Record<'ipip' | 'gue' | 'gre', number>> = { ipip: 0, gue: 12, gre: 4 };
const IP_HEADER = { ipv4: 20, ipv6: 40 } as const;
const PMTU = 'net/ipv4/vs/pmtu_disc';

/** Whether requests fit, for each pair of devices once. */
export function judgeTunnels(director: Director): readonly Finding[] {
  const tight = new Map<string, Served[]>();
  for (const one of served(director)) {
    const room = roomOf(director, one);
    if (room === undefined) continue;
    const known = tight.get(room);
    if (known === undefined) tight.set(room, [one]);
    else known.push(one);
  }
  const isAsked = (director.host.setting(PMTU) ?? '1') !== '0';
  return [...tight].map(([room, all]): Finding => {
    const about = all.map((one) => serverName(director, one));
    const subject = 'MTU of tunnels';
    if (!isAsked) {
      const text = `${room}: longer ones are sent in fragments (net.ipv4.vs.pmtu_disc is 0)`;
      return { subject, verdict: 'met', text, about };
    }
    return {
      subject,
      verdict: 'note',
      text: `${room}: clients are told to send less (ICMP), and where that does not reach them uploads hang. A larger MTU towards the servers, advmss on their routes, or the command below helps`,
      about,
      mend: withIpvs(director, settings({ [PMTU]: 0 })),
    };
  });
}

/** What fits of what arrives, in words; undefined when all of it does, or the devices are not known. */
function roomOf(director: Director, { virtualServer, server }: Served): string | undefined {
  const { forwarding, address } = server;
  if (forwarding.method !== 'TUN') return undefined;
  const [virtual] = virtualAddresses(virtualServer);
  const [from, to] = [
    virtual === undefined ? undefined : deviceOf(director, virtual),
    deviceTowards(director.host, address),
  ];
  const arriving = from === undefined ? undefined : director.host.mtu(from);
  const leaving = to === undefined ? undefined : director.host.mtu(to);
  if (arriving === undefined || leaving === undefined) return undefined;
  const room = leaving - overhead(forwarding, ipFamily(address));
  if (room >= arriving) return undefined;
  return `requests of up to ${arriving} bytes come by ${from}, and ${room} bytes fit into a packet by ${to}`;
}

function overhead(
  { tunnel }: Extract<ForwardingConfig, { readonly method: 'TUN' }>,
  family: 'ipv4' | 'ipv6',
): number {
  return IP_HEADER[family] + BEHIND_IP[tunnel];
}
