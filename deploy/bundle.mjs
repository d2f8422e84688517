/**
 * Makes `bundle/`: what `install.sh` installs. The program is a few files there instead of hundreds, because a start pays for each file that Node
 * finds, reads and compiles. Nothing is minified, and source maps lie beside the files, so that a stack can be read.
 *
 *   node deploy/bundle.mjs      (the end of `npm run build`)
 *
 * It holds CommonJS, which Node loads faster than modules. The packages that Tandem imports are in it, those that it loads when it needs them
 * (ON_DEMAND) beside it.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { keepCode } from './bundle/keep-code.mjs';

/** Taken with `require` by the file that uses them, and not before. */
const ON_DEMAND = ['nodemailer/lib/smtp-connection', 're2js', 'yaml'];
/** Built from C beside the program, and found from it as `../build`. */
const BUILT = ['dgx.node', 'become', 'confine', 'early.so'];
/** What is delivered as it is. */
const COPIED = ['LICENSE', 'README.md', 'conf'];

/** What the packages bring along and nothing here reaches: sending metrics out, clusters, traces, transports in threads. Each is an empty object. */
const LEFT_OUT = /^(?:@opentelemetry\/api|thread-stream|\.\/lib\/(?:pushgateway|cluster))$/;

/** Warnings that say nothing about the result: a file that is imported at once as well, and a machine that is slow. */
const HARMLESS = ['INEFFECTIVE_DYNAMIC_IMPORT', 'PLUGIN_TIMINGS'];

const NOTHING = '\0nothing.cjs';

const MAIN = 'src/main.ts';
const STATUS = 'src/cli/status.ts';
const RUN = 'src/cli/run.ts';
const SUPERVISOR = 'src/daemon/compose/supervisor.ts';
const VRRP = 'src/daemon/compose/vrrp.ts';
const HEALTH = 'src/daemon/compose/health.ts';
const LOG = 'src/daemon/outlets/log/log.ts';
const METRICS = 'src/daemon/outlets/metrics/metrics.ts';
const LISTENER = 'src/daemon/outlets/metrics/listener.ts';

/**
 * The files, the first that fits a module: with what all of `entries` import, or, when `shared`, with as much of it as others import too. Each
 * process then loads few files, and next to nothing that only larger ones need.
 */
const FILES = [
  { file: 'guard', entries: ['src/daemon/frame/first.ts'] },
  { file: 'common', entries: ['src/cli/index.ts'] },
  { file: 'common', entries: [RUN, STATUS] },
  { file: 'common', entries: [RUN, VRRP] },
  { file: 'common', entries: [STATUS, VRRP] },
  { file: 'common', entries: ['src/cli/subcommands.ts'], shared: true },
  { file: 'status', entries: [STATUS] },
  { file: 'run', entries: [RUN] },
  { file: 'base', entries: [VRRP, SUPERVISOR] },
  { file: 'children', entries: [VRRP, HEALTH] },
  { file: 'vrrp', entries: [VRRP] },
  { file: 'servers', entries: [SUPERVISOR, HEALTH] },
  { file: 'language', entries: [SUPERVISOR], shared: true },
  { file: 'supervisor', entries: [SUPERVISOR] },
  { file: 'health', entries: [HEALTH] },
  { file: 'log', entries: [LOG] },
  { file: 'metrics', entries: [METRICS] },
  { file: 'http', entries: [LISTENER] },
];

