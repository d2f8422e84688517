/** The catalogue of log lines and its rate limit. */
import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../../../../src/core/base/time.ts';
import {
  createFactSink,
  type DaemonFact,
  type FactSink,
  type HealthFact,
  type VrrpFact,
} from '../../../../../src/daemon/outlets/log/facts.ts';
import {
  LIMIT_BURST,
  LIMIT_KIND_BURST,
  LIMIT_KINDS_MAX,
  LIMIT_WINDOW_MS,
  type LimitClock,
} from '../../../../../src/daemon/outlets/log/facts-limit.ts';
import type { LogLevel, LogLine } from '../../../../../src/daemon/outlets/log/log.ts';
import { ip } from '../../../../support/builders/addresses.ts';

interface Written extends LogLine {
  readonly level: LogLevel;
}

class ManualClock implements LimitClock {
  #now = 0;
  #timers: { at: number; action: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  later(delayMs: number, action: () => void): () => void {
    const timer = { at: this.#now + delayMs, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((candidate) => candidate !== timer);
    };
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter((timer) => timer.at <= this.#now);
    this.#timers = this.#timers.filter((timer) => timer.at > this.#now);
    for (const timer of due) timer.action();
  }
}

function sink(): { facts: FactSink; lines: Written[]; clock: ManualClock; suppressed: number[] } {
  const lines: Written[] = [];
  const suppressed: number[] = [];
  const clock = new ManualClock();
  const facts = createFactSink(
    {
      log: (level, line) => lines.push({ level, ...line }),
      enabled: () => true,
      close: async () => undefined,
    },
    { clock, onSuppressed: (_, count) => suppressed.push(count) },
  );
  return { facts, lines, clock, suppressed };
}

function only(give: (facts: FactSink) => void): Written {
  const { facts, lines } = sink();
  give(facts);
  expect(lines).toHaveLength(1);
  const [line] = lines;
  if (line === undefined) throw new Error('no line');
  return line;
}

const BAD_PACKET: VrrpFact = {
  type: 'notice',
  instance: 'VI_1',
  code: 'bad-checksum',
  message: 'advertisement of 10.0.0.9 has a wrong checksum',
};

describe('Facts of VRRP', () => {
  test('a transition tells who, from, to, why and by whom', () => {
    const line = only((facts) =>
      facts.vrrp({
        type: 'transition',
        instance: 'VI_1',
        from: 'BACKUP',
        to: 'MASTER',
        reason: 'master-timeout',
        cause: { kind: 'router', address: ip('10.0.0.5'), priority: 200 },
      }),
    );
    expect(line.message).toBe(
      'VI_1: BACKUP -> MASTER (master-timeout: 10.0.0.5 with priority 200)',
    );
    expect(line).toMatchObject({ level: 'notice', id: 'vrrp.transition', component: 'vrrp' });
    expect(line.fields).toMatchObject({ instance: 'VI_1', to: 'MASTER', peer: '10.0.0.5' });
  });

  test('V1, V2: a fault names the address, or the errno and what to look at', () => {
    const fault = { type: 'transition', instance: 'VI_1', from: 'MASTER', to: 'FAULT' } as const;
    const source = { kind: 'source-address', address: ip('10.1.0.2'), problem: 'missing' } as const;
    const missing = only((facts) =>
      facts.vrrp({ ...fault, reason: 'source-address-unusable', cause: source }),
    );
    expect(missing.message).toBe(
      'VI_1: MASTER -> FAULT (source-address-unusable: 10.1.0.2 is not an address of this host)',
    );
    expect(missing.fields).toMatchObject({ cause: '10.1.0.2 is not an address of this host' });
    const sending = { kind: 'sending', errno: 'EPERM', destination: ip('224.0.0.18') } as const;
    const refused = only((facts) =>
      facts.vrrp({ ...fault, reason: 'send-failed', cause: sending }),
    );
    expect(refused.message).toMatch(
      /224\.0\.0\.18 do not leave: EPERM, look at the firewall rules/,
    );
  });

  test('a fault is a warning', () => {
    const fact: VrrpFact = {
      type: 'transition',
      instance: 'VI_1',
      from: 'MASTER',
      to: 'FAULT',
      reason: 'interface-down',
    };
    expect(only((facts) => facts.vrrp(fact))).toMatchObject({
      level: 'warning',
      message: 'VI_1: MASTER -> FAULT (interface-down)',
    });
  });
});

