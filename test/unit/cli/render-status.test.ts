/** The status document and its text, from states an operator may meet. */
import { describe, expect, test } from 'vitest';
import { renderStatus } from '../../../src/cli/render-status.ts';
import { headedTableLines, tableLines } from '../../../src/cli/table.ts';
import { seededRandom } from '../../../src/core/base/seeded-random.ts';
import { spanText } from '../../../src/core/base/span-text.ts';
import { instant, seconds } from '../../../src/core/base/time.ts';
import { BfdSessions } from '../../../src/core/bfd/sessions.ts';
import type { VrrpState } from '../../../src/core/vrrp/events-and-actions.ts';
import { statusReport } from '../../../src/daemon/control/status.ts';
import type { DaemonState } from '../../../src/daemon/supervisor/state.ts';
import { Wire } from '../../support/bfd-wire.ts';
import { ip, vip } from '../../support/builders/addresses.ts';
import { bfdConfig } from '../../support/builders/bfd.ts';
import {
  component,
  config,
  daemonState,
  instanceConfig,
  instanceView,
  NOW,
  realServer,
  virtualServer,
  virtualServerView,
  WALL_MS,
} from '../../support/state-fixture.ts';

function text(state: DaemonState, width = 0): string {
  return renderStatus(statusReport(state), { width, color: false });
}

/** The line that holds a text. */
function line(state: DaemonState, part: string): string {
  const found = text(state)
    .split('\n')
    .find((candidate) => candidate.includes(part));
  if (found === undefined) throw new Error(`no line with ${part} in\n${text(state)}`);
  return found.trim().replace(/ {2,}/g, '  ');
}

test('H15: the text of the status names a setting of the kernel that is not as it must be', () => {
  const preconditions = [{ name: 'ip_forward', met: false }] as const;
  expect(line({ ...daemonState(), preconditions }, 'ip_forward')).toBe(
    'net.ipv4.ip_forward is 0: answers of NAT servers never reach the clients',
  );
  const met = [{ name: 'ip_forward', met: true }] as const;
  expect(text({ ...daemonState(), preconditions: met })).not.toContain('ip_forward');
});

test('a tracked object is one plain sentence', () => {
  const [view] = daemonState().vrrp.values();
  if (view === undefined) throw new Error('no instance');
  const fact = { kind: 'bfd', name: 'peer', isUp: true } as const;
  const tracker = { kind: 'bfd', name: 'peer', fact, adds: 1 } as const;
  const trackers = [{ tracker, weight: 1, reverse: false, isFault: false }];
  const vrrp = new Map([[view.name, { ...view, trackers }]]);
  expect(line(daemonState({ vrrp }), 'peer')).toBe(
    `${view.name}: tracked BFD session peer is up: +1`,
  );
});

test('what an instance or its sync group goes on without is said at the instance', () => {
  const leftOut = [{ kind: 'script', name: 'chk', why: '"/opt/chk" is not executable' }] as const;
  const instance = instanceConfig({ leftOut });
  const group = { name: 'G', members: [instance.name] };
  const both = [
    config([instance], []),
    { ...config([instanceConfig()], []), syncGroups: [{ ...group, leftOut }] },
  ];
  for (const one of both) {
    expect(line(daemonState({ config: one }), 'chk')).toBe(
      `${instance.name}: NOT TRACKED: script chk: "/opt/chk" is not executable`,
    );
  }
});

/** A state with much to say: long names, a far master, many unsupported words. */
function crowded(): DaemonState {
  const instance = instanceConfig({
    name: 'VI_PUBLIC_FRONTEND',
    addresses: ['192.0.2.10', '192.0.2.11', '2001:db8:1:2:3:4:5:6'].map((text) => vip(text)),
  });
  const view = instanceView(instance, 'BACKUP', {
    reason: 'higher-priority',
    masterAddress: ip('10.0.0.5'),
    masterPriority: 200,
    effectivePriority: 80,
    lastAdvertisementAt: instant(NOW - 400_000),
  });
  const server = {
    ...virtualServer('192.0.2.20', [realServer('10.0.0.7'), realServer('10.0.0.8')]),
    scheduler: 'wrr',
    persistence: { timeoutSeconds: 300, granularityPrefix: 24 },
    sorryServer: { ...realServer('10.0.0.9'), inhibit: false },
  };
  const notSupportedYet = [
    'auth_hmac',
    'lvs_sync_daemon',
    'misc_dynamic',
    'notify_fifo',
    'use_vmac',
    'virtual_routes',
    'vrrp_script',
  ];
  return daemonState({
    config: config([instance], [server], { notSupportedYet }),
    vrrp: new Map([[instance.name, view]]),
    virtualServers: new Map([[server.key, virtualServerView(server, [0])]]),
  });
}