/** Makes the bundle of the repository at `root` anew. */
export async function bundle(root) {
  const final = join(root, 'bundle');
  const target = `${final}.new`;
  rmSync(target, { recursive: true, force: true });
  const packages = new Set(ON_DEMAND.map(packageOf));
  for (const module of await program(root, join(target, 'dist'))) {
    const name = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1];
    if (name !== undefined) packages.add(name);
  }
  for (const name of ON_DEMAND) await onePackage(root, name, join(target, 'node_modules'));
  for (const name of COPIED) cpSync(join(root, name), join(target, name), { recursive: true });
  for (const name of BUILT) {
    const file = join(root, 'src/dgram-extensions/build', name);
    if (!existsSync(file))
      throw new Error(`${file} is missing: npm run build says what is missing`);
    mkdirSync(join(target, 'build'), { recursive: true });
    cpSync(file, join(target, 'build', name));
  }
  const { name, version, description, license, engines, os, bin } = manifest(root);
  const shown = { name, version, description, license, private: true, engines, os, bin };
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(shown, null, 2)}\n`);
  writeFileSync(join(target, 'LICENSE.third-party'), licences(root, [...packages].sort()));
  // Node tells the program by the name of this link how it was called.
  mkdirSync(join(target, 'bin'));
  for (const called of ['tandem', 'keepalived', 'ipvsadm'])
    symlinkSync('../dist/main.js', join(target, 'bin', called));
  await keepCode(join(target, 'dist'));
  rmSync(final, { recursive: true, force: true });
  renameSync(target, final);
}

/** Bundles the program; resolves with the modules that are in it. */
async function program(root, directory) {
  const build = await rolldown({
    cwd: root,
    input: { program: join(root, MAIN) },
    platform: 'node',
    external: ON_DEMAND,
    preserveEntrySignatures: 'allow-extension',
    onLog: refuseWarnings,
    plugins: [
      {
        name: 'left out',
        resolveId: (source) => (LEFT_OUT.test(source) ? NOTHING : null),
        load: (id) => (id === NOTHING ? 'module.exports = {};' : null),
      },
    ],
  });
  const { output } = await build.write({
    dir: directory,
    format: 'cjs',
    sourcemap: true,
    comments: false,
    chunkFileNames: '[name].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: fileOf(root), debugName: 'files' }],
    },
  });
  await build.close();
  const files = output.filter(({ type }) => type === 'chunk').map(({ fileName }) => fileName);
  for (const name of files) {
    const file = join(directory, name);
    const text = readFileSync(file, 'utf8');
    // `main.cjs` runs the files as scripts with kept code, and Node refuses import() there.
    const [left] = /\bimport\([^)]*\)/.exec(text) ?? [];
    if (left !== undefined) throw new Error(`${name}: ${left} is left: take it with onDemand`);
    writeFileSync(file, plain(text));
  }
  cpSync(join(root, 'deploy/bundle/main.cjs'), join(directory, 'main.js'));
  chmodSync(join(directory, 'main.js'), 0o755);
  return output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []));
}

/** As `main.cjs` reads it: in ASCII, which is read and held with one byte for each character, and without what only an entry may begin with. */
function plain(text) {
  return text
    .replace(/^#!/, '//')
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Tells the file of each module, once all are known; null leaves it to the bundler. */
function fileOf(root) {
  let reaching;
  return (id, context) => {
    reaching ??= closures(join(root, MAIN), (module) => context.getModuleInfo(module));
    for (const entry of FILES.flatMap(({ entries }) => entries)) {
      if (reaching.has(join(root, entry))) continue;
      throw new Error(`${entry} is not imported with import(), when it is needed`);
    }
    const owners = [...reaching].filter(([, reached]) => reached.has(id)).map(([owner]) => owner);
    const found = FILES.find(
      ({ entries, shared }) =>
        entries.every((entry) => owners.includes(join(root, entry))) &&
        (shared !== true || owners.length > entries.length),
    );
    return found?.file ?? null;
  };
}

/** What each module that is imported when it is needed imports in turn, at once; `main` among them. */
function closures(main, about) {
  const found = new Map();
  const roots = [main];
  for (let root = roots.pop(); root !== undefined; root = roots.pop()) {
    if (found.has(root)) continue;
    const reached = new Set();
    found.set(root, reached);
    const waiting = [root];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      const { importedIds = [], dynamicallyImportedIds = [] } = about(next) ?? {};
      waiting.push(...importedIds);
      roots.push(...dynamicallyImportedIds);
    }
  }
  return found;
}

/** The package of a module: `nodemailer` of `nodemailer/lib/smtp-connection`. */
function packageOf(module) {
  return module.split('/', 1)[0];
}

/** What is taken of a package, as one file below `packages`. */
async function onePackage(root, module, packages) {
  const name = packageOf(module);
  const directory = join(packages, name);
  const main = module === name ? 'index.js' : `${module.slice(name.length + 1)}.js`;
  const build = await rolldown({
    input: createRequire(join(root, 'package.json')).resolve(module),
    platform: 'node',
    onLog: refuseWarnings,
  });
  await build.write({ file: join(directory, main), format: 'cjs', exports: 'auto' });
  await build.close();
  const { version, license } = manifest(join(root, 'node_modules', name));
  const shown = { name, version, license, main };
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify(shown, null, 2)}\n`);
}

function refuseWarnings(level, log) {
  if (level === 'warn' && !HARMLESS.includes(log.code)) throw new Error(log.message);
}

/** What the licences of the packages ask for: their text goes with the copy. */
function licences(root, packages) {
  const parts = packages.map((name) => {
    const directory = join(root, 'node_modules', name);
    const { version, license } = manifest(directory);
    const file = readdirSync(directory).find((one) => /^licen[cs]e/i.test(one));
    const text =
      file === undefined ? '' : `\n${readFileSync(join(directory, file), 'utf8').trim()}\n`;
    return `${name} ${version}: ${license}\n${text}`;
  });
  return `Packages in this program, and their licences.\n\n${parts.join(`\n${'-'.repeat(78)}\n`)}`;
}

function manifest(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

const [, called] = process.argv;
if (called !== undefined && import.meta.url === pathToFileURL(called).href) {
  await bundle(resolve(import.meta.dirname, '..'));
}
