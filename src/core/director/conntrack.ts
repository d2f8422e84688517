/** Connection tracking where IPVS works with it: its size, its time-outs, and what it makes of half a conversation. */
import { isFullNat } from '../firewall/full-nat/wish.ts';
import { type Director, type Served, served, serverName } from './director.ts';
import { type Finding, settings } from './finding.ts';
import { withIpvs } from './forwarding.ts';

/** Ports that one source address has for one server: source translation takes all from 1024 on. */
const PORTS_OF_SOURCE = 65_536 - 1_024;
/** Beyond this share of the table new connections are about to be refused. */
const FULL_SHARE = 0.8;
/** IPVS forgets an idle TCP connection after this time, unless it is told another. */
const IPVS_TCP_S = 900;

const MAX = 'net/netfilter/nf_conntrack_max';
const COUNT = 'net/netfilter/nf_conntrack_count';
const ESTABLISHED = 'net/netfilter/nf_conntrack_tcp_timeout_established';
const LOOSE = 'net/netfilter/nf_conntrack_tcp_loose';
const VS_CONNTRACK = 'net/ipv4/vs/conntrack';

/** Of Full-NAT, and of NAT with `net.ipv4.vs.conntrack`. */
export function judgeConntrack(director: Director): readonly Finding[] {
  const { host, config } = director;
  const all = served(director);
  const full = all.filter(({ server }) => isFullNat(server));
  const isOn = host.setting(VS_CONNTRACK) === '1' || config.global.switchesConntrack;
  const masqueraded = isOn ? all.filter(({ server }) => server.forwarding.method === 'NAT') : full;
  return [
    ...(full.length === 0 ? [] : judgeSize(director, full)),
    ...(full.length === 0 ? [] : judgeTimeout(director, full)),
    ...(masqueraded.length === 0 ? [] : judgeLoose(director, masqueraded)),
    ...(full.length > 0 || !isOn ? [] : judgeNeedless(director, all)),
  ];
}

function judgeSize(director: Director, full: readonly Served[]): readonly Finding[] {
  const { host } = director;
  const [max, count] = [Number(host.setting(MAX) ?? NaN), Number(host.setting(COUNT) ?? NaN)];
  const finding = { subject: 'net.netfilter.nf_conntrack_max', about: names(director, full) };
  if (Number.isNaN(max)) {
    const text = 'nf_conntrack is not loaded, so its size could not be looked at';
    return [{ ...finding, verdict: 'unsure', text }];
  }
  const mend = settings({ [MAX]: Math.max(262_144, max * 2) });
  if (count > max * FULL_SHARE) {
    const text = `${count} of ${max} entries of connection tracking are in use: when it is full, new connections of Full-NAT are dropped`;
    return [{ ...finding, verdict: 'wrong', text, mend }];
  }
  if (max < PORTS_OF_SOURCE) {
    const text = `net.netfilter.nf_conntrack_max is ${max}: it is full before the ${PORTS_OF_SOURCE} ports are in use that one source address of Full-NAT has for each server`;
    return [{ ...finding, verdict: 'note', text, mend }];
  }
  const text = `net.netfilter.nf_conntrack_max is ${max}; one source address of Full-NAT has ${PORTS_OF_SOURCE} ports for each server`;
  return [{ ...finding, verdict: 'met', text }];
}

function judgeTimeout(director: Director, full: readonly Served[]): readonly Finding[] {
  const { host, config } = director;
  const seconds = Number(host.setting(ESTABLISHED) ?? NaN);
  const wanted = config.global.lvsTimeouts?.tcp ?? IPVS_TCP_S;
  if (Number.isNaN(seconds) || seconds <= wanted * 2) return [];
  return [
    {
      subject: 'net.netfilter.nf_conntrack_tcp_timeout_established',
      verdict: 'note',
      text: `net.netfilter.nf_conntrack_tcp_timeout_established is ${seconds}: entries of connections that IPVS forgot after ${wanted} s hold ports of Full-NAT that long`,
      about: names(director, full),
      mend: settings({ [ESTABLISHED]: wanted }),
    },
  ];
}

function judgeLoose(director: Director, masqueraded: readonly Served[]): readonly Finding[] {
  const { config, host } = director;
  const moves = config.vrrpInstances.length > 0 && config.global.ipvs?.syncDaemon !== undefined;
  if (!moves || host.setting(LOOSE) !== '0') return [];
  return [
    {
      subject: 'net.netfilter.nf_conntrack_tcp_loose',
      verdict: 'wrong',
      text: 'net.netfilter.nf_conntrack_tcp_loose is 0: a takeover ends the open connections, because connection tracking does not take them up in the middle',
      about: names(director, masqueraded),
      mend: settings({ [LOOSE]: 1 }),
    },
  ];
}

function judgeNeedless(director: Director, all: readonly Served[]): readonly Finding[] {
  const half = all.filter(({ server }) => server.forwarding.method !== 'NAT');
  if (half.length === 0) return [];
  return [
    {
      subject: 'net.ipv4.vs.conntrack',
      verdict: 'note',
      text: 'net.ipv4.vs.conntrack is 1, and answers of direct routing and tunnels do not pass this host: to a stateful firewall all packets but the first are invalid',
      about: names(director, half),
      mend: withIpvs(director, settings({ [VS_CONNTRACK]: 0 })),
    },
  ];
}

function names(director: Director, all: readonly Served[]) {
  return all.map((one) => serverName(director, one));
}
