/** Blocks and braces: nesting, unknown blocks, missing and surplus braces. */
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../../src/core/language/format-diagnostic.ts';
import { findings, instance, isComplaint, parse } from '../../../support/parse-text.ts';

describe('structure', () => {
  it('takes braces anywhere: behind the name, on the next line, or all on one', () => {
    const text =
      'vrrp_instance V{ interface eth0\n virtual_router_id 51 }\nvrrp_instance W\n{\ninterface eth1\nvirtual_router_id 52\n}\n';
    const result = parse(text);
    expect(findings(result)).toEqual(['1:address-advised', '3:address-advised']);
    expect(result.config?.vrrpInstances.map((one) => one.interface)).toEqual(['eth0', 'eth1']);
  });

  it('skips an unknown block whole and reports it once, for all its lines', () => {
    const result = parse(instance('nosuch {\n a b\n deeper {\n c\n }\n }'));
    const items = result.diagnostics.filter(isComplaint);
    expect(items.map((item) => item.code)).toEqual(['unknown-keyword']);
    const misread = result.diagnostics.find((item) => item.code === 'keepalived-misreads');
    expect(misread).toMatchObject({ severity: 'notice', span: { line: 10 }, endLine: 13 });
    expect(items[0]).toMatchObject({ span: { line: 4 }, endLine: 9 });
    expect(result.config?.vrrpInstances[0]?.addresses).toHaveLength(1);
  });

  it('puts in a missing opening brace where the next line belongs to the block', () => {
    const result = parse(
      'vrrp_instance V\n interface eth0\n virtual_router_id 51\n virtual_ipaddress {\n 10.0.0.1\n }\n}\n',
    );
    expect(findings(result)).toEqual(['1:missing-open-brace']);
    expect(result.config?.vrrpInstances[0]?.vrid).toBe(51);
  });

  it('closes a block before a keyword that can only stand further out', () => {
    const text =
      'vrrp_instance V {\n interface eth0\n virtual_router_id 51\n virtual_ipaddress {\n 10.0.0.1\n}\nvrrp_instance W {\n interface eth0\n virtual_router_id 52\n virtual_ipaddress {\n 10.0.0.2\n }\n}\n';
    const result = parse(text);
    expect(findings(result)).toEqual(['7:missing-close-brace']);
    expect(result.config?.vrrpInstances.map((one) => one.name)).toEqual(['V', 'W']);
  });

  it('points a missing brace at the end of the file to where its block began', () => {
    const result = parse('global_defs {\n router_id a\n');
    const [item] = result.diagnostics;
    expect(item).toMatchObject({ code: 'missing-close-brace', related: [{ span: { line: 1 } }] });
    expect(result.config?.global.routerId).toBe('a');
  });

  it('reports a surplus closing brace', () => {
    expect(findings(parse('global_defs {\n}\n}\n'))).toEqual(['3:unexpected-close-brace']);
  });

  it('reports a block behind a keyword that has none, and goes on behind it', () => {
    const result = parse(instance('priority 5 {\n x\n }\n state BACKUP'));
    expect(findings(result)).toEqual(['4:block-not-allowed']);
    expect(result.config?.vrrpInstances[0]?.priority).toBe(5);
  });

  it.each(['abc', '0', '300', '10x', '-1'])(
    'never makes an owner of "priority %s" with state MASTER',
    (word) => {
      const { config } = parse(instance(`state MASTER\n priority ${word}`));
      expect(config?.vrrpInstances[0]).toMatchObject({ priority: 100 });
    },
  );

  it('names the limit for nesting', () => {
    expect(findings(parse('a {\n'.repeat(100) + '}\n'.repeat(100)))).toContain('33:nesting-limit');
  });

  it('keeps comments in the tree', () => {
    const { tree } = parse('# about\nglobal_defs { # tail\n router_id a ! why\n # last\n}\n');
    const [globals] = tree.statements;
    expect(globals?.leading?.map((comment) => comment.text)).toEqual(['# about']);
    expect(globals?.block?.statements[0]?.trailing?.text).toBe('! why');
    expect(globals?.block?.dangling?.map((comment) => comment.text)).toEqual(['# last']);
  });

  it('shows the line with a caret under the word, tabs and wide characters included', () => {
    const [item] = parse('global_defs {\n\tvrrp_version 四 # four\n}\n').diagnostics;
    if (item === undefined) throw new Error('a finding is expected');
    expect(formatDiagnostic(item)).toBe(
      '/etc/t.conf:2:15: error: vrrp_version: "四" is not a whole number [invalid-number]\n' +
        '    2 | \tvrrp_version 四 # four\n' +
        '      | \t             ^^\n' +
        '  expected: a whole number from 2 to 3',
    );
  });

  it('does not show a password in the line it complains about', () => {
    const text = instance('authentication {\n auth_type PASS\n auth_pass verysecret\n }');
    const shown = parse(text).diagnostics.map(formatDiagnostic).join('\n');
    expect(shown).toContain('auth_pass');
    expect(shown).not.toContain('verysecret');
  });
});

it('an instance with the name of static entries is left out, and told why', () => {
  const body =
    '{\n interface eth0\n priority 90\n virtual_router_id 51\n virtual_ipaddress {\n 192.0.2.1/24\n }\n}\n';
  const { config, diagnostics } = parse(
    `vrrp_instance "static entries" ${body}vrrp_instance V ${body.replace('51', '52')}`,
  );
  expect(config?.vrrpInstances.map(({ name }) => name)).toEqual(['V']);
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'duplicate-name: "static entries" is the name of what static_ipaddress, static_routes and static_rules hold; this instance is ignored',
  ]);
});