describe('Facts of health', () => {
  const result = {
    outcome: 'refused',
    detail: 'connection refused',
    elapsed: milliseconds(0.4),
  } as const;
  const server = {
    virtualServer: 'tcp:10.0.0.3:80',
    realServer: '10.0.0.7:80',
    check: 'TCP_CHECK#1',
  };

  test.each<readonly [HealthFact, LogLevel, string]>([
    [
      { type: 'checkChanged', ...server, up: false, result, attempts: 4 },
      'notice',
      'TCP_CHECK#1 of 10.0.0.7:80 in tcp:10.0.0.3:80 fails after 4 attempts: connection refused (0.4 ms)',
    ],
    [
      { type: 'checkFailedOnce', ...server, result, retriesLeft: 1 },
      'info',
      'TCP_CHECK#1 of 10.0.0.7:80 in tcp:10.0.0.3:80 failed, 1 retry left: connection refused (0.4 ms)',
    ],
    [
      {
        type: 'serverChanged',
        virtualServer: server.virtualServer,
        realServer: server.realServer,
        up: false,
        reason: 'TCP_CHECK#1',
      },
      'warning',
      'real server 10.0.0.7:80 of tcp:10.0.0.3:80 is DOWN (TCP_CHECK#1)',
    ],
    [
      {
        type: 'quorumChanged',
        virtualServer: server.virtualServer,
        up: false,
        aliveWeight: 0,
        quorum: 1,
      },
      'error',
      'virtual server tcp:10.0.0.3:80 LOST its quorum (weight alive 0, quorum 1)',
    ],
    [
      {
        type: 'serverChanged',
        virtualServer: server.virtualServer,
        realServer: server.realServer,
        up: false,
        reason: 'no longer in the configuration',
        removed: true,
      },
      'notice',
      'real server 10.0.0.7:80 of tcp:10.0.0.3:80 is no longer in the configuration',
    ],
    [
      {
        type: 'quorumChanged',
        virtualServer: server.virtualServer,
        up: false,
        aliveWeight: 0,
        quorum: 1,
        removed: true,
      },
      'notice',
      'virtual server tcp:10.0.0.3:80 is no longer in the configuration',
    ],
  ])('%j', (fact, level, message) => {
    expect(only((facts) => facts.health(fact))).toMatchObject({ level, message });
  });
});

