/** What virtual servers, real servers and checkers become in the model: inheritance, order, repairs. */
import { describe, expect, it } from 'vitest';
import type { ParseResult } from '../../../../src/core/language/parse-config.ts';
import type { VirtualServerConfig } from '../../../../src/core/model/config.ts';
import { parse } from '../../../support/parse-text.ts';

const HEAD = 'protocol TCP\nlvs_sched rr\nlvs_method NAT';
const PLAIN = 'real_server 10.0.1.1 80 {\n}';

function vs(lines: string, header = '10.0.0.1 80'): string {
  return `virtual_server ${header} {\n${lines}\n}\n`;
}

/** A result's virtual servers; the text must be one that gives any. */
function servers(text: string): readonly VirtualServerConfig[] {
  return parse(text).config?.virtualServers ?? [];
}

function first(text: string): VirtualServerConfig {
  const [server] = servers(text);
  if (server === undefined) throw new Error('a virtual server is expected');
  return server;
}

/** Codes of what keepalived would complain about, with their lines. */
function complaints({ diagnostics }: ParseResult): string[] {
  return diagnostics
    .filter((item) => item.exit > 0)
    .map((item) => `${item.span?.line}:${item.code}`);
}

describe('virtual servers', () => {
  it('are named by their service, and blocks for one service have keys of their own', () => {
    const text = vs(`${HEAD}\n${PLAIN}`);
    expect(servers(text + text).map(({ key }) => key)).toEqual([
      'tcp:10.0.0.1:80',
      'tcp:10.0.0.1:80 #2',
    ]);
  });

  it('of a group are named by group and protocol, and stand for all its addresses', () => {
    const text = `virtual_server_group G {\n10.0.0.1-2 80\n10.0.0.8/31 81\nfwmark 7\n}\n${vs(`${HEAD}\n${PLAIN}`, 'group G')}`;
    expect(first(text)).toMatchObject({
      key: 'group G TCP',
      services: [
        { address: '10.0.0.1', port: 80 },
        { address: '10.0.0.2', port: 80 },
        { address: '10.0.0.8', port: 81 },
        { address: '10.0.0.9', port: 81 },
        { kind: 'fwmark', mark: 7, family: 'ipv4' },
      ],
    });
  });

  it('of a group go past the last octet, where keepalived never ends', () => {
    const text = `virtual_server_group G {\n10.0.0.254-10.0.1.1 80\n}\n${vs(`${HEAD}\n${PLAIN}`, 'group G')}`;
    const addresses = first(text).services.map((one) => one.kind === 'address' && one.address);
    expect(addresses).toEqual(['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1']);
  });

  it('of a group with both families run where all servers are reached through tunnels', () => {
    const group = 'virtual_server_group G {\n10.0.0.1 80\n2001:db8::1 80\n}\n';
    const tunnels = vs(`protocol TCP\nlvs_sched rr\nlvs_method TUN\n${PLAIN}`, 'group G');
    expect(first(group + tunnels).services).toHaveLength(2);
    expect(servers(group + vs(`${HEAD}\n${PLAIN}`, 'group G'))).toEqual([]);
  });

  it('by mark take the family of their first server', () => {
    const six = vs('lvs_sched rr\nlvs_method NAT\nreal_server 2001:db8::1 80 {\n}', 'fwmark 3');
    expect(first(six).services).toEqual([{ kind: 'fwmark', mark: 3, family: 'ipv6' }]);
  });

  it('without a port are persistent', () => {
    const text = vs(`${HEAD}\n${PLAIN}`, '10.0.0.1');
    expect(first(text).persistence).toEqual({ timeoutSeconds: 360, granularityPrefix: 32 });
  });

  it.each([
    ['255.255.255.0', 24, undefined],
    ['24', 24, 'value-reinterpreted'],
    ['0', 0, undefined],
    ['255.0.255.0', 32, 'mask-not-contiguous'],
  ])('read the granularity %s', (word, prefix, code) => {
    const text = vs(`${HEAD}\npersistence_granularity ${word}\n${PLAIN}`);
    expect(first(text).persistence).toEqual({ timeoutSeconds: 360, granularityPrefix: prefix });
    const codes = parse(text).diagnostics.map((item) => item.code);
    if (code !== undefined) expect(codes).toContain(code);
  });

  it('have the flags of the scheduler that stands above each flag', () => {
    const text = vs(`${HEAD}\nlvs_sched sh\nsh-port\nflag-3\nlvs_sched mh\nmh-fallback\n${PLAIN}`);
    expect(first(text)).toMatchObject({ scheduler: 'mh', schedulerFlags: [1, 2, 3] });
  });

  it('reduce a quorum above the weights, and a hysteresis not below the quorum', () => {
    const result = parse(vs(`${HEAD}\nquorum 9\nhysteresis 9\n${PLAIN}`));
    expect(result.config?.virtualServers[0]).toMatchObject({ quorum: 1, hysteresis: 0 });
    expect(complaints(result)).toEqual(['5:quorum-reset', '6:quorum-reset']);
  });
});