const UNREADABLE = [component('main'), component('vrrp', { up: false }), component('health')];

describe('The text of the status', () => {
  test('tells who is master, since when and why', () => {
    expect(line(daemonState(), 'VI_1')).toBe(
      'VI_1  MASTER  1 min  master-timeout  100  this node  192.0.2.10/32 192.0.2.11/32 on eth0, vrid 51',
    );
  });

  test('tells a backup whose advertisements it hears', () => {
    const instance = instanceConfig();
    const view = instanceView(instance, 'BACKUP', {
      reason: 'higher-priority',
      masterAddress: ip('10.0.0.5'),
      masterPriority: 200,
      lastAdvertisementAt: instant(NOW - 400_000),
    });
    const state = daemonState({ config: config([instance], []), vrrp: new Map([['VI_1', view]]) });
    expect(line(state, 'VI_1')).toContain('10.0.0.5 (prio 200, heard 400 ms ago)');
  });

  test('shows a lowered priority beside the configured one', () => {
    const instance = instanceConfig();
    const view = instanceView(instance, 'BACKUP', { effectivePriority: 80 });
    expect(line(daemonState({ vrrp: new Map([['VI_1', view]]) }), 'VI_1')).toContain('80 (of 100)');
  });

  test('V1: says what a fault is about', () => {
    const [view] = daemonState().vrrp.values();
    if (view === undefined) throw new Error('no instance');
    const source = { kind: 'source-address', address: ip('10.1.0.2'), problem: 'missing' } as const;
    const fault = { ...view, state: 'FAULT', reason: 'source-address-unusable' } as const;
    const vrrp = new Map([[view.name, { ...fault, cause: source }]]);
    expect(text(daemonState({ vrrp }))).toContain(
      `${view.name}: its source address cannot be used: 10.1.0.2 is not an address of this host`,
    );
  });

  test('O3: tells the reason in words, what it is about, and a running preempt_delay', () => {
    const instance = instanceConfig();
    const view = instanceView(instance, 'BACKUP', {
      reason: 'higher-priority',
      cause: { kind: 'router', address: ip('10.0.0.5'), priority: 200 },
      masterAddress: ip('10.0.0.6'),
      masterPriority: 90,
      preemptNotBefore: instant(NOW + 42_000_000),
    });
    const state = daemonState({ vrrp: new Map([[instance.name, view]]) });
    expect(text(state)).toContain(
      'VI_1: another router has a higher priority: 10.0.0.5 with priority 200\n',
    );
    expect(text(state)).toContain(
      'VI_1: preempt_delay leaves 10.0.0.6 with priority 90 alone for another 42 s\n',
    );
    expect(statusReport(state).vrrp.instances[0]).toMatchObject({
      reason: 'higher-priority',
      reasonText: 'another router has a higher priority',
      preemptDelay: { remainingSeconds: 42, address: '10.0.0.6', priority: 90 },
    });
  });

  test('O3: a preempt_delay that is over is none', () => {
    const instance = instanceConfig();
    const view = instanceView(instance, 'BACKUP', {
      masterAddress: ip('10.0.0.6'),
      masterPriority: 90,
      preemptNotBefore: instant(NOW - 1),
    });
    const state = daemonState({ vrrp: new Map([[instance.name, view]]) });
    expect(statusReport(state).vrrp.instances[0]?.preemptDelay).toBeNull();
    expect(text(state)).not.toContain('preempt_delay');
  });

  test('V19: a member that hears no master while its sync group does says that it waits', () => {
    const instance = instanceConfig();
    const view = instanceView(instance, 'BACKUP', { groupWaitSince: instant(NOW - 42_000_000) });
    const state = daemonState({ vrrp: new Map([[instance.name, view]]) });
    expect(text(state)).toMatch(
      /VI_1: it has heard no master for 42 s, but another member of sync group .* hears one: it waits/,
    );
    expect(statusReport(state).vrrp.instances[0]).toMatchObject({ groupWaitSeconds: 42 });
  });

  test('O2: a conflict says who else is master, since when, what differs and what to do', () => {
    const instance = instanceConfig();
    const view = instanceView(instance, 'MASTER', {
      conflicts: [
        {
          name: 'other-authentication',
          address: ip('10.0.0.5'),
          priority: 90,
          since: instant(NOW - 90_000_000),
          difference: { kind: 'authentication', theirs: 'PASS', ours: 'PASS' },
        },
      ],
    });
    const state = daemonState({ vrrp: new Map([[instance.name, view]]) });
    expect(text(state)).toContain(
      'VI_1: TWO MASTERS for 1 min 30 s (other-authentication): 10.0.0.5 (priority 90) is master too: its advertisements fail authentication here (PASS on both sides, with another secret). Give both routers the same auth_type and auth_pass.',
    );
    expect(statusReport(state).vrrp.instances[0]?.conflicts).toMatchObject([
      { name: 'other-authentication', address: '10.0.0.5', forSeconds: 90 },
    ]);
    expect(statusReport(daemonState()).vrrp.instances[0]?.conflicts).toEqual([]);
  });

  test('O4: tells which addresses the kernel has, whatever was wanted', () => {
    const instance = instanceConfig();
    const state = daemonState();
    const [first, second] = state.vips;
    if (first === undefined || second === undefined) throw new Error('two addresses are needed');
    const shown = (word: VrrpState, present: readonly [boolean, boolean]): string => {
      const vips = [first, second].map((vip, i) => ({ ...vip, present: present[i] ?? false }));
      const vrrp = new Map([[instance.name, instanceView(instance, word)]]);
      return line({ ...state, vips, vrrp }, 'vrid 51').replace(/.*(this node|-) {2}/, '');
    };
    const both = '192.0.2.10/32 192.0.2.11/32';
    expect(shown('MASTER', [true, true])).toBe(`${both} on eth0, vrid 51`);
    expect(shown('BACKUP', [false, false])).toBe(`not held: ${both} on eth0, vrid 51`);
    expect(shown('FAULT', [false, false])).toBe(`not held: ${both} on eth0, vrid 51`);
    // A repair waits.
    expect(shown('MASTER', [true, false])).toBe(
      'held: 192.0.2.10/32; NOT held: 192.0.2.11/32 on eth0, vrid 51',
    );
    expect(shown('BACKUP', [false, true])).toBe(
      'held: 192.0.2.11/32; not held: 192.0.2.10/32 on eth0, vrid 51',
    );
    const report = statusReport({ ...state, vips: [first, { ...second, present: false }] });
    expect(report.vrrp.instances[0]?.addresses.map(({ held }) => held)).toEqual([true, false]);
  });

  test('tells which server is out, since when and why', () => {
    expect(line(daemonState(), '10.0.0.8:80')).toMatch(
      /^10\.0\.0\.8:80 {2}DOWN {2}30 s .* TCP_CHECK#1 FAILED: connection refused, 4 in a row, 1\.0 s ago$/,
    );
  });

  test('never repeats what a dead process said last', () => {
    const state = daemonState({ components: UNREADABLE });
    expect(line(state, 'VI_1')).toMatch(/^VI_1 {2}UNKNOWN {2}- {2}-/);
    expect(text(state)).toContain('VRRP  the vrrp process does not answer');
    expect(text(state)).not.toContain('master-timeout');
    const report = statusReport(state);
    expect(report.vrrp.instances[0]).toMatchObject({ state: 'UNKNOWN', since: null, reason: null });
  });

  test('says that a process which has not answered yet is starting', () => {
    const starting = component('vrrp', { up: false, heartbeatAt: 0 });
    const state = daemonState({ components: [component('main'), starting, component('health')] });
    expect(text(state)).toContain('VRRP  the vrrp process is starting');
  });

  test('says that a spare waits only when it has loaded everything', () => {
    const of = (isSpareReady: boolean) =>
      text(daemonState({ components: [component('main'), component('vrrp', { isSpareReady })] }));
    expect(of(true)).toContain('vrrp up (pid 100, spare ready)');
    expect(of(false)).toContain('vrrp up (pid 100)');
  });

  test('says of BFD sessions that no vrrp process was asked for', () => {
    const tracked = { scripts: [], processes: [], files: [], bfd: [bfdConfig()] };
    const state = daemonState({
      config: { ...daemonState().config, tracked },
      components: [component('main'), component('health')],
    });
    expect(text(state)).toContain('BFD  no vrrp process was asked for');
  });

  test('says of a BFD session that it counts as up behind a restart', () => {
    const wire = new Wire();
    wire.run(seconds(5));
    wire.restartA(seconds(1));
    wire.cut.add('a');
    wire.run(seconds(1.5));
    const bfd = wire.a.machine.view();
    expect(bfd.sessions[0]).toMatchObject({ state: 'Init', isUp: true });
    const tracked = { scripts: [], processes: [], files: [], bfd: [bfdConfig()] };
    const state = daemonState({ bfd, config: { ...daemonState().config, tracked } });
    expect(line(state, 'X  ')).toContain('it counts as up for a moment');
  });

  test('says of a passive BFD session that it sends nothing before it is spoken to', () => {
    const shown = (config: ReturnType<typeof bfdConfig>): string => {
      const machine = new BfdSessions(seededRandom(1));
      machine.handle(instant(0), { type: 'configured', sessions: [config] });
      machine.handle(instant(1), { type: 'deadline' });
      const tracked = { scripts: [], processes: [], files: [], bfd: [config] };
      const { config: base } = daemonState();
      return line(daemonState({ bfd: machine.view(), config: { ...base, tracked } }), 'X  ');
    };
    expect(shown(bfdConfig())).toMatch(/nothing was heard yet$/);
    expect(shown(bfdConfig({ passive: true }))).toContain('the session is passive');
  });

  test('counts the errors of a file that a start took', () => {
    const state = daemonState();
    const reload = { ...state.reload, errors: 2, warnings: 1 };
    expect(text({ ...state, reload })).toContain('(2 errors, 1 warning)');
  });

  test('O14: a long reason behind a heading is wrapped at blanks', () => {
    const state = daemonState();
    const reason = 'the module ip_vs is missing or cannot be loaded '.repeat(3).trim();
    const report = statusReport({ ...state, ipvs: { ...state.ipvs, available: false, reason } });
    const lines = renderStatus(report, { width: 80, color: false }).split('\n');
    const first = lines.findIndex((one) => one.startsWith('Virtual servers'));
    expect(lines.every((one) => one.length <= 80)).toBe(true);
    expect(lines[first + 1]).toMatch(/^ {4}\S/);
  });

  test('says that IPVS is missing, and why', () => {
    const state = daemonState();
    const ipvs = { ...state.ipvs, available: false, reason: 'the kernel has no ip_vs' };
    expect(text({ ...state, ipvs, traffic: new Map() })).toContain(
      'Virtual servers  IPVS is NOT available: the kernel has no ip_vs',
    );
  });

  test('says that the last reload was refused and the older configuration runs', () => {
    const state = daemonState();
    const reload = {
      ...state.reload,
      lastOk: false,
      errors: 2,
      reasons: ['2 errors'],
      failures: 1,
      lastAt: WALL_MS / 1_000 - 200,
    };
    expect(line({ ...state, reload }, 'last reload')).toBe(
      'last reload  REFUSED 3 min 20 s ago, the older configuration is in force: 2 errors',
    );
  });

  test('O14: cuts nothing at any width', () => {
    const state = crowded();
    const words = (width: number): string[] =>
      text(state, width)
        .replaceAll(',', '')
        .split(/\s+/)
        .filter((word) => word !== '')
        .sort();
    const whole = new Set(words(0));
    for (const width of [120, 80, 60, 40, 20]) {
      const shown = new Set(words(width));
      // Names of columns that have gone below their rows are missing above them.
      const lost = [...whole].filter(
        (word) => !shown.has(word) && !/^[A-Z]+$/.test(word) && word !== '-',
      );
      expect(lost, `at ${width} columns`).toEqual([]);
    }
    expect(text(state, 80)).not.toContain('…');
    for (const row of text(state, 80).split('\n')) expect(row.length).toBeLessThanOrEqual(80);
  });

  test('O14: shows persistence, forwarding method and an idle sorry server', () => {
    const state = crowded();
    expect(line(state, 'tcp:192.0.2.20:80')).toContain(
      'wrr, persistent 300 s for each /24, 1 of 2 servers up',
    );
    expect(line(state, 'tcp:192.0.2.20:80')).toContain('sorry server 10.0.0.9:80 idle');
    expect(line(state, '10.0.0.7:80')).toMatch(/ {2}DR {2}/);
  });

  test('lists keywords that are not supported yet', () => {
    const state = daemonState({ config: config([], [], { notSupportedYet: ['smtp_alert'] }) });
    expect(line(state, 'not supported yet')).toBe('not supported yet  smtp_alert');
  });

  test('marks a virtual server that the kernel does not have', () => {
    const server = virtualServer('192.0.2.20', [realServer('10.0.0.7')]);
    const state = daemonState({
      config: config([], [server]),
      virtualServers: new Map([[server.key, virtualServerView(server, [0])]]),
    });
    expect(line(state, server.key)).toBe(
      'tcp:192.0.2.20:80  DOWN  rr, 0 of 1 server up, weight 0 of quorum 1, NOT in the kernel',
    );
  });

  test('fits into the width it is given', () => {
    for (const row of text(daemonState(), 60).split('\n')) {
      if (!row.startsWith('Tandem')) expect(row.length).toBeLessThanOrEqual(60);
    }
  });

  test('has colours only when they are wanted', () => {
    expect(text(daemonState())).not.toContain('\u001b');
    const colored = renderStatus(statusReport(daemonState()), { width: 0, color: true });
    expect(colored).toContain('\u001b[31mDOWN');
    expect(colored).toContain('\u001b[32mMASTER');
  });

  test.each([
    [
      'what runs of the connection synchronisation',
      { running: [{ role: 'backup', interface: 'eth1', syncId: 51 }], problem: '' } as const,
      'connection synchronisation: backup on eth1, id 51',
    ],
    [
      'what keeps it from running',
      { running: [], problem: 'start as backup on eth9, id 1 failed, ENODEV' },
      'connection synchronisation: start as backup on eth9, id 1 failed, ENODEV',
    ],
  ])('tells %s, without virtual servers too', (_, sync, expected) => {
    const state = daemonState({ config: config([], []), vrrp: new Map() });
    expect(text({ ...state, ipvs: { ...state.ipvs, sync } })).toContain(expected);
  });

  test('leaves out what there is none of', () => {
    const state = daemonState({ config: config([], []), vrrp: new Map() });
    expect(text(state).split('\n\n')).toHaveLength(1);
  });
});

