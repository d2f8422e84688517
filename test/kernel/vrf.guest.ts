/** An instance inside a VRF, and its peer outside, in a kernel that has VRF. Runs in a network namespace of its own, as root. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { MAIN_PROGRAM } from '../lab/kit/paths.ts';

function run(command: string): string {
  return execFileSync('sh', ['-c', command], { encoding: 'utf8' });
}

describe('vrf', () => {
  let number = 0;

  async function withTandem(
    text: string,
    act: (log: () => string) => Promise<void>,
    where: readonly string[] = ['env'],
  ): Promise<void> {
    number += 1;
    const directory = `/tmp/tandem-links-${number}`;
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/tandem.conf`, text);
    const argv = [MAIN_PROGRAM, 'run', '-n', '-l', '-P', '-f', `${directory}/tandem.conf`];
    const [program = '', ...before] = [...where, process.execPath];
    const more = [`--runtime-dir=${directory}`, '--no-metrics', '-p', `${directory}/pid`];
    const child = spawn(program, [...before, ...argv, ...more]);
    let log = '';
    child.stdout.on('data', (data: Buffer) => {
      log += data.toString();
    });
    try {
      await act(() => log);
    } finally {
      child.kill('SIGTERM');
      await Promise.race([once(child, 'exit'), delay(20_000)]);
    }
  }

  const until = (act: () => void) => vi.waitFor(act, { timeout: 70_000, interval: 200 });

  it('hears and sends inside a VRF', async () => {
    run('ip link add eth0 type veth peer name peer; ip link add blue type vrf table 10');
    run('ip link set blue up; ip link set eth0 master blue; ip link set eth0 up');
    run('ip address add 192.0.2.1/24 dev eth0');
    const other = spawn('unshare', ['--net', 'sleep', '1000']);
    const there = ['nsenter', `--net=/proc/${other.pid}/ns/net`];
    await until(() => expect(run(`${there.join(' ')} ip -br link`)).not.toContain('eth0'));
    run(`ip link set peer netns ${other.pid}`);
    run(`${there.join(' ')} sh -c 'ip link set peer up; ip address add 192.0.2.2/24 dev peer'`);
    const router = (lines: string, source: string, peer: string): string => `vrrp_instance V {
  ${lines}
  virtual_router_id 51
  unicast_src_ip ${source}
  unicast_peer {
    ${peer}
  }
  virtual_ipaddress {
    192.0.2.100/24
  }
}
`;
    const inside = router('vrf blue', '192.0.2.1', '192.0.2.2').replace('/24\n', '/24 dev eth0\n');
    const outside = router('interface peer\n  priority 200', '192.0.2.2', '192.0.2.1');
    try {
      await withTandem(inside, async (log) => {
        await until(() => expect(log()).toContain('V: BACKUP -> MASTER'));
        const seen = run(
          `${there.join(' ')} timeout 20 tcpdump -c 1 -nn -i peer proto 112 2>/dev/null`,
        );
        expect(seen).toContain('192.0.2.1 > 192.0.2.2');
        const heard = /V: MASTER -> BACKUP \(higher-priority: 192\.0\.2\.2/;
        await withTandem(outside, () => until(() => expect(log()).toMatch(heard)), there);
      });
    } finally {
      other.kill('SIGKILL');
      // Other suites may follow in this namespace; the pair goes by itself only some time after that of its peer.
      run('ip link del eth0; ip link del blue');
    }
  }, 150_000);
});
