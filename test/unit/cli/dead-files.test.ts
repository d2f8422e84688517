/** `check` and a cold start with a file that does not answer. Runs the built program. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadMount, deadMountObstacle } from '../../support/dead-mount.ts';

const MAIN = join(import.meta.dirname, '../../../dist/main.js');
const obstacle = existsSync(MAIN) ? deadMountObstacle() : 'not built: npm run build';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-dead-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs Node to its end; both tests wait for the same limit of the program, beside each other. */
function ended(args: readonly string[]): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ status: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}

test.concurrent.each([
  ['check', ['check']],
  ['a start', ['run', '-f']],
])(
  'C10: %s ends, and names the file that does not answer',
  { timeout: 60_000 },
  async (_, args) => {
    if (obstacle !== undefined) return console.warn(`skipped: ${obstacle}`);
    const dead = join(directory, args.join(''));
    mkdirSync(dead);
    const main = join(directory, `${args.join('')}.conf`);
    writeFileSync(main, `include ${dead}/part.conf\n`);
    const unmount = await deadMount(dead);
    try {
      const { status, output } = await ended([MAIN, ...args, main]);
      expect(status).toBeGreaterThan(0);
      expect(output).toContain(
        `"${dead}/part.conf" was not read: its file system did not answer in time`,
      );
    } finally {
      await unmount();
    }
  },
);
