/** `tandem docs`: writes the pages, and says which are out of date. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tandem } from './terminal.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-docs-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('tandem docs', () => {
  it('writes pages that are then up to date', async () => {
    const pages = join(directory, 'pages');
    expect(await tandem('docs', '--write', pages)).toMatchObject({ status: 0 });
    expect(readdirSync(pages)).toContain('vrrp-instance.md');
    expect(await tandem('docs', '--check', pages)).toMatchObject({ status: 0, out: '' });
    writeFileSync(join(pages, 'limits.md'), 'old');
    expect(await tandem('docs', '--check', pages)).toMatchObject({
      status: 1,
      out: `${join(pages, 'limits.md')}\n`,
    });
  });

  it('fails where it cannot write, and without an order', async () => {
    writeFileSync(join(directory, 'file'), '');
    expect(await tandem('docs', '--write', join(directory, 'file'))).toMatchObject({ status: 1 });
    expect(await tandem('docs')).toMatchObject({ status: 1 });
  });
});

describe('tandem explain', () => {
  it('explains to standard output', async () => {
    const { status, out } = await tandem('explain', 'virtual_router_id');
    expect(status).toBe(0);
    expect(out).toContain('a whole number from 1 to 255\n');
    expect(await tandem('explain')).toMatchObject({ status: 0 });
  });

  it('complains about what it does not know, with a guess', async () => {
    const { status, out, complaints } = await tandem('explain', 'prioriti');
    expect(status).toBe(1);
    expect(out).toBe('');
    expect(complaints).toContain('did you mean priority?');
    expect(await tandem('explain', 'priority', '--in', 'nowhere')).toMatchObject({ status: 1 });
  });
});