describe('Facts of the supervisor', () => {
  const DAEMON_FACTS: readonly DaemonFact[] = [
    { type: 'starting', version: '0.1.0', configFile: '/etc/x.conf', pid: 1 },
    { type: 'running', instances: 1, virtualServers: 2, seconds: 0.2 },
    { type: 'stopping', reason: 'SIGTERM' },
    { type: 'stopped', status: 0 },
    { type: 'componentStarted', component: 'vrrp', pid: 2, restarts: 1 },
    {
      type: 'componentDied',
      component: 'vrrp',
      pid: 2,
      exitCode: null,
      signal: 'SIGKILL',
      livedSeconds: 12,
    },
    {
      type: 'componentDied',
      component: 'vrrp',
      pid: undefined,
      startError: 'spawn ENOMEM',
      exitCode: null,
      signal: null,
      livedSeconds: 0,
    },
    {
      type: 'componentDied',
      component: 'vrrp',
      pid: 2,
      exitCode: null,
      signal: 'SIGKILL',
      silentSeconds: 3.2,
      livedSeconds: 12,
    },
    { type: 'stopFailed', component: 'vrrp', end: 'killed' },
    { type: 'cleanedUp', component: 'vrrp' },
    { type: 'cleanUpFailed', component: 'checker', end: 'absent' },
    { type: 'leftBehind', component: 'vrrp', left: ['192.0.2.1/24 on eth0'] },
    { type: 'componentRestarting', component: 'vrrp', delaySeconds: 0 },
    { type: 'componentSilent', component: 'checker', silentSeconds: 3 },
    { type: 'componentConfigured', component: 'checker', objects: 1, operations: 0 },
    { type: 'loopLate', component: 'vrrp', latenessUs: 120_000 },
    {
      type: 'configDiagnostic',
      severity: 'warning',
      code: 'unknown-keyword',
      place: '/etc/x.conf:3:5: ',
      message: 'unknown keyword',
    },
    { type: 'notSupportedYet', keywords: ['smtp_alert'] },
    { type: 'reloadStarted', origin: 'signal' },
    { type: 'reloadApplied', origin: 'cli', changed: true, seconds: 0.01, warnings: 1 },
    {
      type: 'reloadRefused',
      origin: 'cli',
      seconds: 0.01,
      errors: 2,
      warnings: 0,
      reasons: ['2 errors'],
    },
    { type: 'instancesRenamed', renamed: [{ from: 'VI_1', to: 'VI_2' }] },
    { type: 'ipvsAvailable', services: 1, destinations: 2 },
    { type: 'ipvsUnavailable', reason: 'no ip_vs module' },
    { type: 'ipvsRepaired', operations: 3, repairs: [] },
    { type: 'ipvsRefusalsEnded' },
    {
      type: 'trouble',
      component: 'vrrp',
      trouble: { operation: 'add address', errno: 'EPERM', message: 'not permitted' },
    },
    { type: 'operatorAction', action: 'resign', target: 'VI_1', origin: 'cli', outcome: 'done' },
    { type: 'programClosed', path: '/home/alice' },
    { type: 'signalWithoutEffect', number: 36, purpose: 'a dump in JSON' },
    { type: 'listening', service: 'metrics', where: '127.0.0.1:9165' },
    { type: 'listenFailed', service: 'metrics', where: '127.0.0.1:9165', reason: 'in use' },
  ];

  test('each has one line with an id of its own, for the process it concerns', () => {
    const lines = DAEMON_FACTS.map((fact) => only((facts) => facts.daemon(fact)));
    expect(new Set(lines.map((line) => line.id)).size).toBe(DAEMON_FACTS.length);
    expect(lines.every((line) => line.message !== '' && !line.message.includes('undefined'))).toBe(
      true,
    );
    const diagnostic = lines.find((line) => line.id === 'config.unknown-keyword');
    expect(diagnostic).toMatchObject({
      message: '/etc/x.conf:3:5: unknown keyword',
      fields: { place: '/etc/x.conf:3:5' },
    });
    const died = lines.find((line) => line.id === 'component.died');
    expect(died).toMatchObject({
      component: 'vrrp',
      level: 'error',
      message: 'process 2 died after 12 s: signal SIGKILL',
    });
  });

  test('numbers and nouns agree', () => {
    const text = (instances: number): string =>
      only((facts) =>
        facts.daemon({ type: 'running', instances, virtualServers: 1, seconds: 0.25 }),
      ).message;
    expect(text(1)).toBe('running: 1 VRRP instance, 1 virtual server (after 250 ms)');
    expect(text(2)).toContain('2 VRRP instances');
  });
});

test('H11: a repair names service, server, what was found and what it is again', () => {
  const service = 'tcp:192.0.2.1:80';
  const server = '10.0.0.11:80';
  const repairs = [
    { service, server, found: 'changed', settings: [{ name: 'weight', was: 5, is: 1 }] },
    { service, server: '10.0.0.99:80', found: 'foreign', settings: [] },
    { service, found: 'missing', settings: [] },
  ] as const;
  const line = only((facts) => facts.daemon({ type: 'ipvsRepaired', operations: 9, repairs }));
  expect(line).toMatchObject({ level: 'warning', id: 'ipvs.repaired' });
  expect(line.message).toBe(
    'changed in the IPVS table by somebody else, and undone: weight of 10.0.0.11:80 in tcp:192.0.2.1:80 was 5, is 1 again; server 10.0.0.99:80 of tcp:192.0.2.1:80 had been added; service tcp:192.0.2.1:80 had been removed; 6 more',
  );
});

