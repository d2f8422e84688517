/**
 * What Debian's kernel has and User-mode Linux has not: tests that need one of these run there.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

function run(command: string): string {
  return execFileSync('sh', ['-c', command], { encoding: 'utf8' });
}

const isUml = readFileSync('/proc/cpuinfo', 'utf8').includes('User Mode Linux');

describe.runIf(!isUml)('a full kernel', () => {
  it('has a table of nftables for IPv4, IPv6 and both', () => {
    run('for family in ip ip6 inet; do nft add table $family t; done');
    expect(run('nft list tables').trim().split('\n')).toEqual([
      'table ip t',
      'table ip6 t',
      'table inet t',
    ]);
  });

  it('has dummy interfaces, and delays their packets with netem', () => {
    run('ip link add d0 type dummy; tc qdisc add dev d0 root netem delay 10ms');
    expect(run('tc qdisc show dev d0')).toContain('netem');
  });
});
