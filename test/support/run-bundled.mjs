/**
 * Runs a program of the tests that is written in TypeScript, outside of vitest: it is put into one file first, which starts quickly and runs as fast as
 * the product does.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = resolve(import.meta.dirname, '../..');

/** What a module says of its own place stays true in the bundle. */
const inPlace = {
  name: 'in place',
  transform: (code, id) =>
    id.includes('node_modules') || !code.includes('import.meta.')
      ? null
      : code
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
};

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
    plugins: [...plugins, inPlace],
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
