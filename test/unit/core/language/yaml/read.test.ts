/** How YAML values are read: every shape of keyword, by the statement that it becomes. */
import { describe, expect, it } from 'vitest';
import { asConf, parseYaml } from '../../../../support/parse-yaml.ts';

/** The inside of `global_defs`, as one line for each statement. */
function globals(text: string): string[] {
  return asConf(`global_defs:\n  ${text}\n`)
    .split('\n')
    .slice(1, -2)
    .map((line) => line.trim());
}

/** The statements of an instance. */
function inInstance(text: string): string {
  const lines = asConf(`vrrp_instance:\n  V:\n    ${text.replaceAll('\n', '\n    ')}\n`).split(
    '\n',
  );
  return lines
    .slice(1, -2)
    .map((line) => line.slice(4))
    .join('\n');
}

describe('words of keywords', () => {
  it.each([
    ['a flag is true', 'lvs_flush: true', ['lvs_flush']],
    ['a flag that is false is not there', 'lvs_flush: false', []],
    ['a key with nothing behind it is a flag too', 'lvs_flush:', ['lvs_flush']],
    ['a switch keeps its boolean', 'smtp_alert: false', ['smtp_alert false']],
    ['a switch takes the words of the language', 'smtp_alert: on', ['smtp_alert on']],
    ['a word that may be absent is true', 'max_auto_priority: true', ['max_auto_priority']],
    ['a word that may be absent is given', 'max_auto_priority: 50', ['max_auto_priority 50']],
    ['a number keeps its text', 'vrrp_garp_interval: 0.10', ['vrrp_garp_interval 0.10']],
    ['a text with blanks is one word', 'router_id: my router', ['router_id "my router"']],
    ['a boolean where a word is wanted is a word', 'router_id: true', ['router_id true']],
    ['several words are a line', 'smtp_server: 10.0.0.1 26', ['smtp_server 10.0.0.1 26']],
    ['several words are a list', 'smtp_server: [10.0.0.1, 26]', ['smtp_server 10.0.0.1 26']],
    [
      'several words are a map, in any order',
      'smtp_server: {port: 26, host: 10.0.0.1}',
      ['smtp_server 10.0.0.1 26'],
    ],
    [
      'options are a map',
      'lvs_sync_daemon: {interface: eth1, id: 7, inst: V}',
      ['lvs_sync_daemon eth1 id 7 inst V'],
    ],
    ['double quotes hold a line together', `script_user: 'a "b c"'`, ['script_user a "b c"']],
    [
      'a list of a keyword that takes one word is the keyword again and again',
      'router_id: [a, b]',
      ['router_id a', 'router_id b'],
    ],
    ['a list in a list is the words of one statement', 'lvs_flush: [[x]]', ['lvs_flush x']],
    ['own keywords are hidden from keepalived', 'metrics: false', ['@tandem metrics false']],
  ])('%s', (_, text, expected) => {
    expect(globals(text)).toEqual(expected);
  });

  it.each([
    ['a command is one value', 'notify_stop: /bin/a b', 'notify_stop "/bin/a b"'],
    [
      'a command with a user is a map',
      'notify_stop: {command: /bin/a b, user: nobody, group: adm}',
      'notify_stop "/bin/a b" nobody adm',
    ],
    ['a command keeps its quotes', `notify_stop: 'sh -c "a  b"'`, `notify_stop 'sh -c "a  b"'`],
    [
      'a command with both quotes keeps them',
      `notify_stop: sh "x" 'y'`,
      `notify_stop 'sh "x" '"'y'"`,
    ],
  ])('%s', (_, text, expected) => {
    expect(inInstance(text)).toBe(expected);
  });

  it('a regular expression is the text itself', () => {
    const { config } = parseYaml(`
virtual_server:
  - address: 10.0.0.1
    port: 80
    protocol: TCP
    real_server:
      - address: 10.0.0.2
        port: 80
        HTTP_GET:
          url: {path: /, regex: '^\\d+ "x" \\\\'}
`);
    const [check] = config?.virtualServers[0]?.realServers[0]?.checks ?? [];
    expect(JSON.stringify(check)).toContain(JSON.stringify('^\\d+ "x" \\\\'));
  });
});

