/** The lines of facts, and their rate limit. */
import { describe, expect, test } from 'vitest';
import { instant, milliseconds } from '../../../../../src/core/base/time.ts';
import type { FactId } from '../../../../../src/core/facts/catalogue.ts';
import { type Fact, factLine } from '../../../../../src/core/facts/catalogue.ts';
import { coreFact } from '../../../../../src/core/facts/from-cores.ts';
import type { HealthReport } from '../../../../../src/core/health/events-and-actions.ts';
import { createFactLog, type FactLog } from '../../../../../src/daemon/outlets/log/fact-log.ts';
import type { LogLevel, LogLine } from '../../../../../src/daemon/outlets/log/log.ts';
import {
  LIMIT_BURST,
  LIMIT_KIND_BURST,
  LIMIT_KINDS_MAX,
  LIMIT_WINDOW_MS,
  type LimitClock,
} from '../../../../../src/daemon/outlets/log/rate-limit.ts';
import {
  deathFact,
  preconditionFact,
  troubleFact,
} from '../../../../../src/daemon/supervisor/child-facts.ts';
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

interface Sink {
  readonly say: (fact: Fact) => void;
  readonly log: FactLog;
  readonly lines: Written[];
  readonly clock: ManualClock;
  readonly suppressed: number[];
}

/** When every fact of these tests happened. */
const AT = { monotonic: instant(5_000_000), wall: 1_700_000_000_000 };

function sink(): Sink {
  const lines: Written[] = [];
  const suppressed: number[] = [];
  const clock = new ManualClock();
  const log = createFactLog(
    {
      log: (level, line) => lines.push({ level, ...line }),
      enabled: () => true,
      close: async () => undefined,
    },
    { clock, onSuppressed: (_, count) => suppressed.push(count) },
  );
  return { say: (fact) => log.take({ at: AT, fact }), log, lines, clock, suppressed };
}

function only(fact: Fact): Written {
  const { say, lines } = sink();
  say(fact);
  expect(lines).toHaveLength(1);
  const [line] = lines;
  if (line === undefined) throw new Error('no line');
  return line;
}

/** Somebody removed an address of an instance. */
const REMOVED = {
  id: 'vrrp.addressRepaired',
  instance: 'VI_1',
  interface: 'eth0',
  addresses: ['192.0.2.1/24'],
  cause: { type: 'removed' },
} as const satisfies Fact;

