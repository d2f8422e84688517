/** What an instance was to track and goes on without: the finding at the entry, and what the model keeps of it. */
import { expect, test } from 'vitest';
import type { HostFacts, ProgramState } from '../../../../src/core/language/host.ts';
import { parse } from '../../../support/parse-text.ts';

function load(definitions: string, entries: string, program: ProgramState = 'missing') {
  const text = `global_defs {
  enable_script_security
  script_user root
}
${definitions}
vrrp_instance A {
  interface eth0
  virtual_router_id 1
  priority 120
  virtual_ipaddress {
    192.0.2.100/24
  }
  ${entries}
}
vrrp_sync_group G {
  group {
    A
  }
  ${entries}
}
`;
  const host: HostFacts = { program: () => program, userExists: (name) => name !== 'nosuch' };
  const { config, diagnostics } = parse(text, { host });
  const [instance] = config?.vrrpInstances ?? [];
  const [group] = config?.syncGroups ?? [];
  const said = diagnostics.filter(({ code }) => code === 'tracker-left-out');
  return { instance, group, said };
}

const SCRIPT = 'vrrp_script chk {\n  script "/opt/chk"\n}';
const TRACK = 'track_script {\n    chk\n  }';

test.each([
  ['missing', '"/opt/chk" does not exist or is not accessible'],
  ['not-executable', '"/opt/chk" is not executable'],
  ['insecure', '"/opt/chk" may be changed by others than root'],
] as const)('a script that is %s is left out, and that is said at each entry', (state, why) => {
  const { instance, group, said } = load(SCRIPT, TRACK, state);
  const leftOut = [{ kind: 'script', name: 'chk', why }];
  expect(instance).toMatchObject({ leftOut });
  expect(instance?.trackers).toBeUndefined();
  expect(group).toMatchObject({ leftOut });
  expect(said.map(({ message, cause }) => ({ message, cause }))).toEqual([
    { message: `vrrp_instance "A" goes on without vrrp_script "chk": ${why}`, cause: 'host' },
    { message: `vrrp_sync_group "G" goes on without vrrp_script "chk": ${why}`, cause: 'host' },
  ]);
});

test('a script whose user does not exist', () => {
  const script = 'vrrp_script chk {\n  script "/opt/chk"\n  user nosuch\n}';
  expect(load(script, TRACK, 'usable').instance?.leftOut).toEqual([
    { kind: 'script', name: 'chk', why: 'it has no user to run as' },
  ]);
});

test('what is not defined, or only below, or lacks what it needs', () => {
  const bfd = 'bfd_instance b {\n}';
  const track = 'track_bfd {\n    b\n  }\n  track_process {\n    p\n  }';
  const { instance, said } = load(bfd, track);
  expect(instance?.leftOut).toEqual([
    { kind: 'process', name: 'p', why: 'there is no vrrp_track_process "p"' },
    { kind: 'bfd', name: 'b', why: 'it has no neighbor_ip' },
  ]);
  expect(said.map(({ cause }) => cause)).toEqual(['file', 'file']);
});

test('a session with the neighbour of another one', () => {
  const one = (name: string) => `bfd_instance ${name} {\n  neighbor_ip 192.0.2.9\n}`;
  const { instance } = load(`${one('a')}\n${one('b')}`, 'track_bfd {\n    a\n    b\n  }');
  expect(instance).toMatchObject({
    trackers: [{ name: 'a' }],
    leftOut: [{ kind: 'bfd', name: 'b', why: 'another one has its neighbour and source' }],
  });
});

test('nothing is left out of what can be used', () => {
  const { instance, said } = load(SCRIPT, TRACK, 'usable');
  expect(instance).toMatchObject({ trackers: [{ kind: 'script', name: 'chk' }] });
  expect(instance?.leftOut).toBeUndefined();
  expect(said).toEqual([]);
});
