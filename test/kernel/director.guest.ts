/**
 * `tandem director check` on a director where everything is set wrong: what it prints is run, and then nothing is wrong. Runs in a network namespace of
 * its own, as root, in a kernel that has ip_vs.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtDirector } from '../../src/cli/director-host.ts';
import { directorOf } from '../../src/core/director/director.ts';
import type { Finding } from '../../src/core/director/finding.ts';
import { judgeDirector } from '../../src/core/director/judge.ts';
import { parse } from '../support/parse-text.ts';

const DEVICE = 'dir0';
const service = (port: number, method: string, server: string, more = '') => `
virtual_server 10.77.0.1 ${port} {
  lvs_sched rr
  lvs_method ${method}
  protocol TCP
  ${more}
  real_server ${server} 80 {
    TCP_CHECK {
      bindto 10.77.0.1
    }
  }
}`;
const TEXT = `vrrp_instance VI_1 {
  interface ${DEVICE}
  virtual_router_id 51
  virtual_ipaddress {
    10.77.0.1
  }
}
${service(80, 'NAT', '10.77.0.11')}
${service(81, 'FNAT', '10.77.0.12')}
${service(82, 'NAT', '10.77.0.13', 'persistence_timeout 60')}
`;

const WRONG: Readonly<Record<string, number>> = {
  'net.ipv4.ip_forward': 0,
  'net.ipv4.ip_nonlocal_bind': 0,
  'net.ipv4.conf.all.send_redirects': 1,
  [`net.ipv4.conf.${DEVICE}.send_redirects`]: 1,
  [`net.ipv4.conf.${DEVICE}.arp_ignore`]: 8,
  'net.ipv4.vs.conntrack': 0,
  'net.ipv4.vs.expire_nodest_conn': 0,
  'net.ipv4.vs.conn_reuse_mode': 0,
};

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args);
}

async function findings(): Promise<readonly Finding[]> {
  const { config, placeOf } = parse(TEXT);
  const host = await lookAtDirector();
  if (config === undefined || !host.ok) throw new Error('there is nothing to judge');
  return judgeDirector(directorOf(config, host.value, placeOf));
}

const wrong = (all: readonly Finding[]) => all.filter(({ verdict }) => verdict === 'wrong');

/** A table that drops all that comes in, where the kernel has the family. */
function dropAll(): boolean {
  const chain = 'add chain inet dirtest input { type filter hook input priority 0; policy drop; }';
  if (spawnSync('nft', ['add', 'table', 'inet', 'dirtest']).status !== 0) return false;
  return spawnSync('nft', [chain]).status === 0;
}

let drops = false;

beforeAll(() => {
  run('ip', 'link', 'add', DEVICE, 'type', 'dummy');
  run('ip', 'address', 'add', '10.77.0.2/24', 'dev', DEVICE);
  run('ip', 'link', 'set', DEVICE, 'up');
  // Its settings are there once it was used.
  run('ipvsadm', '-C');
  for (const [name, value] of Object.entries(WRONG)) run('sysctl', '-qw', `${name}=${value}`);
  drops = dropAll();
});

afterAll(() => {
  spawnSync('nft', ['delete', 'table', 'inet', 'dirtest']);
  run('ip', 'link', 'delete', DEVICE);
});

describe('a director where everything is set wrong', () => {
  it('is told of each setting', async () => {
    const subjects = wrong(await findings()).map(({ subject }) => subject);
    expect(subjects).toEqual(
      expect.arrayContaining([
        'net.ipv4.ip_forward',
        'net.ipv4.ip_nonlocal_bind',
        `send_redirects of ${DEVICE}`,
        `arp_ignore of ${DEVICE}`,
        'net.ipv4.vs.conntrack',
        'net.ipv4.vs.expire_nodest_conn',
        'net.ipv4.vs.conn_reuse_mode',
        ...(drops ? ['firewall, chain input of table inet dirtest'] : []),
      ]),
    );
  });

  it('has nothing wrong once what was printed is run', async () => {
    const mends = wrong(await findings()).flatMap(({ mend }) => mend?.commands ?? []);
    for (const [program, ...args] of mends) run(program, ...args);
    expect(wrong(await findings()).map(({ text }) => text)).toEqual([]);
  });
});
