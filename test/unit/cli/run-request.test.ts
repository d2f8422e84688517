/** What keepalived's options mean to Tandem. */
import { describe, expect, test } from 'vitest';
import { RUN_FLAGS, runHelp } from '../../../src/cli/run-flags.ts';
import {
  type CommandLine,
  parseCommandLine,
  type RunRequest,
} from '../../../src/cli/run-request.ts';

function parse(...args: string[]): CommandLine {
  const parsed = parseCommandLine(args);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function request(...args: string[]): RunRequest {
  const parsed = parse(...args);
  if (parsed.action !== 'run') throw new Error(`not a run: ${parsed.action}`);
  return parsed.request;
}

function problem(...args: string[]): string {
  const parsed = parseCommandLine(args);
  return parsed.ok ? '' : parsed.error;
}

describe('The command line of a run', () => {
  test('has defaults that run everything', () => {
    expect(request()).toMatchObject({
      configFile: undefined,
      runtimeDir: undefined,
      roles: { vrrp: true, health: true },
      foreground: false,
      log: { format: 'text', level: 'info' },
      logPlace: undefined,
      metrics: undefined,
      keepIpvsOnStop: false,
    });
  });

  test('takes what init scripts and containers give keepalived', () => {
    expect(request('--dont-fork', '-lD', '-f', '/etc/k.conf', '-p', '/run/k.pid')).toMatchObject({
      configFile: '/etc/k.conf',
      pidFiles: { main: '/run/k.pid' },
      foreground: true,
      logPlace: { kind: 'stdout' },
    });
  });

  test('takes the PID files of all processes and the network namespace', () => {
    expect(request('-r', '/v', '-c', '/c', '-b', '/b', '-s', 'blue', '-u', '027')).toMatchObject({
      pidFiles: { vrrp: '/v', health: '/c', bfd: '/b' },
      namespace: 'blue',
      umask: 0o27,
    });
  });

  test.each([
    [['-P'], true, false],
    [['-C'], false, true],
    [['-P', '-C'], true, true],
    [['--vrrp'], true, false],
  ])('%j starts vrrp %s and health %s', (args, vrrp, health) => {
    expect(request(...args).roles).toEqual({ vrrp, health });
  });

  test('debugs with -D given twice', () => {
    expect(request('-D').log.level).toBe('info');
    expect(request('-DD').log.level).toBe('debug');
    expect(request('-DD', '--log-level=notice').log.level).toBe('notice');
  });

  test.each([
    ['9200', '127.0.0.1', 9200],
    [':9200', '127.0.0.1', 9200],
    ['0.0.0.0:9200', '0.0.0.0', 9200],
    ['192.0.2.1', '192.0.2.1', 9165],
    ['[::1]:9200', '::1', 9200],
    ['[::]', '::', 9165],
  ])('reads --metrics %s', (text, address, port) => {
    expect(request('--metrics', text).metrics).toEqual({ address, port });
  });

  test('has no metrics when told so', () => {
    expect(request('--no-metrics').metrics).toBe(false);
  });

  test.each([
    ['-S', '3', 19],
    ['-S', 'local7', 23],
    ['-S', 'user', 1],
  ])('reads the facility %s %s', (flag, value, facility) => {
    expect(request(flag, value).logFacility).toBe(facility);
  });

  test.each([
    [['-g'], '/var/log/tandem.log'],
    [['-g/tmp/x.log'], '/tmp/x.log'],
    [['--log-to', '/tmp/x.log'], '/tmp/x.log'],
  ])('logs with %j to %s', (args, path) => {
    expect(request(...args).logPlace).toEqual({ kind: 'file', path });
  });

  test('says what holds instead of --no_bfd and --dont-release-vrrp', () => {
    expect(parse('-B', '-V')).toMatchObject({
      notices: [
        '--no_bfd has no effect: BFD sessions run where the configuration has a bfd_instance, and instances that track one need it',
        '--dont-release-vrrp has no effect: a stop removes the addresses, because two directors would answer for them when another takes over',
      ],
    });
  });

  test('takes -R and --ignore-sigint', () => {
    expect(parse('-R', '--ignore-sigint')).toMatchObject({
      request: { stopsWithChild: true, ignoresInterrupt: true },
      notices: [],
    });
  });

  test('says which options have no effect yet', () => {
    const parsed = parse('-n', '-d', '--snmp');
    expect(parsed).toMatchObject({
      notices: [
        expect.stringContaining('--dump-conf has no effect yet'),
        expect.stringContaining('--snmp has no effect yet'),
      ],
    });
  });

  test('ignores surplus words aloud, as keepalived does', () => {
    expect(parse('-n', 'x', 'y')).toMatchObject({ notices: ['ignored: x y'] });
  });

  test('refuses what it would be dangerous to ignore', () => {
    expect(problem('-T')).toContain('genhash');
  });

  test.each([
    [['--metrics', 'nonsense:1']],
    [['--metrics', '1.2.3.4:70000']],
    [['--log-level', 'loud']],
    [['--log-format', 'xml']],
    [['-u', '99']],
    [['-S', 'kitchen']],
    [['--signum', 'KILL']],
    [['-Z']],
  ])('refuses %j', (args) => {
    expect(problem(...args)).not.toBe('');
  });

  test.each([
    ['STOP', 15],
    ['RELOAD', 1],
    ['STATS_CLEAR', 63],
    ['JSON', 36],
  ])('tells the number of %s', (name, number) => {
    expect(parse(`--signum=${name}`)).toEqual({ action: 'signum', number });
  });

  test('-t checks the file of -f, or a lone word that keepalived would ignore', () => {
    expect(parse('-t', '-f', 'a.conf')).toMatchObject({ action: 'test', configFile: 'a.conf' });
    expect(parse('-t', 'a.conf')).toMatchObject({ configFile: 'a.conf', logFile: undefined });
    expect(parse('-t')).toMatchObject({ configFile: undefined });
  });

  test('-tFILE and --config-test=FILE name the file for the findings', () => {
    expect(parse('-tout.log', '-f', 'a.conf')).toMatchObject({ logFile: 'out.log' });
    expect(parse('--config-test=out.log')).toMatchObject({ logFile: 'out.log' });
  });
});

describe('The table of options', () => {
  test('has no letter and no name twice', () => {
    const letters = RUN_FLAGS.flatMap((flag) => flag.short ?? []);
    const names = RUN_FLAGS.map((flag) => flag.long);
    expect(new Set(letters).size).toBe(letters.length);
    expect(new Set(names).size).toBe(names.length);
  });

  test('has all letters of keepalived 2.4', () => {
    const letters = new Set(RUN_FLAGS.flatMap((flag) => flag.short ?? []));
    for (const letter of 'fPCBlDSgGuXVIRndprcbaxAsmMeitLTvh') expect(letters).toContain(letter);
  });

  test('is what the help shows, but for what is refused', () => {
    for (const flag of RUN_FLAGS) {
      const isShown = runHelp().includes(`--${flag.long ?? ''}`);
      expect(isShown, flag.name).toBe(flag.effect !== 'refused');
    }
  });
});