describe('real servers', () => {
  it('take the method that stands above their line, else the last one', () => {
    const text = vs(
      'protocol TCP\nlvs_sched rr\nreal_server 10.0.1.1 80 {\n}\nlvs_method DR\nreal_server 10.0.1.2 80 {\n}\nlvs_method NAT\nreal_server 10.0.1.3 80 {\n}\nreal_server 10.0.1.4 80 {\nlvs_method TUN\n}',
    );
    expect(first(text).realServers.map(({ forwarding }) => forwarding.method)).toEqual([
      'NAT',
      'DR',
      'NAT',
      'TUN',
    ]);
  });

  it('do not inherit the tunnel options of the virtual server with a method of their own', () => {
    const text = vs(
      'protocol TCP\nlvs_sched rr\nlvs_method TUN type gue port 6080 csum\nreal_server 10.0.1.1 80 {\n}\nreal_server 10.0.1.2 80 {\nlvs_method TUN\n}',
    );
    expect(first(text).realServers.map(({ forwarding }) => forwarding)).toEqual([
      { method: 'TUN', tunnel: 'gue', port: 6080, checksum: 'csum' },
      { method: 'TUN', tunnel: 'ipip', port: 0, checksum: 'none' },
    ]);
  });

  it('lose all tunnel options over a bad one, but not the method', () => {
    const result = parse(
      vs(`protocol TCP\nlvs_sched rr\nlvs_method TUN type gue port 6080 frob\n${PLAIN}`),
    );
    expect(result.config?.virtualServers[0]?.realServers[0]?.forwarding).toEqual({
      method: 'TUN',
      tunnel: 'ipip',
      port: 0,
      checksum: 'none',
    });
  });

  it('inherit weight and inhibit_on_failure, and may say otherwise', () => {
    const text = vs(
      `${HEAD}\nweight 7\ninhibit_on_failure\n${PLAIN}\nreal_server 10.0.1.2 80 {\nweight 2\ninhibit_on_failure no\n}`,
    );
    expect(first(text).realServers).toMatchObject([
      { weight: 7, inhibitOnFailure: true },
      { weight: 2, inhibitOnFailure: false },
    ]);
  });

  it('keep ports that fit every entry of a group with direct routing, and complain about others', () => {
    const group = 'virtual_server_group G {\n10.0.0.1 80\n10.0.0.2 80\n}\n';
    const text = (port: number): string =>
      group +
      vs(`protocol TCP\nlvs_sched rr\nlvs_method DR\nreal_server 10.0.1.1 ${port} {\n}`, 'group G');
    expect(complaints(parse(text(80)))).toEqual([]);
    expect(complaints(parse(text(81)))).toEqual(['9:port-reset']);
  });
});

describe('sorry servers', () => {
  const sorry = (lines: string): VirtualServerConfig['sorryServer'] =>
    first(vs(`${HEAD}\n${lines}\n${PLAIN}`)).sorryServer;

  it('get the port of the service when they have none', () => {
    expect(sorry('sorry_server 10.0.9.9')).toMatchObject({ port: 80, inhibit: false });
  });

  it('have a method and an inhibit setting only below their line', () => {
    expect(
      sorry('sorry_server 10.0.9.9 80\nsorry_server_inhibit\nsorry_server_lvs_method DR'),
    ).toMatchObject({ inhibit: true, forwarding: { method: 'DR' } });
    expect(sorry('sorry_server_inhibit\nsorry_server 10.0.9.9 80')).toMatchObject({
      inhibit: false,
    });
  });

  it('are inhibited like the real server they are', () => {
    const result = parse(vs(`${HEAD}\nsorry_server 10.0.1.1 80\nsorry_server_inhibit\n${PLAIN}`));
    expect(result.config?.virtualServers[0]?.sorryServer?.inhibit).toBe(false);
    expect(complaints(result)).toEqual(['5:setting-reset']);
  });
});

