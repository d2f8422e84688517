/** Interfaces as the checks of a configuration see them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { interfaceNames, mtuReader } from '../../../src/drivers/host-interfaces.ts';

const MAIN = resolve(import.meta.dirname, '../../../dist/main.js');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-interfaces-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** What the kernel shows of interfaces with these names. */
function places(names: readonly string[], shown = names) {
  const devices = join(directory, 'dev');
  const lines = names.map((name) => `${name.padStart(6)}: 10 2 0 0`);
  writeFileSync(devices, ['Inter-| Receive', ' face |bytes', ...lines, ''].join('\n'));
  const system = join(directory, 'net');
  for (const name of shown) {
    mkdirSync(join(system, name), { recursive: true });
    writeFileSync(join(system, name, 'mtu'), '1400\n');
  }
  return { devices, system };
}

describe('interfaces of this network namespace', () => {
  it('have the names that the kernel lists, whatever is in them', () => {
    expect(interfaceNames(places(['lo', 'eth0', 'a:b', 'vrrp.51']))).toEqual(
      new Set(['lo', 'eth0', 'a:b', 'vrrp.51']),
    );
  });

  it('have an MTU where /sys shows the same interfaces', () => {
    const mtuOf = mtuReader(places(['eth0', 'tunl0']));
    expect(['eth0', 'tunl0', 'eth1', '', '../net/eth0'].map(mtuOf)).toEqual([
      1400,
      1400,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('have none that /sys shows of another namespace', () => {
    expect(mtuReader(places(['eth0', 'eth1'], ['eth0']))('eth0')).toBeUndefined();
  });

  it('are those of the namespace, though /sys shows that of the host', (context) => {
    if (process.getuid?.() !== 0) context.skip('network namespaces need root');
    if (!existsSync(MAIN)) context.skip('not built: npm run build');
    const file = join(directory, 'tandem.conf');
    const instance = (name: string, vrid: number) =>
      `vrrp_instance ${name} {\n interface ${name}\n virtual_router_id ${vrid}\n virtual_ipaddress {\n 10.0.0.${vrid}\n }\n}\n`;
    writeFileSync(file, instance('vx0', 1) + instance('vx9', 2));
    const commands = `ip link add vx0 type veth peer vx1 && exec ${process.execPath} ${MAIN} check ${file}`;
    // `unshare --net` leaves /sys as it is, and so does systemd.
    const { stdout } = spawnSync('unshare', ['--net', 'sh', '-c', commands], { encoding: 'utf8' });
    expect(stdout).toContain('interface "vx9" does not exist on this host');
    expect(stdout).not.toContain('"vx0" does not exist');
  });
});
