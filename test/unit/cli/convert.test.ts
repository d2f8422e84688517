/** `tandem convert` and `tandem schema` as commands. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
