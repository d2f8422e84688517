/** Findings in YAML files: each points at the scalar it is about. */
import { describe, expect, it } from 'vitest';
import { parseYaml, shownFindings } from '../../../../support/parse-yaml.ts';

describe('places', () => {
  it('a bad value, an unknown keyword and a bad option are underlined', () => {
    const text = `vrrp_instance:
  A:
    interface: eth0
    virtual_router_id: 51
    prioriti: 100
    advert_int: "abc"
    virtual_ipaddress:
      - 10.0.0.1/24 dev eth0 labell x
      - {address: 10.0.0.300, dev: eth0}
`;
    const shown = shownFindings(text);
    expect(
      shown,
    ).toContain(`t.yaml:5:5: error: "prioriti" is not a keyword in vrrp_instance [unknown-keyword]
    5 |     prioriti: 100
      |     ^^^^^^^^`);
    expect(
      shown,
    ).toContain(`t.yaml:6:17: error: advert_int: "abc" is not a number of seconds [invalid-number]
    6 |     advert_int: "abc"
      |                 ^^^^^`);
    expect(
      shown,
    ).toContain(`t.yaml:8:30: warning: virtual_ipaddress: "labell" is not known here; it is passed over [unknown-option-ignored]
    8 |       - 10.0.0.1/24 dev eth0 labell x
      |                              ^^^^^^`);
    expect(shown.join('\n')).toContain(`    9 |       - {address: 10.0.0.300, dev: eth0}
      |                   ^^^^^^^^^^`);
  });

  it('a finding about a block stands at its item, not at the key of the list', () => {
    const text = 'virtual_server:\n  - address: 10.0.0.1\n    port: 80\n    protocol: TCP\n';
    const places = parseYaml(text).diagnostics.map(({ code, span }) => [
      code,
      span?.line,
      span?.column,
    ]);
    expect(places).toContainEqual(['block-dropped', 2, 5]);
  });

  it('a value over several lines is shown by its first line', () => {
    const [finding] = parseYaml('global_defs:\n  vrrp_version:\n    "5\n    6"\n').diagnostics;
    expect(finding?.span).toEqual({ file: 't.yaml', line: 3, column: 5, length: 2 });
  });

  it('a secret is not shown', () => {
    const text = `vrrp_instance:
  A:
    authentication: {auth_type: PASS, auth_pass: [[hidden-secret]]}
    auth_hmac: {key: 1 hidden-secret}
`;
    expect(JSON.stringify(parseYaml(text).diagnostics)).not.toContain('hidden-secret');
  });
});

describe('what only YAML can get wrong', () => {
  it.each([
    [
      'a map where a word is wanted',
      'global_defs:\n  router_id: {a: b}',
      '2:14 router_id takes a value, not a map',
    ],
    [
      'a key that the map of words does not know',
      'global_defs:\n  smtp_server: {host: a, prt: 5}',
      '2:26 smtp_server: "prt" is not known here',
    ],
    ['a word where a block is wanted', 'global_defs: 5', '1:14 global_defs is a map of keywords'],
    [
      'a list where names are wanted',
      'vrrp_instance: [5]',
      '1:17 "vrrp_instance" is a map or a list of maps',
    ],
    ['a word where names are wanted', 'vrrp_instance: A', '1:16 "vrrp_instance" is a map by NAME'],
    [
      'a list in a list of words',
      'vrrp_sync_group:\n  G:\n    group: [A, {b: c}]',
      '3:16 group is a list of words',
    ],
    ['a file that is a word', 'hello', '1:1 the file is a map of keywords'],
    ['a key that is a map', '? {a: b}\n: 5', '1:3 a key is a word, not a map or a list'],
  ])('%s', (_, text, expected) => {
    const found = parseYaml(text)
      .diagnostics.filter(({ code }) => code === 'yaml-shape')
      .map(({ span, message }) => `${span?.line}:${span?.column} ${message}`);
    expect(found).toEqual([expected]);
  });

  it('a key that comes twice is reported with the first one', () => {
    const text = 'vrrp_instance:\n  A: {priority: 5}\n  A: {priority: 6}\n';
    const found = parseYaml(text).diagnostics.find(({ code }) => code === 'yaml-duplicate-key');
    expect(found).toMatchObject({ severity: 'error', span: { line: 3, column: 3, length: 1 } });
    expect(found?.related[0]?.span).toMatchObject({ line: 2, column: 3 });
  });

  it('an open double quote in a line is reported', () => {
    const found = parseYaml(`global_defs:\n  script_user: 'a "b'\n`).diagnostics;
    expect(found).toContainEqual(
      expect.objectContaining({
        code: 'unmatched-quote',
        span: { file: 't.yaml', line: 2, column: 19, length: 2 },
      }),
    );
  });

  it('a file of the other form is recognised', () => {
    const [found] = parseYaml('global_defs {\n  router_id a\n}\n').diagnostics;
    expect(found).toMatchObject({
      code: 'yaml-syntax',
      suggestion: 'this looks like keepalived.conf; give the file a name without .yaml',
    });
  });

  it('a file that is no YAML is refused, with every error in its place', () => {
    const { verdict, diagnostics } = parseYaml('a: [1, 2\nb: "x\nc: }\n');
    expect(verdict.refused).toBe(true);
    expect(
      diagnostics.every(({ code, span }) => code === 'yaml-syntax' && span !== undefined),
    ).toBe(true);
  });
});
