/** `tandem plan` against files and against a control socket of the test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/index.ts';
import { ok } from '../../../src/core/base/result.ts';
import { RUNNING_VERSION, type RunningReport } from '../../../src/core/control/running.ts';
import { mistakesOf } from '../../../src/core/plan/reload-policy.ts';
import type { ControlServer } from '../../../src/daemon/control/server.ts';
import { VERSION } from '../../../src/daemon/frame/version.ts';
import { loadConfig } from '../../../src/daemon/supervisor/load-config.ts';
import { fakeTandem } from '../../support/fake-tandem.ts';
import { type CapturedOutput, captureOutput } from './terminal.ts';

const TEXT = `vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  priority 150
  virtual_ipaddress {
    192.0.2.100/24
  }
}
virtual_server 192.0.2.100 80 {
  delay_loop 3
  lvs_sched rr
  lvs_method NAT
  protocol TCP
  real_server 10.0.0.1 80 {
    TCP_CHECK {
    }
  }
}
`;

let directory: string;
let server: ControlServer | undefined;
let captured: CapturedOutput;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-plan-'));
  captured = captureOutput();
});

afterEach(async () => {
  captured.restore();
  await server?.close();
  server = undefined;
  rmSync(directory, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function plan(...args: string[]): Promise<number> {
  return main(['node', '/usr/sbin/tandem', 'plan', '--offline', '--no-color', ...args]);
}

/** A Tandem that runs a configuration and is master of VI_1. */
async function serve(
  path: string,
  changes: Partial<RunningReport> = {},
  options: { readonly configId?: string } = {},
): Promise<void> {
  const { configId } = options;
  const loaded = loadConfig(path, { offline: true, configId });
  const { config } = loaded;
  if (config === undefined) throw new Error('refused');
  const report: RunningReport = {
    runningVersion: RUNNING_VERSION,
    version: VERSION,
    file: path,
    options: { configId: configId ?? null, strictIncludes: false },
    roles: { vrrp: true, health: true },
    mistakes: mistakesOf(loaded),
    loadedAt: '2025-01-01T00:00:00.000Z',
    config,
    vrrp: [{ name: 'VI_1', state: 'MASTER', effectivePriority: 150 }],
    health: { down: ['tcp:192.0.2.100:80 10.0.0.1:80'], alive: [], quorumUp: [] },
    ...changes,
  };
  server = await fakeTandem(directory, { config: async () => ok(report) });
}

