/** `tandem fmt`: what it prints, what it writes, and what it leaves alone. */
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tandem } from './terminal.ts';

const UGLY = 'global_defs\n{\nrouter_id   a # x\n}\n';
const PRETTY = 'global_defs {\n    router_id a  # x\n}\n';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-fmt-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function file(text: string | Uint8Array, name = 'x.conf'): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe('tandem fmt', () => {
  it('leaves YAML alone, which it would break', async () => {
    const path = file('global_defs:\n  router_id: a\n', 'x.yaml');
    const { status, complaints } = await tandem('fmt', '-w', path);
    expect(status).toBe(1);
    expect(complaints).toContain('YAML has formatters of its own');
    expect(readFileSync(path, 'utf8')).toBe('global_defs:\n  router_id: a\n');
  });

  it('prints the formatted text and leaves the file', async () => {
    const path = file(UGLY);
    expect(await tandem('fmt', path)).toMatchObject({ status: 0, out: PRETTY });
    expect(readFileSync(path, 'utf8')).toBe(UGLY);
  });

  it('indents as asked', async () => {
    const { out } = await tandem('fmt', '--indent', '2', file(UGLY));
    expect(out).toBe('global_defs {\n  router_id a  # x\n}\n');
    expect(await tandem('fmt', '--indent', 'x', file(UGLY))).toMatchObject({ status: 1 });
  });

  it('-w writes what changes and names it; mode and links stay', async () => {
    const path = file(UGLY);
    chmodSync(path, 0o640);
    const link = join(directory, 'link.conf');
    symlinkSync('x.conf', link);
    expect(await tandem('fmt', '-w', link)).toMatchObject({ status: 0, out: `${link}\n` });
    expect(readFileSync(path, 'utf8')).toBe(PRETTY);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(directory).sort()).toEqual(['link.conf', 'x.conf']);
    expect(await tandem('fmt', '-w', link)).toMatchObject({ status: 0, out: '' });
  });

  it('-w does not write standard input', async () => {
    expect(await tandem('fmt', '-w', '-')).toMatchObject({ status: 1, out: '' });
  });

  it('--check names files that would change, and fails for them only', async () => {
    const ugly = file(UGLY);
    const pretty = file(PRETTY, 'y.conf');
    expect(await tandem('fmt', '--check', ugly, pretty)).toMatchObject({
      status: 1,
      out: `${ugly}\n`,
    });
    expect(await tandem('fmt', '--check', pretty)).toMatchObject({ status: 0, out: '' });
    expect(readFileSync(ugly, 'utf8')).toBe(UGLY);
  });

  it('--diff shows the change', async () => {
    const path = file(UGLY);
    const { status, out } = await tandem('fmt', '--diff', path);
    expect(status).toBe(0);
    expect(out).toContain(`--- ${path}\n`);
    expect(out).toContain('\n-router_id   a # x\n');
    expect(out).toContain('\n+    router_id a  # x\n');
  });

  it('refuses braces that do not add up, and points at them', async () => {
    const path = file('global_defs {\n');
    const { status, out, complaints } = await tandem('fmt', '-w', path);
    expect(status).toBe(1);
    expect(out).toBe('');
    expect(complaints).toContain(`${path}:1:`);
    expect(complaints).toContain('not formatted');
    expect(readFileSync(path, 'utf8')).toBe('global_defs {\n');
  });

  it('C10: refuses what is no regular file, whose reading may wait for ever', async () => {
    const { status, out, complaints } = await tandem('fmt', '/dev/zero');
    expect(status).toBe(1);
    expect(out).toBe('');
    expect(complaints).toContain('/dev/zero: not a regular file');
  });

  it('refuses what is not UTF-8 rather than lose bytes', async () => {
    const bytes = Uint8Array.of(0x23, 0xe9, 0x0a);
    const path = file(bytes);
    const { status, complaints } = await tandem('fmt', '-w', path);
    expect(status).toBe(1);
    expect(complaints).toContain('not UTF-8');
    expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
  });

  it('goes on after a file that cannot be read', async () => {
    const { status, out, complaints } = await tandem(
      'fmt',
      join(directory, 'absent'),
      file(PRETTY),
    );
    expect(status).toBe(1);
    expect(out).toBe(PRETTY);
    expect(complaints).toContain('absent');
  });
});
