/**
 * Virtual servers for a comparison of tables: each is a configuration of its own, with an address, a port and servers that nobody shares, so that all
 * of them go through one script of events at the same time.
 */

/** A configuration, before and after a reload. */
export interface TableCase {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  /** What its servers speak. */
  readonly protocol: 'tcp' | 'udp';
  /** Addresses of its servers; the last one is the sorry server, which is up all the time. */
  readonly servers: readonly string[];
  readonly port: number;
  /** What of the table is its own: a part of each of its lines. */
  readonly mark: string;
}

/** What differs from the plain case: TCP, direct routing, wrr, three servers with weights 1, 2, 3 and TCP_CHECK. */
interface Variant {
  readonly title: string;
  readonly scheduler?: string;
  readonly method?: string;
  /** Lines of the virtual server. */
  readonly lines?: readonly string[];
  /** Lines of each real server besides weight and check. */
  readonly serverLines?: readonly string[];
  readonly check?: string;
  readonly protocol?: 'TCP' | 'UDP';
  readonly family?: 'ipv6';
  readonly sorry?: boolean | 'inhibit';
  /** `fwmark`, a group, or one address. */
  readonly kind?: 'fwmark' | 'group';
  /** After the reload; without it the weight of the second server changes and the third goes. */
  readonly after?: Omit<Variant, 'title' | 'after'>;
}

const TCP_CHECK = `TCP_CHECK {
            connect_timeout 10
            retry 0
        }`;
const HTTP_GET = `HTTP_GET {
            connect_timeout 10
            retry 0
            url {
                path /
                status_code 200
            }
        }`;
const UDP_CHECK = `UDP_CHECK {
            connect_timeout 10
            retry 0
            payload 3031
            require_reply
        }`;

const VARIANTS: readonly Variant[] = [
  { title: 'plain' },
  { title: 'rr', scheduler: 'rr' },
  { title: 'lc', scheduler: 'lc' },
  { title: 'wlc and NAT', scheduler: 'wlc', method: 'NAT' },
  { title: 'sh with flags', scheduler: 'sh', lines: ['sh-port', 'sh-fallback'] },
  { title: 'mh with flags', scheduler: 'mh', lines: ['mh-port', 'mh-fallback'] },
  { title: 'dh', scheduler: 'dh' },
  { title: 'lblc', scheduler: 'lblc' },
  { title: 'lblcr', scheduler: 'lblcr' },
  { title: 'sed', scheduler: 'sed' },
  { title: 'nq', scheduler: 'nq' },
  { title: 'fo', scheduler: 'fo' },
  { title: 'ovf', scheduler: 'ovf' },
  { title: 'another scheduler after a reload', after: { scheduler: 'rr' } },
  { title: 'persistence', lines: ['persistence_timeout 60'] },
  {
    title: 'persistence and granularity',
    lines: ['persistence_timeout 60', 'persistence_granularity 255.255.255.0'],
    after: { lines: ['persistence_timeout 90', 'persistence_granularity 255.255.0.0'] },
  },
  { title: 'persistence goes', lines: ['persistence_timeout 60'], after: {} },
  { title: 'a sorry server', sorry: true, after: { sorry: true } },
  { title: 'a sorry server that inhibits', sorry: 'inhibit', after: { sorry: 'inhibit' } },
  { title: 'a sorry server comes', after: { sorry: true } },
  { title: 'a sorry server goes', sorry: true, after: {} },
  {
    title: 'quorum',
    lines: ['quorum 4'],
    sorry: true,
    after: { lines: ['quorum 4'], sorry: true },
  },
  {
    title: 'quorum and hysteresis',
    lines: ['quorum 3', 'hysteresis 1'],
    sorry: true,
    after: { lines: ['quorum 2'], sorry: true },
  },
  { title: 'inhibit_on_failure', serverLines: ['inhibit_on_failure'] },
  {
    title: 'inhibit_on_failure goes',
    serverLines: ['inhibit_on_failure'],
    after: { serverLines: [] },
  },
  { title: 'alpha', lines: ['alpha'], after: { lines: ['alpha'] } },
  { title: 'omega', lines: ['omega'], after: { lines: ['omega'] } },
  { title: 'thresholds', serverLines: ['uthreshold 100', 'lthreshold 50'] },
  {
    title: 'thresholds change',
    serverLines: ['uthreshold 100', 'lthreshold 50'],
    after: { serverLines: ['uthreshold 200'] },
  },
  { title: 'TUN', method: 'TUN' },
  { title: 'TUN with GUE', method: 'TUN type gue port 6080' },
  { title: 'TUN with GRE', method: 'TUN type gre' },
  { title: 'another method after a reload', after: { method: 'NAT' } },
  { title: 'a firewall mark', kind: 'fwmark' },
  { title: 'a group with a range', kind: 'group' },
  { title: 'IPv6', family: 'ipv6' },
  {
    title: 'IPv6, NAT and persistence',
    family: 'ipv6',
    method: 'NAT',
    lines: ['persistence_timeout 60', 'persistence_granularity 64'],
  },
  { title: 'HTTP_GET', check: HTTP_GET, after: { check: HTTP_GET } },
  { title: 'two checks', check: `${TCP_CHECK}\n        ${HTTP_GET}` },
  { title: 'a check after a reload', check: '', after: { check: TCP_CHECK } },
  { title: 'no check', check: '', after: { check: '' } },
  { title: 'UDP', protocol: 'UDP', check: UDP_CHECK, after: { protocol: 'UDP', check: UDP_CHECK } },
  {
    title: 'one packet',
    protocol: 'UDP',
    check: UDP_CHECK,
    lines: ['ops'],
    after: { protocol: 'UDP', check: UDP_CHECK, lines: ['ops'] },
  },
];

