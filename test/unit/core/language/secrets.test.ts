/** Passwords never appear in findings, whatever the finding is about. */
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../../src/core/language/format-diagnostic.ts';
import { ROOT } from '../../../../src/core/language/keywords/root.ts';
import { parseConfig } from '../../../../src/core/language/parse-config.ts';
import type { BlockTable } from '../../../../src/core/language/schema/keyword-table.ts';
import { maskedLine, SECRET_KEYWORDS } from '../../../../src/core/language/secret-words.ts';
import { YAML_READER } from '../../../../src/drivers/yaml-source.ts';
import { instance, parse } from '../../../support/parse-text.ts';

describe('secrets', () => {
  it.each([
    ['beside another mistake on one line', 'authentication bogus { auth_pass hidden }'],
    ['with surplus words', 'authentication {\nauth_pass visible hidden\n}'],
    ['behind a bad key id', 'auth_hmac {\nkey 999 hidden\n}'],
    ['in quotes', 'authentication {\nauth_pass "hi hidden" x\n}'],
  ])('%s are masked', (_, text) => {
    const { diagnostics } = parse(instance(text));
    expect(diagnostics.some(({ sourceLine }) => sourceLine?.includes('*'))).toBe(true);
    expect(JSON.stringify(diagnostics)).not.toContain('hidden');
  });
});

/** Secret keywords of a block and those inside it. */
function secretsOf(table: BlockTable, seen = new Set<BlockTable>()): string[] {
  if (seen.has(table)) return [];
  seen.add(table);
  return table.keywords.flatMap(({ name, secret, block }) => [
    ...(secret === true ? [name] : []),
    ...(block === undefined ? [] : secretsOf(block, seen)),
  ]);
}

it('is held by no keyword that is as short as a slip of "key"', () => {
  const seen = new Set<BlockTable>();
  const names = (table: BlockTable): string[] => {
    if (seen.has(table)) return [];
    seen.add(table);
    return table.keywords.flatMap(({ name, block }) => [name, ...(block ? names(block) : [])]);
  };
  const masked = names(ROOT).filter(
    (name) => name.length < 6 && maskedLine(`${name} x`).endsWith('*'),
  );
  expect(new Set(masked)).toEqual(new Set(['key']));
});

describe('C8: a line that may hold a secret', () => {
  it('is known by every secret keyword of the tables', () => {
    expect(new Set(secretsOf(ROOT))).toEqual(new Set(SECRET_KEYWORDS));
  });

  it.each([
    'auth_pas hidden',
    'auth_passs hidden',
    'Auth_Pass hidden',
    'authpass hidden',
    'auth_passwd hidden',
    'auth_pass=hidden',
    'auth_pass = hidden',
    'auth_pass:hidden',
    'auth_passhidden',
    'auth_password "hidden word"',
    'smtp_password hidden',
    '@host1 auth_pas hidden',
  ])('shows no secret when it is misspelt: %s', (line) => {
    const text = instance(`authentication {\n auth_type PASS\n ${line}\n}`);
    const { diagnostics } = parse(text);
    expect(diagnostics.length).toBeGreaterThan(0);
    const shown = diagnostics.map(formatDiagnostic).join() + JSON.stringify(diagnostics);
    expect(shown).not.toMatch(/hidden|hidd/);
  });

  it.each([
    ['outside of its block', 'auth_pass hidden\n'],
    ['outside all braces', '}\nauth_pass hidden\n'],
    ['in the wrong block', 'global_defs {\n auth_pass hidden\n}\n'],
    ['behind a brace', 'global_defs { authentication { auth_pass hidden } }\n'],
    ['in a definition', '$D= \\\nglobal_defs { \\\n auth_pas hidden \\\n}\n$D\n'],
    [
      'whose value comes from a definition',
      '$AUTH_PASS=hidden\nglobal_defs {\n auth_pass $AUTH_PASS\n}\n',
    ],
    ['with a comment character in it', 'global_defs {\n auth_pass hidd#en!hidden\n}\n'],
    ['with an open quote', 'global_defs {\n auth_pass "hidden\n}\n'],
    ['with a character of a web page', 'global_defs {\n auth_pass\u3000hidden\n}\n'],
    ['that is too long', `global_defs {\n auth_pass ${'hidden'.repeat(200)}\n}\n`],
  ])('shows no secret %s', (_, text) => {
    const { diagnostics } = parse(text);
    expect(diagnostics.length).toBeGreaterThan(0);
    const shown = diagnostics.map(formatDiagnostic).join() + JSON.stringify(diagnostics);
    expect(shown).not.toMatch(/hidden|hidd|en!/);
  });

  it('shows none in YAML', () => {
    const { diagnostics } = parseConfig({
      file: 'x.yaml',
      text: 'vrrp_instance:\n  a:\n    authentication: {auth_pas: hidden}\n    auth_pass: hidden\n',
      loader: { read: () => ({ ok: false, reason: 'missing' }), glob: () => [] },
      yaml: YAML_READER,
    });
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(JSON.stringify(diagnostics)).not.toContain('hidden');
  });

  it.each([
    ['  auth_pass secret # mine', '  auth_pass ****** * ****'],
    ['  include /etc/secret/*.conf', '  include /etc/secret/*.conf'],
    ['  script "/etc/my-secrets/chk.sh a"', '  script "/etc/my-secrets/chk.sh a"'],
    ['  file /run/password.txt', '  file /run/password.txt'],
    ['  script "/bin/set-password abc"', '  script "/bin/set-password ****'],
    ['  script "/etc/secret/x --token=abc"', '  script "/etc/secret/x --token=****'],
    ['  auth_pass /etc/secret/x', '  auth_pass *************'],
    ['  path "smtp://u:password.x@h/"', '  path "smtp://u:password******'],
    ['-    auth_pass x', '-    auth_pass *'],
    ['  key 3 abc', '  key * ***'],
    ['  kye 3 abc', '  kye * ***'],
    ['auth_hmac { ky 3 abc', 'auth_hmac { ky * ***'],
    ['  url { path /?token=abc }', '  url { path /?token=*** *'],
    ['  script "/bin/x --pwd=abc"', '  script "/bin/x --pwd=****'],
    ['  tos 3', '  tos 3'],
    ['  # let it pass here', '  # let it pass here'],
    ['track_interface { eth0 }', 'track_interface { eth0 }'],
    ['  notify "/usr/bin/keyboard key x"', '  notify "/usr/bin/keyboard key x"'],
  ])('%s is shown as %s', (line, expected) => {
    expect(maskedLine(line)).toBe(expected);
  });
});
