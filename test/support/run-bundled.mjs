/**
 * Runs a program of the tests that is written in TypeScript, outside of vitest: it is put into one file first, which starts quickly and runs as fast as
 * the product does.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = resolve(import.meta.dirname, '../..');

/** Puts a program, by its path in the repository, into one file below `.lab`; resolves with that. */
export async function bundleTest(
  source,
  { name = source.replace(/\W+/g, '-'), plugins = [] } = {},
) {
  const directory = join(ROOT, '.lab/bundled');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${name}.mjs`);
  const build = await rolldown({
    cwd: ROOT,
    input: join(ROOT, source),
    plugins,
    platform: 'node',
    external: [/^dgram-extensions/, /^[a-z@][^:]*$/],
    onLog: () => undefined,
  });
  await build.write({ file, format: 'esm', sourcemap: true });
  await build.close();
  return file;
}

/** Bundles and runs it; its exit status becomes ours. */
export async function runBundled(source, args) {
  const file = await bundleTest(source);
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', file, ...args], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