const FIRST_PORT = 8001;
const SERVERS = [1, 2, 3];
const SORRY = 9;

/** Address of a server by its number: on the network that the directors are on. */
export function serverAddress(number: number, family: 'ipv4' | 'ipv6' = 'ipv4'): string {
  return family === 'ipv6' ? `fd00:1::10${number}` : `10.0.0.10${number}`;
}

/** All of them. */
export const TABLE_CASES: readonly TableCase[] = VARIANTS.map((variant, index) => {
  const { after = {}, title, ...before } = variant;
  const port = FIRST_PORT + index;
  const family = before.family ?? 'ipv4';
  const kind = before.kind === undefined ? {} : { kind: before.kind };
  const kept = { ...(before.family && { family: before.family }), ...kind };
  return {
    title,
    before: textOf(before, port, index, 'before'),
    after: textOf(
      variant.after === undefined ? before : { ...kept, ...after },
      port,
      index,
      'after',
    ),
    protocol: before.protocol === 'UDP' ? 'udp' : 'tcp',
    servers: [...SERVERS, SORRY].map((number) => serverAddress(number, family)),
    port,
    mark: before.kind === 'fwmark' ? `-f ${port} ` : `:${port} `,
  };
});

function textOf(
  variant: Omit<Variant, 'title' | 'after'>,
  port: number,
  index: number,
  when: 'before' | 'after',
): string {
  const family = variant.family ?? 'ipv4';
  const isMark = variant.kind === 'fwmark';
  const check =
    variant.check ??
    (isMark ? TCP_CHECK.replace('retry', `connect_port ${port}\n            retry`) : TCP_CHECK);
  const vip = (last: number): string => (family === 'ipv6' ? `fd00:2::${last}` : `10.2.0.${last}`);
  const heads = {
    address: `virtual_server ${vip(index + 1)} ${port} {`,
    fwmark: `virtual_server fwmark ${port} {`,
    group: `virtual_server group G${port} {`,
  };
  const group =
    variant.kind === 'group'
      ? `virtual_server_group G${port} {\n    10.2.1.1-3 ${port}\n    ${vip(index + 1)} ${port}\n}\n`
      : '';
  // After the reload: the second has another weight, the third is gone, and there is a fourth.
  const numbers = when === 'before' ? SERVERS : [1, 2];
  const servers = numbers.map((number) =>
    [
      // A mark has no ports, and its servers have none of their own.
      `    real_server ${serverAddress(number, family)}${isMark ? '' : ` ${port}`} {`,
      `        weight ${when === 'after' && number === 2 ? 7 : number}`,
      ...(variant.serverLines ?? []).map((line) => `        ${line}`),
      ...(check === '' ? [] : [`        ${check}`]),
      '    }',
    ].join('\n'),
  );
  return [
    `${group}${heads[variant.kind ?? 'address']}`,
    '    delay_loop 1',
    `    lvs_sched ${variant.scheduler ?? 'wrr'}`,
    `    lvs_method ${variant.method ?? 'DR'}`,
    ...(isMark ? [] : [`    protocol ${variant.protocol ?? 'TCP'}`]),
    ...(variant.lines ?? []).map((line) => `    ${line}`),
    ...(variant.sorry ? [`    sorry_server ${serverAddress(SORRY, family)} ${port}`] : []),
    ...(variant.sorry === 'inhibit' ? ['    sorry_server_inhibit'] : []),
    ...servers,
    '}',
    '',
  ].join('\n');
}

/**
 * Where another table is the right one, by case and event. keepalived puts servers that are down into the table when a reload changes their
 * method, and leaves them there (`conf/docs/differences.md`).
 */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  'another method after a reload': [
    'a reload back while it is gone',
    'all go again',
    'a reload while all are gone',
    // A weight that the same reload changed is not taken over either.
    'all come back after it',
  ],
};

/** True where another table is the right one. */
export function isKnownDifference(title: string, event: string): boolean {
  return DIFFERENCES[title]?.includes(event) === true;
}