test('H15: a broken precondition is said with its consequence and the cure, and so is its end', () => {
  const said = (state: 'unmet' | 'met'): Written =>
    only((facts) => facts.daemon({ type: 'preconditionChanged', name: 'ip_forward', state }));
  expect(said('unmet')).toMatchObject({
    level: 'error',
    id: 'precondition.unmet',
    message:
      'net.ipv4.ip_forward is 0: answers of NAT servers never reach the clients (sysctl -w net.ipv4.ip_forward=1)',
  });
  expect(said('met')).toMatchObject({ level: 'notice', id: 'precondition.met' });
});

describe('The rate limit', () => {
  test('lets a burst of one kind pass, counts the rest and tells their number', () => {
    const { facts, lines, clock, suppressed } = sink();
    for (let i = 0; i < LIMIT_BURST + 20; i++) facts.vrrp(BAD_PACKET);
    expect(lines).toHaveLength(LIMIT_BURST);
    clock.advance(LIMIT_WINDOW_MS);
    expect(lines).toHaveLength(LIMIT_BURST + 1);
    expect(lines.at(-1)).toMatchObject({
      id: 'vrrp.bad-checksum',
      message: `20 more like this were not written; the last one: VI_1: ${BAD_PACKET.message}`,
      fields: { suppressed: 20 },
    });
    expect(suppressed).toEqual([20]);
    facts.vrrp(BAD_PACKET);
    expect(lines).toHaveLength(LIMIT_BURST + 2);
  });

  test('says nothing at the end of a window in which nothing was held back', () => {
    const { facts, lines, clock } = sink();
    facts.vrrp(BAD_PACKET);
    clock.advance(LIMIT_WINDOW_MS);
    expect(lines).toHaveLength(1);
  });

  test('keeps kinds and instances apart', () => {
    const { facts, lines } = sink();
    for (let i = 0; i < LIMIT_BURST; i++) facts.vrrp(BAD_PACKET);
    facts.vrrp({ ...BAD_PACKET, instance: 'VI_2' });
    facts.vrrp({ ...BAD_PACKET, code: 'bad-ttl' });
    expect(lines).toHaveLength(LIMIT_BURST + 2);
  });

  test('H4: bounds the lines of a kind however many objects it is about', () => {
    const { facts, lines, clock } = sink();
    for (let i = 0; i < 2_020; i++) {
      const trouble = {
        operation: `add server 10.0.${i >> 8}.${i & 255}`,
        errno: 'ENOENT',
        message: '',
      };
      facts.daemon({ type: 'trouble', component: 'checker', trouble });
      facts.vrrp({ ...BAD_PACKET, instance: `VI_${i}` });
      facts.health({
        type: 'checkFailedOnce',
        virtualServer: `tcp:192.0.2.${i}:80`,
        realServer: '10.0.0.1:80',
        check: 'TCP_CHECK',
        result: { outcome: 'refused', detail: '', elapsed: milliseconds(1) },
        retriesLeft: 1,
      });
    }
    expect(lines).toHaveLength(3 * LIMIT_KIND_BURST);
    clock.advance(LIMIT_WINDOW_MS);
    expect(lines).toHaveLength(3 * LIMIT_KIND_BURST + 3);
  });

  test('never holds back a change of state', () => {
    const { facts, lines } = sink();
    for (let i = 0; i < 100; i++) {
      facts.vrrp({
        type: 'transition',
        instance: 'VI_1',
        from: 'BACKUP',
        to: 'MASTER',
        reason: 'master-timeout',
      });
    }
    expect(lines).toHaveLength(100);
  });

  test('tells what it holds back when it is closed', () => {
    const { facts, lines } = sink();
    for (let i = 0; i < LIMIT_BURST + 1; i++) facts.vrrp(BAD_PACKET);
    facts.close();
    expect(lines.at(-1)?.message).toContain('1 more like this');
  });

  test('watches a limited number of kinds', () => {
    const { facts, lines } = sink();
    for (let i = 0; i < LIMIT_BURST + 1; i++) facts.vrrp({ ...BAD_PACKET, code: 'first' });
    for (let i = 0; i < LIMIT_KINDS_MAX; i++) facts.vrrp({ ...BAD_PACKET, code: `code-${i}` });
    expect(lines.filter((line) => line.message.startsWith('1 more like this'))).toHaveLength(1);
  });
});
