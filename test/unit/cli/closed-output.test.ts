/** What becomes of a command whose reader goes away, as in `tandem explain ... | head -1`. Runs the built program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const MAIN = join(resolve(import.meta.dirname, '../../..'), 'dist/main.js');

test('a command ends without a word when its output is closed', async (context) => {
  if (!existsSync(MAIN)) return context.skip('not built: npm run build');
  const child = spawn(process.execPath, [MAIN, 'explain'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  const [status] = await once(child, 'close');
  expect(complaints).toBe('');
  expect(status).toBe(0);
});
