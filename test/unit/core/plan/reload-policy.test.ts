/** Whether a running director takes another configuration. */
import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../../../src/core/language/host.ts';
import {
  type LoadedFile,
  mayReload,
  mistakesOf,
  type ReloadVerdict,
  servingParts,
} from '../../../../src/core/plan/reload-policy.ts';
import { instance, parse } from '../../../support/parse-text.ts';

const SERVER = `virtual_server 192.0.2.10 80 {
  delay_loop 3
  lvs_sched rr
  lvs_method DR
  protocol TCP
  real_server 10.0.0.1 80 {
    weight 1
    lb_kind DR
    TCP_CHECK {
    }
  }
}
`;
const MISTAKEN = `${instance('priority 100')}${SERVER}`;
const RIGHT = MISTAKEN.replace('    lb_kind DR\n', '');

function load(text: string, host: HostFacts = {}): LoadedFile {
  const { config, diagnostics, verdict } = parse(text, { host });
  return { config, findings: diagnostics, errors: verdict.errors };
}

/** The verdict of `next` where `running` runs. */
function reload(
  running: string,
  next: LoadedFile,
  { allowEmpty = false, roles = { vrrp: true, health: true } } = {},
): ReloadVerdict {
  const before = load(running);
  if (before.config === undefined) throw new Error('the running configuration cannot run');
  const config = servingParts(before.config, roles);
  return mayReload({ config, mistakes: mistakesOf(before) }, next, { allowEmpty });
}

describe('H9: a mistake', () => {
  test('that runs already does not refuse the same file, and is said as a warning', () => {
    const verdict = reload(MISTAKEN, load(MISTAKEN));
    expect(verdict).toMatchObject({ isRefused: false, reasons: [], errors: 0 });
    const said = verdict.findings.find(({ message }) => message.includes('lb_kind'));
    expect(said?.severity).toBe('warning');
    expect(said?.message).toMatch(/\(no reason to refuse: the running .* has this mistake too\)$/);
  });

  test.each([
    ['another setting changes', MISTAKEN.replace('weight 1', 'weight 5')],
    ['it stands on another line', `# a comment\n\n${MISTAKEN}`],
    ['it stands in another order', `${SERVER}${instance('priority 100')}`],
    [
      'its line is laid out in another way',
      MISTAKEN.replace('    lb_kind DR', '\tlb_kind   DR # x'),
    ],
    ['it shares a line', MISTAKEN.replace('weight 1\n    lb_kind DR', 'weight 7\nlb_kind DR')],
  ])('is the same when %s', (_, text) => {
    expect(reload(MISTAKEN, load(text))).toMatchObject({ isRefused: false, errors: 0 });
  });

  test.each([
    ['the running configuration is right', RIGHT, MISTAKEN],
    ['the word is another one', MISTAKEN, MISTAKEN.replace('lb_kind DR', 'lb_algo rr')],
    ['another server has it', MISTAKEN, MISTAKEN.replace('10.0.0.1', '10.0.0.2')],
    ['one comes on top', MISTAKEN, MISTAKEN.replace('priority 100', 'prioriti 3')],
  ])('is a new one when %s', (_, running, next) => {
    const verdict = reload(running, load(next));
    expect(verdict).toMatchObject({ isRefused: true, reasons: ['1 error'], errors: 1 });
  });

  test('after which nothing can be run is always a reason', () => {
    const next = load(MISTAKEN.replace('  virtual_router_id 51\n', ''));
    expect(reload(MISTAKEN, next).isRefused).toBe(true);
  });

  test('beyond the limit of findings counts', () => {
    const noise = 'nonsense\n';
    const many = load(`${MISTAKEN}${noise.repeat(1_200)}`);
    expect(reload(MISTAKEN, many).isRefused).toBe(true);
    expect(reload(`${MISTAKEN}${noise.repeat(1_200)}`, many).isRefused).toBe(false);
    const more = load(`${MISTAKEN}${noise.repeat(1_201)}`);
    expect(reload(`${MISTAKEN}${noise.repeat(1_200)}`, more).isRefused).toBe(true);
  });
});

/** What it is, a configuration, and the host. */
type HostCase = readonly [string, string, HostFacts];