describe('blocks', () => {
  it.each([
    [
      'a block without a name is a map',
      'authentication: {auth_type: PASS, auth_pass: 1111}',
      'authentication {\n    auth_type PASS\n    auth_pass 1111\n}',
    ],
    [
      'entries are lines and maps',
      'virtual_ipaddress:\n  - 10.0.0.1/24 dev eth0\n  - {address: 10.0.0.2, no_track: true, dev: eth1}',
      'virtual_ipaddress {\n    10.0.0.1/24 dev eth0\n    10.0.0.2 no_track dev eth1\n}',
    ],
    ['a single entry needs no list', 'track_script: a', 'track_script {\n    a\n}'],
    ['an empty list is an empty block', 'track_script: []', 'track_script {\n}'],
    [
      'lists in a list are several blocks',
      'track_script: [[a], [b, c]]',
      'track_script {\n    a\n}\ntrack_script {\n    b\n    c\n}',
    ],
    [
      'keywords that count each time are a list',
      'auth_hmac:\n  key: [1 abc, {id: 2, value: def}, [3, ghi]]',
      'auth_hmac {\n    key 1 abc\n    key 2 def\n    key 3 ghi\n}',
    ],
    [
      'a list of maps keeps an order that a map cannot',
      '- nopreempt: true\n- preempt: true\n- nopreempt: true',
      'nopreempt\npreempt\nnopreempt',
    ],
  ])('%s', (_, text, expected) => {
    expect(inInstance(text)).toBe(expected);
  });

  it.each([
    [
      'by name',
      'vrrp_instance: {A: {nopreempt: true}, B: }',
      ['vrrp_instance A', 'vrrp_instance B'],
    ],
    [
      'by name in a list, which may repeat one',
      'vrrp_instance: [{A: }, {A: }]',
      ['vrrp_instance A', 'vrrp_instance A'],
    ],
    [
      'by address and port',
      'virtual_server: [{address: 10.0.0.1, port: 80}]',
      ['virtual_server 10.0.0.1 80'],
    ],
    ['by mark', 'virtual_server: [{fwmark: 7}]', ['virtual_server fwmark 7']],
    ['by group', 'virtual_server: [{ops: true, group: G}]', ['virtual_server group G']],
    [
      'by the words of the line',
      'virtual_server: {10.0.0.1 80: , fwmark 7: }',
      ['virtual_server 10.0.0.1 80', 'virtual_server fwmark 7'],
    ],
    [
      'the whole file as a list of maps',
      '- vrrp_script: {a: }\n- vrrp_instance: {b: }\n- vrrp_script: {c: }',
      ['vrrp_script a', 'vrrp_instance b', 'vrrp_script c'],
    ],
  ])('blocks with a name: %s', (_, text, expected) => {
    const heads = asConf(text)
      .split('\n')
      .filter((line) => /^\w.* \{$/.test(line));
    expect(heads.map((line) => line.slice(0, -2))).toEqual(expected);
  });
});

describe('YAML itself', () => {
  it('reads anchors, aliases and merged maps; own keys go first', () => {
    const text = `
x-auth: &auth {auth_type: PASS, auth_pass: a}
vrrp_instance:
  A:
    authentication: {<<: *auth, auth_pass: b}
    virtual_ipaddress: &vips [10.0.0.1/24]
  B:
    virtual_ipaddress_excluded: *vips
`;
    expect(asConf(text)).toBe(`vrrp_instance A {
    authentication {
        auth_type PASS
        auth_pass b
    }
    virtual_ipaddress {
        10.0.0.1/24
    }
}

vrrp_instance B {
    virtual_ipaddress_excluded {
        10.0.0.1/24
    }
}
`);
  });

  it.each(['', '\n', '# only a comment\n', '---\n', 'null\n', '{}\n'])(
    'takes %j as an empty configuration',
    (text) => {
      const { verdict, tree } = parseYaml(text);
      expect(verdict).toMatchObject({ errors: 0, refused: false });
      expect(tree.statements).toEqual([]);
    },
  );

  it('keeps comments at their statements', () => {
    const text = `# top

# of the instances
vrrp_instance: # all of them
  # first
  A: # behind A
    state: BACKUP # behind state
    # inside A
  B:
    # above the list
    virtual_ipaddress: # behind
      # above the address
      - 10.0.0.1/24 # the address
      # below the address
# end
`;
    expect(asConf(text)).toBe(`# top

# of the instances
# all of them
# first
vrrp_instance A {  # behind A
    state BACKUP  # behind state
    # inside A
}

vrrp_instance B {
    # above the list
    virtual_ipaddress {  # behind
        # above the address
        10.0.0.1/24  # the address
        # below the address
    }
}

# end
`);
  });
});