describe('checkers', () => {
  function checks(inServer: string, inService = ''): readonly object[] {
    const text = vs(`${HEAD}\n${inService}\nreal_server 10.0.1.1 80 {\n${inServer}\n}`);
    return first(text).realServers[0]?.checks ?? [];
  }

  it('take each setting from the nearest of checker, server and virtual server', () => {
    const [check] = checks(
      'retry 2\nTCP_CHECK {\nwarmup 3\n}',
      'delay_loop 7\nretry 9\nwarmup 9\nconnect_timeout 4\nalpha',
    );
    expect(check).toMatchObject({
      delayLoop: 7_000_000,
      retry: 2,
      warmup: 3_000_000,
      delayBeforeRetry: 1_000_000,
      alpha: true,
      target: { address: '10.0.1.1', port: 80, connectTimeout: 4_000_000 },
    });
  });

  it('have the defaults of their type', () => {
    const [tcp, http] = checks('TCP_CHECK {\n}\nHTTP_GET {\nurl {\npath /\n}\n}');
    expect(tcp).toMatchObject({ retry: 1, delayBeforeRetry: 1_000_000, warmup: 60_000_000 });
    expect(http).toMatchObject({ retry: 1, delayBeforeRetry: 3_000_000, httpVersion: '1.0' });
  });

  it('HTTP_GET and SSL_GET take fast_recovery, off unless it is written', () => {
    const recovery = (type: string, line: string): object | undefined =>
      checks(`${type} {\n${line}\nurl {\npath /\n}\n}`)[0];
    for (const type of ['HTTP_GET', 'SSL_GET']) {
      expect(recovery(type, 'fast_recovery')).toMatchObject({ fastRecovery: true });
      expect(recovery(type, 'fast_recovery on')).toMatchObject({ fastRecovery: true });
      expect(recovery(type, 'fast_recovery off')).toMatchObject({ fastRecovery: false });
      expect(recovery(type, '')).toMatchObject({ fastRecovery: false });
    }
  });

  it('fast_recovery is in effect: it is not among what is not supported yet', () => {
    const check = 'HTTP_GET {\nfast_recovery\nurl {\npath /\n}\n}';
    const { config } = parse(vs(`${HEAD}\nreal_server 10.0.1.1 80 {\n${check}\n}`));
    expect(config?.notSupportedYet).toEqual([]);
  });

  it('are counted by type', () => {
    const url = 'url {\npath /\n}';
    const list = checks(`TCP_CHECK {\n}\nHTTP_GET {\n${url}\n}\nTCP_CHECK {\n}`);
    expect(list).toMatchObject([
      { label: 'TCP_CHECK#1' },
      { label: 'HTTP_GET#1' },
      { label: 'TCP_CHECK#2' },
    ]);
  });

  it('give pages the nearest host name', () => {
    const pages = 'url {\npath /a\n}\nurl {\npath /b\nvirtualhost b\n}';
    const [check] = checks(`virtualhost s\nHTTP_GET {\n${pages}\n}`, 'virtualhost v');
    expect(check).toMatchObject({ urls: [{ virtualHost: 's' }, { virtualHost: 'b' }] });
  });

  it('read a regular expression with shell-like quotes', () => {
    const line = (regex: string): string => `HTTP_GET {\nurl {\npath /\nregex ${regex}\n}\n}`;
    const pattern = (regex: string): object | undefined => checks(line(regex))[0];
    expect(pattern(`'^ok "1"$'`)).toMatchObject({ urls: [{ regex: { pattern: '^ok "1"$' } }] });
    expect(pattern('"a b"')).toMatchObject({ urls: [{ regex: { pattern: 'a b' } }] });
  });

  it('drop a local address of the other family than the target', () => {
    const [check] = checks('TCP_CHECK {\nbindto 2001:db8::1\nbind_port 4000\n}');
    expect(check).toMatchObject({ target: { address: '10.0.1.1' } });
    expect(check).not.toHaveProperty('target.sourceAddress');
    expect(check).not.toHaveProperty('target.sourcePort');
  });

  it('bind to an address of the family of connect_ip, whatever the order of the lines', () => {
    const [check] = checks('TCP_CHECK {\nbindto 2001:db8::1\nconnect_ip 2001:db8::2\n}');
    expect(check).toMatchObject({
      target: { address: '2001:db8::2', sourceAddress: '2001:db8::1' },
    });
  });
});

it('a finding in an included file does not claim lines of the file around it', () => {
  const block = (inner: string): string =>
    `virtual_server 10.0.0.1 80 {\n  protocol TCP\n  lb_kind NAT\n  lb_algo rr\n  real_server 10.0.1.1 80 {\n  }\n${inner}}\n`;
  const sorry = '\n\n\n\n\n\n\n\n\nsorry_server 2001:db8::1 81\n';
  const ofSorry = (text: string, files: Readonly<Record<string, string>>) =>
    parse(text, { files }).diagnostics.find(({ code }) => code === 'family-conflict');
  const included = ofSorry(block('include s\n'), { '/etc/s': sorry });
  expect([included?.span?.line, included?.endLine]).toEqual([10, undefined]);
  const own = ofSorry(block('sorry_server 2001:db8::1 81\n'), {});
  expect([own?.span?.line, own?.endLine]).toEqual([7, 8]);
});
