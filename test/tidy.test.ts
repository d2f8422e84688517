/**
 * Checks on the source itself: what the compiler cannot enforce of the rules in src/README.md, and what would otherwise be forgotten.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const PRODUCT = filesBelow(join(ROOT, 'src'), /\.ts$/);
/** The lab is a program of its own, as carefully kept as the product. */
const LAB = ['kit', 'scenarios', 'demo'].flatMap((part) =>
  filesBelow(join(ROOT, 'test/lab', part), /\.ts$/),
);
const SOURCES = [...PRODUCT, ...LAB];
const TESTS = filesBelow(join(ROOT, 'test'), /\.ts$/).filter((path) => !LAB.includes(path));

function filesBelow(directory: string, pattern: RegExp): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(node_modules|dist)\//.test(path))
    .sort();
}

function name(path: string): string {
  return relative(ROOT, path);
}

/** Specifiers of static and dynamic imports and re-exports. */
function importsOf(path: string): string[] {
  const text = withoutComments(readFileSync(path, 'utf8'));
  const found = [
    ...text.matchAll(/^(?:import|export)\b[^;']*?\bfrom '([^'\n]+)'/gm),
    ...text.matchAll(/\b(?:import|require)\s*\(\s*'([^'\n]+)'/g),
    ...text.matchAll(/^import '([^'\n]+)'/gm),
  ];
  return found.map((match) => match[1] ?? '');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

describe('core is pure', () => {
  const core = SOURCES.filter((path) => name(path).startsWith('src/core/'));

  test.each(core.map(name))('%s imports only core', (path) => {
    for (const specifier of importsOf(join(ROOT, path))) {
      expect(specifier, 'a relative import').toMatch(/^\./);
      const target = name(resolve(ROOT, dirname(path), specifier));
      expect(target, 'inside core').toMatch(/^src\/core\//);
    }
  });

  test('knows no clock, randomness, timer, process or console', () => {
    const forbidden =
      /\b(Date\.now|new Date|Math\.random|performance\.|setTimeout|setInterval|setImmediate|process\.|Buffer\.|console\.|globalThis)\b/;
    const guilty = core.filter((path) =>
      forbidden.test(withoutComments(readFileSync(path, 'utf8')).replace(/'[^'\n]*'/g, "''")),
    );
    expect(guilty.map(name)).toEqual([]);
  });
});

/** The parts of core, each with those that it may import. */
const CORE_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ['base'],
  holdings: ['base', 'model', 'netlink'],
  firewall: ['base', 'model', 'wire'],
  wire: ['base'],
  netlink: ['base'],
  checkers: ['base', 'model', 'wire'],
  programs: ['base', 'model'],
  tracking: ['base', 'model', 'checkers', 'programs'],
  language: ['base', 'model', 'wire', 'checkers', 'firewall'],
  vrrp: ['base', 'model', 'wire', 'holdings'],
  bfd: ['base', 'model', 'wire'],
  heartbeat: ['base', 'model', 'wire'],
  lvs: ['base', 'model', 'netlink'],
  ipvsadm: ['base', 'model', 'lvs'],
  health: ['base', 'model', 'checkers', 'lvs'],
  facts: [
    'base',
    'model',
    'bfd',
    'heartbeat',
    'wire',
    'checkers',
    'tracking',
    'language',
    'holdings',
    'firewall',
    'vrrp',
    'lvs',
    'health',
  ],
  notifications: ['base', 'model', 'checkers', 'vrrp', 'health', 'facts', 'programs'],
  realserver: ['base', 'model'],
  director: ['base', 'model', 'checkers', 'firewall', 'language', 'realserver'],
  plan: ['base', 'model', 'wire', 'checkers', 'language', 'vrrp', 'lvs', 'health'],
  manual: ['base', 'model', 'checkers', 'language', 'vrrp', 'facts'],
  control: ['base', 'model', 'wire', 'heartbeat', 'language', 'health', 'facts', 'plan'],
};

/** These go by blocks as they were written: the order of their lines, names that nothing was built from. */
const READERS_OF_CHECKERS: readonly string[] = [
  'src/core/language/assemble/check-target.ts',
  'src/core/language/rules/general/unused-definition.ts',
];

/** The part of core that a file belongs to. */
function corePart(path: string): string | undefined {
  return /^src\/core\/([^/]+)\//.exec(path)?.[1];
}

/** The only place that opens drivers and builds machines. */
const COMPOSE = /^src\/daemon\/compose\//;

/** Classes of the native module that open something. */
const NATIVE_CLASSES = ['ConnectProber', 'DirectoryLock', 'RealTimeSignals', 'Socket', 'Timer'];

/** A refusal is a value, not something that is opened. */
const DRIVER_VALUES = ['KernelError'];

function driverClasses(): string[] {
  return classesOf('src/drivers/').filter((one) => !DRIVER_VALUES.includes(one));
}

/** What keeps the contract of a machine. */
function machineClasses(): string[] {
  return classesOf('src/core/', /\s*(?:<[^{]*?)?implements\s+Machine\b/);
}

function classesOf(place: string, more: RegExp = /\b/): string[] {
  const pattern = new RegExp(`export class (\\w+)${more.source}`, 'g');
  return PRODUCT.filter((path) => name(path).startsWith(place)).flatMap((path) =>
    Array.from(readFileSync(path, 'utf8').matchAll(pattern), (match) => match[1] ?? ''),
  );
}

describe('layers', () => {
  const allowed: readonly (readonly [RegExp, RegExp])[] = [
    [/^src\/drivers\//, /^src\/(core|drivers)\//],
    [/^src\/daemon\//, /^src\/(core|drivers|daemon)\//],
    [/^src\/cli\//, /^src\/(core|drivers|daemon|cli)\//],
    [/^src\/dgram-extensions\//, /^src\/dgram-extensions\//],
  ];

  test('no layer imports one above it', () => {
    const wrong: string[] = [];
    for (const path of SOURCES) {
      const rule = allowed.find(([from]) => from.test(name(path)));
      for (const specifier of importsOf(path)) {
        if (!specifier.startsWith('.')) continue;
        const target = name(resolve(dirname(path), specifier));
        if (rule !== undefined && !rule[1].test(target)) wrong.push(`${name(path)} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('inside core no part imports one above or beside it', () => {
    const wrong: string[] = [];
    for (const path of PRODUCT) {
      const part = corePart(name(path));
      if (part === undefined) continue;
      const below = CORE_IMPORTS[part];
      if (below === undefined) wrong.push(`${part} is in no layer`);
      for (const specifier of importsOf(path)) {
        const target = name(resolve(dirname(path), specifier));
        const other = corePart(target);
        if (other === undefined || other === part || below?.includes(other)) continue;
        wrong.push(`${name(path)} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('no files import each other in a circle', () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, above: readonly string[]): void => {
      const start = above.indexOf(path);
      if (start >= 0) circles.push([...above.slice(start), path].map(name).join(' -> '));
      if (start >= 0 || done.has(path)) return;
      for (const specifier of importsOf(path)) {
        const target = resolve(dirname(path), specifier);
        if (specifier.startsWith('.') && target.endsWith('.ts')) visit(target, [...above, path]);
      }
      done.add(path);
    };
    for (const path of SOURCES) visit(path, []);
    expect(circles).toEqual([]);
  });

  test('drivers are opened and machines built in daemon/compose only', () => {
    const made = new Set([...NATIVE_CLASSES, ...driverClasses(), ...machineClasses()]);
    const wrong: string[] = [];
    for (const path of PRODUCT) {
      if (!/^src\/(daemon|cli|main)/.test(name(path)) || COMPOSE.test(name(path))) continue;
      const text = withoutComments(readFileSync(path, 'utf8'));
      for (const match of text.matchAll(/\bnew (\w+)\b|\b(\w+)\.open\(/g)) {
        const used = match[1] ?? match[2] ?? '';
        if (made.has(used)) wrong.push(`${name(path)} makes ${used}`);
      }
    }
    expect(made.size).toBeGreaterThan(8);
    expect(wrong).toEqual([]);
  });

  test('the vrrp process imports no third-party package but the netlink codecs', () => {
    const packages = new Set<string>();
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const specifier of importsOf(path)) {
        if (specifier.startsWith('.')) visit(resolve(dirname(path), specifier));
        else if (!specifier.startsWith('node:')) packages.add(specifier.split('/')[0] ?? '');
      }
    };
    visit(join(ROOT, 'src/daemon/compose/vrrp.ts'));
    expect([...packages].sort()).toEqual(['dgram-extensions', 'netlink']);
  });
});

describe('every source file', () => {
  test('opens with a comment that says what it holds', () => {
    const bare = [...SOURCES, ...TESTS].filter((path) => {
      const text = readFileSync(path, 'utf8').replace(/^#!.*\n/, '');
      return !/^\s*\/\*\*/.test(text);
    });
    expect(bare.map(name)).toEqual([]);
  });

  test('documents every export', () => {
    const undocumented: string[] = [];
    for (const path of SOURCES) {
      const lines = readFileSync(path, 'utf8').split('\n');
      for (const [index, line] of lines.entries()) {
        const declares =
          /^export (?:async |abstract )?(?:function|class|interface|type|const)\s+(\w+)/;
        const declared = declares.exec(line)?.[1];
        if (declared === undefined) continue;
        let above = index - 1;
        // Overloads, and constants in one group under one comment.
        while (above >= 0 && /^export (?:const|type|function) /.test(lines[above] ?? '')) above--;
        if (!/\*\/\s*$/.test(lines[above] ?? '')) undocumented.push(`${name(path)}: ${declared}`);
      }
    }
    expect(undocumented).toEqual([]);
  });

  test('has no marker of unfinished work, and no path of somebody’s machine', () => {
    const markers = new RegExp(
      `\\b(${['TO', 'FIX', 'XX'].map((w, i) => w + ['DO', 'ME', 'X'][i]).join('|')})\\b`,
    );
    const guilty = [...SOURCES, ...TESTS].filter((path) =>
      markers.test(readFileSync(path, 'utf8')),
    );
    expect(guilty.map(name)).toEqual([]);
  });

  test('holds one concept: no file is longer than 600 lines', () => {
    const long = SOURCES.filter((path) => readFileSync(path, 'utf8').split('\n').length > 600);
    expect(long.map(name)).toEqual([]);
  });
});

test('every directory of src and test has a README', () => {
  const directories = new Set([...SOURCES, ...TESTS].map((path) => dirname(path)));
  const without = [...directories].filter((path) => !existsSync(join(path, 'README.md')));
  expect(without.map(name).sort()).toEqual([]);
});

test('tests share helpers through support, and import no other test', () => {
  const shared = /^test\/(support|vectors|lab\/(kit|scenarios))\//;
  const wrong: string[] = [];
  for (const path of TESTS) {
    for (const specifier of importsOf(path)) {
      if (!specifier.startsWith('.')) continue;
      const target = name(resolve(dirname(path), specifier));
      if (!target.startsWith('test/') || shared.test(target)) continue;
      // A helper serves the tests of its directory and of those below.
      const isBeside = name(path).startsWith(`${dirname(target)}/`);
      if (!isBeside || target.endsWith('.test.ts')) wrong.push(`${name(path)} -> ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('only the table of checkers and what is written about each ask which checker a check is', () => {
  const branch =
    /(?:===|!==|case)\s*'(?:TCP_CHECK|HTTP_GET|SSL_GET|SMTP_CHECK|DNS_CHECK|UDP_CHECK|PING_CHECK|MISC_CHECK|FILE_CHECK|BFD_CHECK)'/;
  const guilty = PRODUCT.filter(
    (path) =>
      !name(path).startsWith('src/core/checkers/') &&
      !READERS_OF_CHECKERS.includes(name(path)) &&
      branch.test(withoutComments(readFileSync(path, 'utf8'))),
  );
  expect(guilty.map(name)).toEqual([]);
});

test('every file that a page of src or test names is there', () => {
  /** Files of others, and names that stand for any file. */
  const elsewhere = new Set(['node_api.h', 'case.json', 'verdicts.json']);
  const pages = [join(ROOT, 'src'), join(ROOT, 'test')].flatMap((top) => filesBelow(top, /\.md$/));
  const missing = pages.flatMap((page) => {
    const named = readFileSync(page, 'utf8').matchAll(/`([a-z0-9./_-]+\.(?:ts|mjs|c|h|json))`/g);
    const places = [dirname(page), join(ROOT, 'src'), ROOT, join(ROOT, 'src/daemon')];
    return [...named].flatMap(([, path = '']) =>
      elsewhere.has(path) || places.some((place) => existsSync(join(place, path)))
        ? []
        : [`${name(page)}: ${path}`],
    );
  });
  expect(missing).toEqual([]);
});

test('each route through the house passes at most twelve files, and none twice', () => {
  const page = readFileSync(join(ROOT, 'src/README.md'), 'utf8');
  const drawn = page.slice(page.indexOf('## Four routes'), page.indexOf('To add something'));
  const routes = drawn.split(/^\*\*/m).slice(1);
  const things = ['A packet', 'A check result', 'A reload', 'A fact'];
  expect(routes.map((text) => text.slice(0, text.indexOf('**')))).toEqual(things);
  for (const [index, text] of routes.entries()) {
    const thing = things[index];
    const files = Array.from(text.matchAll(/`([a-z0-9/-]+\.ts)`/g), ([, path]) => path);
    expect(files.length, thing).toBeGreaterThan(8);
    expect(files.length, thing).toBeLessThanOrEqual(12);
    expect(new Set(files).size, `${thing}, none twice`).toBe(files.length);
  }
});

test('no test stands in for a module: what a file uses is handed to it, and unit test files share what they import', () => {
  const guilty = TESTS.filter((path) => /^\s*vi\.mock\(/m.test(readFileSync(path, 'utf8')));
  expect(guilty.map(name)).toEqual([]);
});