describe('The status document', () => {
  test('survives JSON unchanged', () => {
    const report = statusReport(daemonState());
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('gives each fact its age', () => {
    const report = statusReport(daemonState());
    expect(report.vrrp.ageSeconds).toBe(0.5);
    expect(report.ipvs.readAgeSeconds).toBe(2);
    expect(report.virtualServers[0]?.realServers[0]?.checks[0]?.lastAgeSeconds).toBe(1);
    expect(report.vrrp.instances[0]).toMatchObject({
      forSeconds: 60,
      since: new Date(WALL_MS - 60_000).toISOString(),
    });
  });

  test('H10: shows the scheduler that the kernel runs, and what it refuses', () => {
    const base = daemonState();
    const [server] = base.config.virtualServers;
    const vs = server?.key ?? '';
    const known = base.traffic.get(vs);
    if (known === undefined) throw new Error('no service');
    const refused = { causes: [], services: { [vs]: 'change service x failed, ENOENT' } };
    const state = daemonState({
      traffic: new Map([[vs, { ...known, scheduler: 'wlc' }]]),
      ipvs: { ...base.ipvs, refused },
    });
    expect(statusReport(state).virtualServers[0]).toMatchObject({
      scheduler: 'wlc',
      schedulerConfigured: 'rr',
      refusals: ['change service x failed, ENOENT'],
    });
    expect(text(state)).toContain('wlc instead of rr');
    expect(line(state, 'ENOENT')).toBe('the kernel: change service x failed, ENOENT');
    expect(statusReport(base).virtualServers[0]).toMatchObject({ scheduler: 'rr', refusals: [] });
  });

  test('holds no secret of the configuration', () => {
    const instance = instanceConfig({ authentication: { type: 'PASS', secret: 'hunter2' } });
    const report = statusReport(daemonState({ config: config([instance], []) }));
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });

  test('tells traffic from the kernel, and nothing where the kernel has nothing', () => {
    const servers = statusReport(daemonState()).virtualServers[0];
    expect(servers).toMatchObject({ inKernel: true });
    expect(servers?.realServers[0]).toMatchObject({
      weight: 1,
      traffic: { activeConnections: 2, connections: 100 },
    });
    const without = statusReport(daemonState({ traffic: new Map() })).virtualServers[0];
    expect(without).toMatchObject({ inKernel: false });
    expect(without?.realServers[0]).toMatchObject({ weight: null, traffic: null });
  });

  test('has no part of a process that was not asked for', () => {
    const report = statusReport(
      daemonState({ components: [component('main'), component('health')] }),
    );
    expect(report.vrrp.instances).toEqual([]);
    expect(report.virtualServers).toHaveLength(1);
  });
});

describe('Tables and spans', () => {
  test('columns are as wide as their widest cell', () => {
    const rows = [
      [{ text: 'a' }, { text: 'b' }],
      [{ text: 'longer' }, { text: 'c' }],
    ];
    expect(tableLines(rows, { width: 0, color: false }, 2)).toEqual(['  a       b', '  longer  c']);
  });

  test('a last column that does not fit is wrapped below its beginning', () => {
    const rows = [
      [{ text: 'configuration' }, { text: 'one two three four five six seven eight nine' }],
    ];
    expect(tableLines(rows, { width: 50, color: false }, 2)).toEqual([
      '  configuration  one two three four five six seven',
      '                 eight nine',
    ]);
  });

  test('columns without room go below their row, with their names', () => {
    const rows = [
      [{ text: 'VI_1' }, { text: 'MASTER' }, { text: 'this node' }, { text: 'a long text' }],
      [{ text: '' }, { text: '' }, { text: '-' }, { text: 'and a longer text' }],
    ];
    const columns = ['INSTANCE', 'STATE', 'MASTER', 'ADDRESSES'];
    expect(headedTableLines(columns, rows, { width: 26, color: false }, 2)).toEqual([
      '  INSTANCE  STATE',
      '  VI_1      MASTER',
      '      master this node, a',
      '      long text',
      '      and a longer text',
    ]);
  });

  test('a word that is longer than the line stays whole', () => {
    const word = 'x'.repeat(30);
    const lines = tableLines([[{ text: 'a' }, { text: word }]], { width: 10, color: true }, 0);
    expect(lines.join('\n')).toContain(word);
  });

  test.each([
    [0.0004, '0 ms'],
    [0.0123, '12 ms'],
    [0.9999, '1.0 s'],
    [3.44, '3.4 s'],
    [9.96, '10 s'],
    [59.6, '1 min'],
    [310, '5 min 10 s'],
    [7_500, '2 h 5 min'],
    [7_200, '2 h'],
    [273_600, '3 d 4 h'],
  ])('%d seconds are %s', (seconds, expected) => {
    expect(spanText(seconds)).toBe(expected);
  });
});
