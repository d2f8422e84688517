/** Configurations for the tests of plans: from text, and generated ones. */
import fc from 'fast-check';
import type { Config } from '../../../../src/core/model/config.ts';
import type { Change, ConfigPlan, RunningFacts } from '../../../../src/core/plan/config-plan.ts';
import { diffConfig } from '../../../../src/core/plan/diff-config.ts';
import { parse } from '../../../support/parse-text.ts';

/** The configuration of a text; fails when it is refused. */
export function config(text: string): Config {
  const { config: found, diagnostics } = parse(text);
  if (found === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return found;
}

/** The plan from one text to another. */
export function planOf(running: string, next: string, facts: RunningFacts = {}): ConfigPlan {
  return diffConfig(config(running), config(next), facts);
}

/** The changes as lines: `~ vrrp_instance V in-place: priority 100 -> 90`, parts indented. */
export function lines(changes: readonly Change[], depth = 0): string[] {
  return changes.flatMap((change) => {
    const sign = { add: '+', change: '~', remove: '-' }[change.change];
    const fields = change.fields.map(({ field, from, to }) => `${field} ${from} -> ${to}`);
    const head = `${'  '.repeat(depth)}${sign} ${change.type} ${change.name}`.trimEnd();
    const tail = fields.length === 0 ? '' : `: ${fields.join('; ')}`;
    return [`${head} ${change.effect}${tail}`, ...lines(change.parts, depth + 1)];
  });
}

/** An instance; `more` are lines that follow the usual ones. */
export function vrrp(name: string, more = '', vrid = 51, vip = '192.0.2.100/24'): string {
  return `vrrp_instance ${name} {
  interface eth0
  virtual_router_id ${vrid}
  version 3
  priority 100
  advert_int 1
  virtual_ipaddress {
    ${vip}
  }
  ${more}
}
`;
}

/** A virtual server with NAT and the given contents. */
export function service(contents: string, head = '192.0.2.100 80'): string {
  return `virtual_server ${head} {
  delay_loop 3
  lvs_sched rr
  lvs_method NAT
  protocol TCP
  ${contents}
}
`;
}

/** A real server with a check; `more` are lines of the server. */
export function server(head: string, more = '', check = 'TCP_CHECK {\n  }'): string {
  return `real_server ${head} {
  ${more}
  ${check}
}
`;
}

const oneOf = (...words: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...words);

/** The lines of an instance, a few settings of each kind. */
const instanceBody: fc.Arbitrary<string> = fc
  .record({
    device: oneOf('eth0', 'eth1'),
    vrid: fc.integer({ min: 1, max: 3 }),
    priority: fc.integer({ min: 1, max: 255 }),
    interval: oneOf('1', '2', '0.5'),
    vips: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
    more: fc.subarray([
      'nopreempt',
      'garp_master_repeat 2',
      'garp_master_refresh 60',
      'track_interface {\n eth7\n eth8 weight 5\n }',
      'virtual_ipaddress_excluded {\n 192.0.2.200 dev eth5\n }',
      'unicast_src_ip 192.0.2.1',
      'unicast_peer {\n 192.0.2.2\n 192.0.2.3 min_ttl 254\n }',
      'dont_track_primary',
      'down_timer_adverts 5',
      'higher_prio_send_advert',
      'lower_prio_no_advert',
    ]),
  })
  .map(
    ({ device, vrid, priority, interval, vips, more }) => `interface ${device}
  version 3
  virtual_router_id ${vrid}
  priority ${priority}
  advert_int ${interval}
  virtual_ipaddress {
    ${vips.map((n) => `192.0.2.${n}/24`).join('\n    ')}
  }
  ${more.join('\n  ')}`,
  );

const realServer: fc.Arbitrary<string> = fc
  .record({
    host: fc.integer({ min: 1, max: 4 }),
    more: fc.subarray(['weight 5', 'inhibit_on_failure', 'uthreshold 9', 'lvs_method DR']),
    checks: fc.array(
      oneOf(
        'TCP_CHECK {\n }',
        'TCP_CHECK {\n connect_timeout 2\n }',
        'TCP_CHECK {\n retry 3\n alpha\n }',
        'HTTP_GET {\n url {\n path /a\n status_code 200\n }\n }',
        'SSL_GET {\n enable_sni\n url {\n path /a\n }\n url {\n path /b\n }\n }',
      ),
      { maxLength: 3 },
    ),
  })
  .map(
    ({ host, more, checks }) =>
      `real_server 10.0.0.${host} 80 {\n ${[...more, ...checks].join('\n ')}\n }`,
  );

const serviceBody: fc.Arbitrary<string> = fc
  .record({
    scheduler: oneOf('rr', 'wlc', 'sh'),
    more: fc.subarray([
      'persistence_timeout 50',
      'sh-port',
      'alpha',
      'omega',
      'quorum 2',
      'hysteresis 1',
      'sorry_server 10.0.0.9 80',
      'sorry_server 10.0.0.9 80\n sorry_server_inhibit',
    ]),
    servers: fc.uniqueArray(realServer, {
      minLength: 1,
      maxLength: 3,
      selector: (text) => text.split(' ')[1],
    }),
  })
  .map(
    ({ scheduler, more, servers }) =>
      `lvs_sched ${scheduler}\n lvs_method NAT\n protocol TCP\n ${[...more, ...servers].join('\n ')}`,
  );

const globalBody: fc.Arbitrary<string> = fc
  .subarray(['router_id a', 'vrrp_startup_delay 5', 'lvs_timeouts tcp 900', 'vrrp_rt_priority 50'])
  .map((more) => `global_defs {\n ${more.join('\n ')}\n}\n`);

/** Configurations that differ in a little of everything, or not at all. Refused ones are left out. */
export const anyConfig: fc.Arbitrary<Config> = fc
  .record({
    globals: globalBody,
    instances: fc.dictionary(oneOf('A', 'B', 'C'), instanceBody),
    group: fc.option(oneOf('A B', 'A B C', 'B C')),
    services: fc.dictionary(oneOf('192.0.2.1 80', '192.0.2.1 81', 'fwmark 7'), serviceBody),
  })
  .map(({ globals, instances, group, services }) =>
    [
      globals,
      ...Object.entries(instances).map(([name, body]) => `vrrp_instance ${name} {\n  ${body}\n}\n`),
      group === null
        ? ''
        : `vrrp_sync_group G {\n group {\n ${group.replaceAll(' ', '\n ')}\n }\n}\n`,
      ...Object.entries(services).map(([head, body]) => `virtual_server ${head} {\n ${body}\n}\n`),
    ].join(''),
  )
  .map((text) => parse(text).config)
  .filter((found) => found !== undefined);
