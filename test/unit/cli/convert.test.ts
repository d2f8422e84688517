/** `tandem convert` and `tandem schema` as commands. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse as readYaml } from 'yaml';
import { tandem } from './terminal.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-convert-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Writes a file of the test. */
function given(name: string, text: string, mode = 0o640): string {
  const path = join(directory, name);
  writeFileSync(path, text, { mode });
  return path;
}

const CONF = `# ours
global_defs {
    router_id a  # me
}
`;
const YAML = '# ours\nglobal_defs:\n  router_id: a # me\n';

describe('tandem convert', () => {
  test('writes the other form to standard output', async () => {
    expect(await tandem('convert', given('a.conf', CONF))).toEqual({
      status: 0,
      out: YAML,
      complaints: '',
    });
    expect(await tandem('convert', given('a.yml', YAML))).toMatchObject({ status: 0, out: CONF });
  });

  test('writes a file with the rights of the original', async () => {
    const output = join(directory, 'b.yaml');
    expect(await tandem('convert', given('a.conf', CONF, 0o600), '-o', output)).toMatchObject({
      status: 0,
      out: '',
    });
    expect(readFileSync(output, 'utf8')).toBe(YAML);
    expect(statSync(output).mode & 0o777).toBe(0o600);
  });

  test('replaces a file', async () => {
    const output = given('b.yaml', 'old');
    await tandem('convert', given('a.conf', CONF), '-o', output);
    expect(readFileSync(output, 'utf8')).toBe(YAML);
  });

  test('refuses a name of the wrong form', async () => {
    const { status, complaints } = await tandem(
      'convert',
      given('a.conf', CONF),
      '--to',
      'yaml',
      '-o',
      'x.conf',
    );
    expect(status).toBe(1);
    expect(complaints).toContain('x.conf is not a name for YAML');
  });

  test('says what was carried out and left out', async () => {
    const file = given(
      'a.conf',
      '$A=a\nglobal_defs {\nrouter_id $A\nbogus\n}\n@other use_pid_dir\n',
    );
    const { status, out, complaints } = await tandem('convert', file, '-i', 'me');
    expect(status).toBe(0);
    expect(out).toBe('global_defs:\n  router_id: a\n  # not carried over: bogus\n');
    expect(complaints).toContain('a.conf:4:1: left out, it has no effect: bogus');
    expect(complaints).toContain('definitions and conditions are carried out');
  });

  test('refuses a file that is refused, with its findings and exit status', async () => {
    const { status, out, complaints } = await tandem(
      'convert',
      given('a.conf', 'vrrp_instance V {\nstate\n}\n'),
    );
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(complaints).toContain('missing-word');
  });

  test('refuses what the other form cannot say, without showing secrets', async () => {
    const file = given(
      'a.yaml',
      `vrrp_instance:
  V:
    interface: eth0
    virtual_router_id: 5
    priority: 5
    virtual_ipaddress: 10.0.0.1/24
    authentication: {auth_type: PASS, auth_pass: 'sec"ret'}
`,
    );
    const { status, out, complaints } = await tandem('convert', file);
    expect(status).toBe(1);
    expect(out).toBe('');
    expect(complaints).toContain('a.yaml:7:50: error: a word cannot hold a double quote');
    expect(complaints).not.toContain('ret');
  });
});

describe('YAML files', () => {
  test('are checked as such, with carets in their text', async () => {
    const file = given('a.yaml', 'global_defs:\n  router_idd: a\n');
    const { status, out } = await tandem('check', '--offline', file);
    expect(status).toBe(5);
    expect(out).toContain('    2 |   router_idd: a\n      |   ^^^^^^^^^^');
  });
});

test('tandem schema prints the JSON Schema', async () => {
  const { status, out } = await tandem('schema');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
  });
});

describe('O9: text from outside', () => {
  const ESCAPE = '\u001b';

  test.each([
    ['bytes that are no text', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 0, 0xff, 0xfe])],
    ['NUL bytes', Buffer.from('global_defs {\0}\n')],
  ])('a file of %s is refused', async (_, bytes) => {
    const path = join(directory, 'x.conf');
    writeFileSync(path, bytes);
    const { status, out, complaints } = await tandem('convert', path);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(complaints).toBe(`${path}: not converted: it is not text in UTF-8\n`);
  });

  test.each([['check'], ['convert'], ['fmt', '--diff']])(
    '%s shows escape sequences of names as text',
    async (...command) => {
      const text = `vrrp_instance "${ESCAPE}[31mRED" {\nvirtual_router_id 1\nnot${ESCAPE}[2J 1\n}\n`;
      const path = given(`${ESCAPE}[2J.conf`, text);
      const { out, complaints } = await tandem(...command, path);
      expect(out + complaints).not.toContain(ESCAPE);
      expect(out + complaints).toContain('\\x1b[31mRED');
    },
  );
});

describe('O10: words that other readers of YAML give a type', () => {
  const TYPED = [
    ...['0123', '0o17', '0x1F', '0b11', '1_000', '12:30:45', '1e3', '1.50', '.5', '+1', '1.', '00'],
    ...[
      'yes',
      'No',
      'ON',
      'off',
      'y',
      'N',
      'true',
      'null',
      '~',
      '.inf',
      '-.INF',
      '.nan',
      '<<',
      '=',
    ],
    ...['2024-01-31', '2001-12-14t21:59:43', '12345678901234567890', '00:11:22:33:44:55', '1:2'],
  ];
  const UNTYPED = ['123', '-7', '0', '1.5', '10.0.0.1', 'fe80::1', 'eth0', '0123x', '1-2', 'one'];

  test.each([...TYPED, ...UNTYPED])('%s stays the same text in YAML 1.1 and 1.2', async (word) => {
    const { status, out } = await tandem(
      'convert',
      given('a.conf', `global_defs {\n    router_id "${word}"\n}\n`),
    );
    expect(status).toBe(0);
    for (const schema of ['yaml-1.1', 'core'] as const) {
      const version = schema === 'core' ? '1.2' : '1.1';
      const value: unknown = readYaml(out, { version, schema }).global_defs.router_id;
      expect(String(value)).toBe(word);
    }
    expect(out.includes('"')).toBe(TYPED.includes(word));
  });
});
