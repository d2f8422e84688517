/** Building and loading the binary: up to date, without a compiler, absent, not loadable. */

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

// Programs of their own start slowly on a busy machine; they are killed after half a minute.
vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

const root = fileURLToPath(new URL('../../..', import.meta.url));
const source = join(root, 'src/dgram-extensions');
let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'dgx-build-'));
  for (const name of readdirSync(source)) {
    if (/\.[ch]$|^build\.mjs$|^package\.json$|^dist$|^programs$/.test(name)) {
      cpSync(join(source, name), join(copy, name), { recursive: true });
    }
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

function build(
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv,
): {
  status: number | null;
  text: string;
} {
  const run = spawnSync(process.execPath, [join(copy, 'build.mjs'), ...parameters], {
    encoding: 'utf8',
    env: environment,
  });
  return { status: run.status, text: run.stdout + run.stderr };
}

/** Loads the copy's package and makes a timer. */
function use(): { status: number | null; text: string } {
  const url = pathToFileURL(join(copy, 'dist/index.js')).href;
  const program = `import { Timer } from ${JSON.stringify(url)};
try { new Timer(() => {}).close(); console.log('works'); }
catch (error) { console.log(error.name, error.code, error.message); }`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  return { status: run.status, text: run.stdout + run.stderr };
}

describe('without a compiler', () => {
  it('an install goes on and says what to install', () => {
    const run = build([], { PATH: '/nonexistent' });
    expect(run.status).toBe(0);
    expect(run.text).toContain('no C compiler was found');
    expect(run.text).toContain('apt-get install gcc libc6-dev');
    expect(run.text).toContain('apk add gcc musl-dev');
  });

  it('a build fails (--force-check)', () => {
    expect(build(['--force-check'], { PATH: '/nonexistent' }).status).toBe(1);
  });

  it('importing works, and the first use throws NativeModuleError with what to do', () => {
    const run = use();
    expect(run.status).toBe(0);
    expect(run.text).toContain('NativeModuleError ERR_NATIVE_MODULE');
    expect(run.text).toContain('gcc libc6-dev');
    expect(run.text).toContain('npm run build');
  });
});

describe('with a compiler', () => {
  it('builds without a warning, and what it built works', () => {
    const run = build(['--force-check'], process.env);
    expect(run).toMatchObject({ status: 0, text: expect.stringContaining('built with') });
    expect(use().text).toBe('works\n');
    expect(readdirSync(join(copy, 'build'))).toEqual(['become', 'confine', 'dgx.node', 'early.so']);
  });

  it('does nothing when the binary is newer than its sources', () => {
    expect(build(['--force-check'], { PATH: '/nonexistent' })).toEqual({ status: 0, text: '' });
  });

  it('builds again when a source is newer', () => {
    const output = join(copy, 'build/dgx.node');
    const past = new Date(statSync(output).mtimeMs - 60_000);
    utimesSync(output, past, past);
    expect(build(['--force-check'], process.env).text).toContain('built with');
    expect(statSync(output).mtimeMs).toBeGreaterThan(past.getTime());
  });

  it('builds again when the binary does not load here', () => {
    writeFileSync(join(copy, 'build/dgx.node'), 'for another machine');
    expect(use().text).toContain('does not load');
    expect(build(['--force-check'], process.env).text).toContain('built with');
    expect(use().text).toBe('works\n');
  });

  it('shows what the compiler said, and leaves the old binary alone', () => {
    const extra = join(copy, 'broken.c');
    mkdirSync(join(copy, 'build'), { recursive: true });
    writeFileSync(extra, 'int broken(void) { return "text"; }\n');
    const run = build(['--force-check'], process.env);
    rmSync(extra);
    expect(run.status).toBe(1);
    expect(run.text).toContain('broken.c');
    expect(existsSync(join(copy, 'build/dgx.node'))).toBe(true);
    expect(use().text).toBe('works\n');
  });
});