describe('tandem plan', () => {
  it('says that nothing would change', async () => {
    const same = file('a.conf', TEXT);
    expect(await plan(same, '--against', same)).toBe(0);
    expect(captured.out).toContain('Nothing would change.');
    expect(await plan(same, '--against', same, '--detailed-exitcode')).toBe(0);
  });

  it('shows changes, masterships and operations between two files', async () => {
    const old = file('a.conf', TEXT);
    const next = file(
      'b.conf',
      TEXT.replace('priority 150', 'priority 90').replace('10.0.0.1', '10.0.0.2'),
    );
    expect(await plan(next, '--against', old)).toBe(0);
    expect(captured.out).toBe(`${next} against ${old}:

~ vrrp_instance VI_1  (in place)
    priority  150 -> 90

~ virtual_server 192.0.2.100 80  (in place)
    - real_server 10.0.0.1 80  (NAT, weight 1, TCP_CHECK)
        it gets no new connections, and leaves the table when none is left, or in 300 s with those that are left (drain_time)
    + real_server 10.0.0.2 80  (NAT, weight 1, TCP_CHECK)
        in service at once; its checks may take it out after all retries

Mastership:
  VI_1  UNKNOWN  may move  if it is master: a backup with a priority above 90 takes over

IPVS operations, if all servers are alive:
  add-destination     tcp:192.0.2.100:80  10.0.0.2:80  NAT weight 1
  remove-destination  tcp:192.0.2.100:80  10.0.0.1:80

Plan: 0 to add, 2 to change, 0 to remove; 2 IPVS operations; 1 may move
`);
  });

  it('knows states and verdicts of the running Tandem', async () => {
    await serve(file('a.conf', TEXT));
    const next = file('b.conf', TEXT.replace(/vrrp_instance(.|\n)*?\n}\n/, ''));
    expect(
      await plan(next, '--runtime-dir', directory, '--detailed-exitcode', '--allow-empty'),
    ).toBe(2);
    expect(captured.out).toContain('against the running configuration (');
    expect(captured.out).toContain('VI_1  MASTER  moves  it is removed and resigns');
    expect(captured.out).not.toContain('IPVS operations:');
    expect(captured.out).toContain(
      'Plan: 0 to add, 0 to change, 1 to remove; 0 IPVS operations; 1 mastership moves',
    );
  });

  it('prints the plan as a versioned document', async () => {
    await serve(file('a.conf', TEXT));
    const next = file('b.conf', TEXT.replace('lvs_sched rr', 'lvs_sched wlc'));
    expect(await plan(next, '--runtime-dir', directory, '--json')).toBe(0);
    expect(JSON.parse(captured.out)).toMatchObject({
      planVersion: 1,
      file: next,
      against: { kind: 'running', loadedAt: '2025-01-01T00:00:00.000Z' },
      changes: [
        {
          change: 'change',
          type: 'virtual_server',
          name: '192.0.2.100 80',
          effect: 'in-place',
          fields: [{ field: 'lvs_sched', from: 'rr', to: 'wlc' }],
        },
      ],
      mastership: [],
      ipvs: [{ operation: 'update-service', service: 'tcp:192.0.2.100:80', detail: 'wlc' }],
      summary: { added: 0, changed: 1, removed: 0, ipvsOperations: 1 },
    });
  });

  it('C1: shows what is wrong and ends as check does when the reload would be refused', async () => {
    await serve(file('a.conf', TEXT));
    for (const [line, mistake, status] of [
      ['  virtual_router_id 51\n', '', 5],
      ['priority 150', 'prioriti 3', 5],
      ['delay_loop 3', 'persistence_timeout 0', 5],
      ['priority 150', 'priority', 2],
    ] as const) {
      const broken = file('b.conf', TEXT.replace(line, mistake));
      expect(await main(['node', 'tandem', 'check', '--offline', broken])).toBe(status);
      captured.clear();
      expect(await plan(broken, '--runtime-dir', directory)).toBe(status);
      expect(captured.complaints).toContain('error: ');
      expect(captured.complaints).toMatch(/a reload with .* would be refused: \d errors?\n/);
      expect(captured.out).toBe('');
      expect(await plan(broken, '--runtime-dir', directory, '--detailed-exitcode')).toBe(1);
    }
  });

  it('C1: an interface that is not there now is said and planned', async () => {
    await serve(file('a.conf', TEXT));
    const next = file('b.conf', TEXT.replace('100/24', '100/24 dev tandem-none'));
    const args = ['plan', '--no-color', next, '--runtime-dir', directory];
    expect(await main(['node', 'tandem', ...args])).toBe(0);
    expect(captured.complaints).toContain('warning: interface "tandem-none" does not exist');
    expect(captured.complaints).not.toContain('error: ');
    expect(captured.out).toContain('virtual_ipaddress');
  });

  it('H9: a mistake that runs already is said and planned', async () => {
    const old = TEXT.replace('TCP_CHECK', 'lb_kind NAT\n    TCP_CHECK');
    await serve(file('a.conf', old));
    const next = file('b.conf', `# moved\n${old.replace('priority 150', 'priority 140')}`);
    expect(await plan(next, '--runtime-dir', directory)).toBe(0);
    expect(captured.complaints).toContain('the running configuration has this mistake too');
    expect(captured.out).toContain('priority  150 -> 140');
  });

  it('V17: a reload that leaves nothing is shown as refused, with what would do it', async () => {
    await serve(file('a.conf', TEXT));
    const empty = file('b.conf', '');
    expect(await plan(empty, '--runtime-dir', directory)).toBe(1);
    expect(captured.complaints).toContain(
      'it would remove the only VRRP instance and the only virtual server; if that is meant: tandem reload --allow-empty',
    );
    expect(captured.out).toBe('');
    expect(await plan(empty, '--runtime-dir', directory, '--allow-empty')).toBe(0);
    expect(captured.out).toContain('- vrrp_instance VI_1');
  });

  it('O1: without a file plans what a reload of the running Tandem reads, in its way', async () => {
    const text = `@lb7 $NAME=VI_lb7\n${TEXT.replace('VI_1', '$NAME')}`;
    const here = file('here.conf', text);
    await serve(here, { vrrp: null }, { configId: 'lb7' });
    writeFileSync(here, text.replace('150', '140'));
    expect(await plan('--runtime-dir', directory)).toBe(0);
    expect(captured.out).toContain(`${here} against the running configuration`);
    expect(captured.out).toContain('~ vrrp_instance VI_lb7');
    expect(captured.complaints).not.toContain('error: ');
  });

  it('O1: names the file of a start where no Tandem runs', async () => {
    expect(await plan('--runtime-dir', directory)).toBe(1);
    expect(captured.complaints).toMatch(/A start would read \/etc\/\S+\.$/m);
    captured.clear();
    await plan('--runtime-dir', directory, '--against', file('a.conf', TEXT));
    expect(captured.complaints).toMatch(/no Tandem is running here .*; this is about \/etc\//);
  });

  it('asks for --against when no Tandem runs', async () => {
    expect(await plan(file('a.conf', TEXT), '--runtime-dir', directory)).toBe(1);
    expect(captured.complaints).toContain('no Tandem is running here');
    expect(captured.complaints).toContain('--against');
  });

  it('does not compare with a Tandem of another version', async () => {
    const path = file('a.conf', TEXT);
    await serve(path, { version: '0.0.0' });
    expect(await plan(path, '--runtime-dir', directory)).toBe(1);
    expect(captured.complaints).toContain('another version');
  });
});
