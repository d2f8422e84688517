/** The file with the kernel's table, from a file that is not the kernel's. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProcTable } from '../../../src/drivers/ipvs-proc.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-ipvs-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('readProcTable', () => {
  it('reads all services of a file of many pieces', async () => {
    const path = join(directory, 'ip_vs');
    const services = Array.from({ length: 5_000 }, (_, index) => {
      const port = index.toString(16).toUpperCase().padStart(4, '0');
      return `TCP  C000020A:${port} rr  \n  -> C6336401:${port}      Route   1      0          0         \n`;
    });
    writeFileSync(path, `version\ntitles\ntitles\n${services.join('')}`);
    const table = await readProcTable(path);
    expect(table.ok && table.value.size).toBe(5_000);
  });

  it('says why not', async () => {
    const missing = await readProcTable(join(directory, 'none'));
    expect(missing).toMatchObject({ ok: false, error: { errnoName: 'ENOENT' } });
    expect(await readProcTable(directory)).toMatchObject({ error: { errnoName: 'EISDIR' } });
  });
});
