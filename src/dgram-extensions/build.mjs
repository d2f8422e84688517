// Builds build/dgx.node and the programs beside it (build/confine, ...) with a C compiler alone: no node-gyp, no python, no
// download of headers. Run by the root package's `postinstall` and by `npm run build`. An install never fails for want of a compiler:
// it says what is missing and exits 0; with --force-check (npm run build) it exits 1. With --sanitize (npm run
// sanitize) the module checks its own memory accesses and arithmetic; it loads only beside the sanitizer's library,
// so that the next ordinary build finds that it does not load, and replaces it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const FLAGS = ['-std=gnu11', '-D_GNU_SOURCE', '-fvisibility=hidden'];
const LIBRARY = ['-shared', '-fPIC'];
const OPTIMIZED = ['-O2', '-fstack-protector-strong'];
const SANITIZED = [
  '-O1',
  '-g',
  '-fno-omit-frame-pointer',
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
];
const WARNINGS = ['-Wall', '-Wextra', '-Wconversion'];

const home = dirname(fileURLToPath(import.meta.url));
const output = join(home, 'build', 'dgx.node');
/** Programs of their own beside the module; see programs/. */
const PROGRAMS = [
  { output: join(home, 'build', 'confine'), source: 'programs/confine.c', flags: [] },
  { output: join(home, 'build', 'become'), source: 'programs/become.c', flags: [] },
  { output: join(home, 'build', 'early.so'), source: 'programs/early.c', flags: LIBRARY },
];
const isSanitized = process.argv.includes('--sanitize');
const mustExist = isSanitized || process.argv.includes('--force-check');

process.exit(main());

function main() {
  if (process.platform !== 'linux') return giveUp('it runs on Linux only');
  const own = readdirSync(home).filter((name) => /\.[ch]$/.test(name) || name === 'build.mjs');
  const inputs = [...own, ...PROGRAMS.map((program) => program.source)];
  if (!isSanitized && isCurrent(inputs)) return 0;

  const headers = findHeaders();
  if (headers === undefined) {
    return giveUp(
      'node_api.h was found neither in the npm package node-api-headers nor beside node',
    );
  }
  const sources = own.filter((name) => name.endsWith('.c')).map((name) => join(home, name));
  mkdirSync(dirname(output), { recursive: true });
  for (const compiler of compilers()) {
    const problem = compileAll(compiler, headers, sources);
    if (problem === 'absent') continue;
    if (problem !== undefined) return giveUp(`${compiler} failed:\n${problem}`);
    console.log(`dgram-extensions: built with ${compiler}${isSanitized ? ' and sanitizers' : ''}`);
    return 0;
  }
  return giveUp('no C compiler was found (tried cc, gcc and clang)');
}

function isCurrent(inputs) {
  const outputs = [output, ...PROGRAMS.map((program) => program.output)];
  if (!outputs.every((file) => existsSync(file))) return false;
  const builtMs = Math.min(...outputs.map((file) => statSync(file).mtimeMs));
  return inputs.every((name) => statSync(join(home, name)).mtimeMs <= builtMs) && loads(output);
}

/** In a process of its own: a binary for another C library or processor must not take this one down. */
function loads(file) {
  const program = `require(${JSON.stringify(file)})`;
  return spawnSync(process.execPath, ['-e', program], { stdio: 'ignore' }).status === 0;
}

function findHeaders() {
  const candidates = [resolve(process.execPath, '../../include/node')];
  try {
    candidates.unshift(createRequire(import.meta.url)('node-api-headers').include_dir);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
  }
  return candidates.find((directory) => existsSync(join(directory, 'node_api.h')));
}

function compilers() {
  const chosen = process.env.CC;
  return chosen === undefined || chosen === '' ? ['cc', 'gcc', 'clang'] : [chosen];
}

/** undefined when everything is in place, 'absent' without such a compiler, else what it said. */
function compileAll(compiler, headers, sources) {
  for (const { output: file, source, flags } of PROGRAMS) {
    const problem = compile(compiler, file, [...OPTIMIZED, ...flags, join(home, source)]);
    if (problem !== undefined) return problem;
  }
  const kind = isSanitized ? SANITIZED : OPTIMIZED;
  const module = [...kind, ...LIBRARY, `-isystem${headers}`, ...sources, '-lm'];
  return compile(compiler, output, module, loads);
}

/** Under another name first: what runs goes on with the old file. */
function compile(compiler, file, args, works = () => true) {
  // A new compiler's new warning is our business, not that of somebody who installs the package.
  const strict = mustExist ? ['-Werror'] : [];
  const partial = join(dirname(file), `${process.pid}-${basename(file)}`);
  const command = [...FLAGS, ...WARNINGS, ...strict, ...args, '-o', partial];
  const run = spawnSync(compiler, command, { encoding: 'utf8' });
  if (run.error !== undefined) return run.error.code === 'ENOENT' ? 'absent' : run.error.message;
  if (run.status !== 0 || !works(partial)) {
    rmSync(partial, { force: true });
    return run.status === 0 ? 'the result does not load into this node' : run.stderr;
  }
  renameSync(partial, file);
  return undefined;
}

function giveUp(reason) {
  console.error(`dgram-extensions: the native module was not built: ${reason}
Install a C compiler and its headers (Debian and Ubuntu: apt-get install gcc libc6-dev;
Alpine: apk add gcc musl-dev linux-headers), then run: npm run build`);
  return mustExist ? 1 : 0;
}