describe('V18: a state of the host', () => {
  const here: HostFacts = { interfaces: new Set(['eth0']) };

  test.each<HostCase>([
    ['an interface that is gone', instance('priority 100').replace('eth0', 'eth9'), here],
    ['the interface of an address', instance('').replace('100/24', '100/24 dev eth9'), here],
    ['a tracked interface', instance('track_interface {\n eth9\n }'), here],
    [
      'an interface of static addresses',
      `static_ipaddress {\n 10.0.0.9/24 dev eth9\n }\n${instance('')}`,
      here,
    ],
    ['an interface of linkbeat', `linkbeat_interfaces {\n eth9\n }\n${instance('')}`, here],
    [
      'a program',
      `vrrp_script s {\n script /usr/bin/none\n }\n${instance('')}`,
      { program: () => 'missing' },
    ],
    [
      'a user',
      `global_defs {\n script_user none\n }\n${instance('')}`,
      { userExists: () => false },
    ],
    [
      'a user of scripts',
      `global_defs {\n enable_script_security\n }\nvrrp_script s {\n script /bin/true\n }\n${instance('')}`,
      { userExists: () => false },
    ],
    [
      'a name',
      `global_defs {\n smtp_server mail.example.com\n }\n${instance('')}`,
      { resolves: () => false },
    ],
    [
      'a directory',
      `track_file f {\n file /srv/none/f\n }\n${instance('')}`,
      { directoryExists: () => false },
    ],
  ])('is a warning: %s', (_, text, host) => {
    const next = load(text, host);
    expect(next.errors, 'an error of check').toBeGreaterThan(0);
    const verdict = reload(instance(''), next);
    expect(verdict).toMatchObject({ isRefused: false, errors: 0 });
    expect(
      verdict.findings.some(({ message }) => message.includes('this state of the host may pass')),
    ).toBe(true);
  });

  test.each<HostCase>([
    [
      'permissions of a program',
      `global_defs {\n enable_script_security\n script_user root\n }\nvrrp_script s {\n script /srv/s\n }\n${instance('')}`,
      { program: () => 'insecure' },
    ],
    ['a place that no host can watch', `track_file f {\n file /proc/f\n }\n${instance('')}`, {}],
  ])('is not what somebody has to set right: %s', (_, text, host) => {
    expect(reload(instance(''), load(text, host)).isRefused).toBe(true);
  });

  test('does not hide a mistake beside it', () => {
    const next = load(instance('prioriti 3').replace('eth0', 'eth9'), here);
    expect(reload(instance(''), next)).toMatchObject({ isRefused: true, errors: 1 });
  });
});

describe('V17: a reload that leaves nothing', () => {
  const INSTANCE = instance('priority 100');

  test.each([
    ['an empty file', RIGHT, '', 'the only VRRP instance and the only virtual server'],
    ['comments alone', RIGHT, '# nothing\n', 'the only VRRP instance and the only virtual server'],
    ['no instance', RIGHT, SERVER.replace('    lb_kind DR\n', ''), 'the only VRRP instance'],
    ['no virtual server', RIGHT, INSTANCE, 'the only virtual server'],
    [
      'none of two',
      INSTANCE + instance('', 'W').replace('51', '52'),
      'global_defs {\n}\n',
      'all 2 VRRP instances',
    ],
  ])('is refused, and the reason says how to ask for it: %s', (_, running, next, what) => {
    const verdict = reload(running, load(next));
    const reason = `it would remove ${what}; if that is meant: tandem reload --allow-empty`;
    expect(verdict).toMatchObject({ isRefused: true, reasons: [reason], errors: 0 });
    expect(reload(running, load(next), { allowEmpty: true }).isRefused).toBe(false);
  });

  test.each([
    ['one of two is left', INSTANCE + instance('', 'W').replace('51', '52'), INSTANCE],
    ['another one comes in its place', INSTANCE, instance('', 'W')],
    ['there was none', '', ''],
  ])('is not meant when %s', (_, running, next) => {
    expect(reload(running, load(next)).isRefused).toBe(false);
  });

  test('is none where the director does not serve that part', () => {
    const roles = { vrrp: true, health: false };
    expect(reload(RIGHT, load(INSTANCE), { roles }).isRefused).toBe(false);
    expect(reload(RIGHT, load(''), { roles }).reasons[0]).toContain('the only VRRP instance;');
  });

  test('is refused for its mistakes first', () => {
    const verdict = reload(RIGHT, load('nonsense\n'), { allowEmpty: true });
    expect(verdict).toMatchObject({ isRefused: true, reasons: ['1 error'] });
  });
});

describe('a director that would have to move', () => {
  test.each([
    ['net_namespace blue', 'net_namespace changes, which takes a restart'],
    ['net_namespace_ipvs blue', 'net_namespace_ipvs changes, which takes a restart'],
    ['instance two', 'instance changes, which takes a restart'],
  ])('%s is refused, as keepalived does, and goes on as it was', (line, reason) => {
    expect(reload(RIGHT, load(`${line}\n${RIGHT}`)).reasons).toEqual([reason]);
    expect(reload(`${line}\n${RIGHT}`, load(`${line}\n${RIGHT}`)).isRefused).toBe(false);
    expect(reload(`${line}\n${RIGHT}`, load(RIGHT)).reasons).toEqual([reason]);
  });
});