describe('Facts of VRRP', () => {
  test('a transition tells who, from, to, why and by whom', () => {
    const line = only({
      id: 'vrrp.transition',
      instance: 'VI_1',
      from: 'BACKUP',
      to: 'MASTER',
      reason: 'master-timeout',
      cause: { kind: 'router', address: ip('10.0.0.5'), priority: 200 },
    });
    expect(line.message).toBe(
      'VI_1: BACKUP -> MASTER (master-timeout: 10.0.0.5 with priority 200)',
    );
    expect(line).toMatchObject({ level: 'notice', id: 'vrrp.transition', component: 'vrrp' });
    expect(line.fields).toMatchObject({ instance: 'VI_1', to: 'MASTER', peer: '10.0.0.5' });
  });

  test('V1, V2: a fault names the address, or the errno and what to look at', () => {
    const fault = { id: 'vrrp.transition', instance: 'VI_1', from: 'MASTER', to: 'FAULT' } as const;
    const source = { kind: 'source-address', address: ip('10.1.0.2'), problem: 'missing' } as const;
    const missing = only({ ...fault, reason: 'source-address-unusable', cause: source });
    expect(missing.message).toBe(
      'VI_1: MASTER -> FAULT (source-address-unusable: 10.1.0.2 is not an address of this host)',
    );
    expect(missing.fields).toMatchObject({ cause: '10.1.0.2 is not an address of this host' });
    const sending = { kind: 'sending', errno: 'EPERM', destination: ip('224.0.0.18') } as const;
    const refused = only({ ...fault, reason: 'send-failed', cause: sending });
    expect(refused.message).toMatch(
      /224\.0\.0\.18 do not leave: EPERM, look at the firewall rules/,
    );
  });

  test('a line has the time at which the fact happened', () => {
    expect(only({ id: 'daemon.stopped', status: 0 }).timeMs).toBe(AT.wall);
  });

  test('a fault is a warning', () => {
    const fact: Fact = {
      id: 'vrrp.transition',
      instance: 'VI_1',
      from: 'MASTER',
      to: 'FAULT',
      reason: 'interface-down',
    };
    expect(only(fact)).toMatchObject({
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

  test.each<readonly [HealthReport, LogLevel, string]>([
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
  ])('%j', (report, level, message) => {
    expect(only(coreFact(report))).toMatchObject({ level, message });
  });
});

describe('Facts of the supervisor', () => {
  const death = {
    exitCode: null,
    signal: 'SIGKILL',
    livedSeconds: 12,
    restartInSeconds: 0,
  } as const;
  const facts: readonly Fact[] = [
    { id: 'daemon.starting', version: '0.1.0', configFile: '/etc/x.conf', pid: 1 },
    { id: 'daemon.running', instances: 1, virtualServers: 2, seconds: 0.2 },
    { id: 'daemon.stopping', reason: 'SIGTERM' },
    { id: 'daemon.stopped', status: 0 },
    { id: 'component.started', component: 'vrrp', pid: 2, restarts: 1 },
    deathFact('vrrp', { ...death, pid: 2 }),
    deathFact('vrrp', { ...death, pid: undefined, startError: 'spawn ENOMEM' }),
    deathFact('vrrp', { ...death, pid: 2, silentSeconds: 3.2 }),
    { id: 'component.stop-failed', component: 'vrrp', end: 'killed' },
    { id: 'component.cleaned-up', component: 'vrrp' },
    { id: 'component.clean-up-failed', component: 'health', end: 'absent' },
    { id: 'component.left-behind', component: 'vrrp', left: ['192.0.2.1/24 on eth0'] },
    { id: 'component.restarting', component: 'vrrp', delaySeconds: 0 },
    { id: 'component.configured', component: 'health', objects: 1, operations: 0 },
    { id: 'component.late', component: 'vrrp', latenessSeconds: 0.12 },
    {
      id: 'config.unknown-keyword',
      severity: 'warning',
      code: 'unknown-keyword',
      place: '/etc/x.conf:3:5: ',
      message: 'unknown keyword',
    },
    { id: 'config.words-without-effect', keywords: ['smtp_alert'] },
    { id: 'reload.started', origin: 'signal' },
    { id: 'reload.applied', origin: 'cli', changed: true, seconds: 0.01, warnings: 1 },
    {
      id: 'reload.refused',
      origin: 'cli',
      seconds: 0.01,
      errors: 2,
      warnings: 0,
      reasons: ['2 errors'],
    },
    { id: 'vrrp.renamed', renamed: [{ from: 'VI_1', to: 'VI_2' }] },
    { id: 'ipvs.available', services: 1, destinations: 2 },
    { id: 'ipvs.unavailable', reason: 'no ip_vs module' },
    { id: 'ipvs.repaired', operations: 3, repairs: [] },
    { id: 'ipvs.refusals-ended' },
    troubleFact('vrrp', { operation: 'add-address', errno: 'EPERM', detail: 'not permitted' }),
    { id: 'operator.resign', target: 'VI_1', origin: 'cli', outcome: 'done' },
    { id: 'daemon.program-closed', path: '/home/alice' },
    { id: 'dump.written', dump: 'json', files: ['/tmp/keepalived.json'] },
    { id: 'signal.without-effect', signal: 64, purpose: 'a dump of its threads' },
    { id: 'metrics.listening', where: '127.0.0.1:9165' },
    { id: 'metrics.listen-failed', where: '127.0.0.1:9165', reason: 'in use' },
    { id: 'control.listen-failed', where: '/run/tandem/control', reason: 'in use' },
  ];

  test('each has one line with an id of its own, for the process it concerns', () => {
    const lines = facts.map(only);
    expect(new Set(lines.map((line) => line.id)).size).toBe(facts.length);
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
      only({ id: 'daemon.running', instances, virtualServers: 1, seconds: 0.25 }).message;
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
  const line = only({ id: 'ipvs.repaired', operations: 9, repairs });
  expect(line).toMatchObject({ level: 'warning', id: 'ipvs.repaired' });
  expect(line.message).toBe(
    'changed in the IPVS table by somebody else, and undone: weight of 10.0.0.11:80 in tcp:192.0.2.1:80 was 5, is 1 again; server 10.0.0.99:80 of tcp:192.0.2.1:80 had been added; service tcp:192.0.2.1:80 had been removed; 6 more',
  );
});

test('H15: a broken precondition is said with its consequence and the cure, and so is its end', () => {
  const said = (state: 'unmet' | 'met'): Written =>
    only(preconditionFact({ name: 'ip_forward', state }));
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
    const { say, lines, clock, suppressed } = sink();
    for (let i = 0; i < LIMIT_BURST + 20; i++) say(REMOVED);
    expect(lines).toHaveLength(LIMIT_BURST);
    clock.advance(LIMIT_WINDOW_MS);
    expect(lines).toHaveLength(LIMIT_BURST + 1);
    expect(lines.at(-1)).toMatchObject({
      id: 'vrrp.addressRepaired',
      message: `20 more like this were not written; the last one: ${factLine(REMOVED).text}`,
      fields: { suppressed: 20 },
    });
    expect(suppressed).toEqual([20]);
    say(REMOVED);
    expect(lines).toHaveLength(LIMIT_BURST + 2);
  });

  test('says nothing at the end of a window in which nothing was held back', () => {
    const { say, lines, clock } = sink();
    say(REMOVED);
    clock.advance(LIMIT_WINDOW_MS);
    expect(lines).toHaveLength(1);
  });

  test('keeps kinds and instances apart', () => {
    const { say, lines } = sink();
    for (let i = 0; i < LIMIT_BURST; i++) say(REMOVED);
    say({ ...REMOVED, instance: 'VI_2' });
    say({ ...REMOVED, id: 'vrrp.addressKept' });
    expect(lines).toHaveLength(LIMIT_BURST + 2);
  });

  test('H4: bounds the lines of a kind however many objects it is about', () => {
    const { say, lines, clock } = sink();
    for (let i = 0; i < 2_020; i++) {
      const trouble = {
        operation: 'add-server',
        about: `10.0.${i >> 8}.${i & 255}`,
        errno: 'ENOENT',
      } as const;
      say(troubleFact('health', trouble));
      say({ ...REMOVED, instance: `VI_${i}` });
      say({
        id: 'check.failed-once',
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
    const { say, lines } = sink();
    for (let i = 0; i < 100; i++) {
      say({
        id: 'vrrp.transition',
        instance: 'VI_1',
        from: 'BACKUP',
        to: 'MASTER',
        reason: 'master-timeout',
      });
    }
    expect(lines).toHaveLength(100);
  });

  test('tells what it holds back when it is closed', () => {
    const { say, log, lines } = sink();
    for (let i = 0; i < LIMIT_BURST + 1; i++) say(REMOVED);
    log.close();
    expect(lines.at(-1)?.message).toContain('1 more like this');
  });

  test('watches a limited number of kinds', () => {
    const { say, lines } = sink();
    const purpose = 'nothing';
    const first: FactId = 'signal.without-effect';
    for (let i = 0; i < LIMIT_BURST + 1; i++) say({ id: first, signal: 0, purpose });
    for (let i = 1; i <= LIMIT_KINDS_MAX; i++) say({ id: first, signal: i, purpose });
    expect(lines.filter((line) => line.message.startsWith('1 more like this'))).toHaveLength(1);
  });
});
