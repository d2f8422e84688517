/**
 * The files of a configuration: reading them and matching shell patterns, for the front end's
 * `SourceLoader`. It also gathers the facts about this host that a configuration is checked against. Paths that a
 * configuration names are touched only after another process found that they answer.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { namePattern } from '../core/base/name-pattern.ts';
import type { HostFacts, InterpreterState, NameDirectories } from '../core/language/host.ts';
import { CONFIG_LIMITS } from '../core/language/limits.ts';
import type { NamedTable } from '../core/language/schema/keyword-table.ts';
import type { SourceLoader } from '../core/language/source.ts';
import { interfaceAddresses, interfaceNames, mtuReader } from './host-interfaces.ts';
import { type FileOptions, LimitedFiles } from './limited-files.ts';
import { numberIn } from './name-table.ts';
import { barrierTo } from './programs/program-way.ts';
import {
  becomesRoot,
  programPath,
  programState,
  usersWithAllRights,
  weakStepToProgram,
} from './programs/trusted-program.ts';
import { readSysctl } from './sysctl.ts';

/** What a configuration is read with on this host. */
export interface ConfigFiles {
  readonly loader: SourceLoader;
  /** The facts of this host, asked anew at each call. */
  facts(): HostFacts;
}

/** Gives `use` the files of this host, for one check. Passes its result on. */
export function withConfigFiles<Result>(
  use: (files: ConfigFiles) => Result,
  options: FileOptions = {},
): Result {
  const files = new LimitedFiles(options);
  try {
    return use({
      loader: {
        read: (path) => files.read(path),
        glob: (pattern, directory) => globFiles(pattern, directory, files),
      },
      facts: () => hostFacts(files),
    });
  } finally {
    files.close();
  }
}

function hostFacts(files: LimitedFiles): HostFacts {
  const users = names('/etc/passwd');
  const roots = usersWithAllRights('/etc/passwd');
  const groups = names('/etc/group');
  return {
    interfaces: interfaceNames(),
    addresses: interfaceAddresses(),
    mtu: remembered(mtuReader()),
    program: (name) => {
      const path = programPath(name);
      return path !== undefined && files.isReachable(path) ? programState(name) : 'missing';
    },
    weakStep: weakStepToProgram,
    interpreter: (name) => {
      const path = programPath(name);
      const isKnown = path !== undefined && files.isReachable(path);
      return isKnown ? interpreterState(path) : { state: 'usable' };
    },
    sysctl: readSysctl,
    numberOf: (table, name, directories) => numberNamed(table, name, directories, files),
    directoryExists: (path) => files.isReachable(path) && isDirectory(path),
    secretFile: (path) => files.readSecret(path),
    resolves: resolvesNow,
    barrier: (program, who) => {
      const path = programPath(program);
      return path !== undefined && files.isReachable(path)
        ? barrierTo(path, who, { users: '/etc/passwd', groups: '/etc/group' })
        : undefined;
    },
    becomesRoot: (name) => becomesRoot(name),
    isRoot: (name) => roots.has(name),
    userExists: (name) => users.has(name),
    groupExists: (name) => groups.has(name),
  };
}

/** Names that match `pattern`, sorted. Wildcards are those of the shell; a leading dot must be written. */
function globFiles(pattern: string, directory: string, files: LimitedFiles): readonly string[] {
  const path = isAbsolute(pattern) ? pattern : join(directory, pattern);
  return expand(path, files).sort();
}

function expand(path: string, files: LimitedFiles): string[] {
  if (!/[*?[]/.test(path)) return isNamed(path, files) ? [path] : [];
  const parent = dirname(path);
  const parents = parent === path ? [path] : expand(parent, files);
  const last = basename(path);
  if (!/[*?[]/.test(last) && parents.length <= CONFIG_LIMITS.includeFiles)
    return parents.map((one) => join(one, last)).filter((one) => isNamed(one, files));
  // More directories than a configuration may have files: nobody waits until all are looked through, and that is said.
  if (parents.length > CONFIG_LIMITS.includeFiles) return parents.map((one) => join(one, last));
  const isWanted = namePattern(last);
  return parents.flatMap((one) => {
    // Reading it says why; without a match nobody would know.
    if (!files.isReachable(one)) return [join(one, last)];
    return entriesOf(one)
      .filter((name) => (last.startsWith('.') || !name.startsWith('.')) && isWanted(name))
      .map((name) => join(one, name));
  });
}

/** What does not answer may be there: reading it says more. */
function isNamed(path: string, files: LimitedFiles): boolean {
  return files.exists(path) || !files.isReachable(path);
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Asks once for each name: a thousand instances are often on one interface. */
function remembered<Value>(ask: (name: string) => Value): (name: string) => Value {
  const known = new Map<string, Value>();
  return (name) => {
    const found = known.has(name) ? (known.get(name) as Value) : ask(name);
    known.set(name, found);
    return found;
  };
}

/** Bytes of a `#!` line that the kernel reads (linux/binfmts.h, BINPRM_BUF_SIZE). */
const HEAD_BYTES = 256;

/** Looks at the first bytes: an ELF file, a `#!` line, or plain text. Other formats are left to the kernel. */
function interpreterState(path: string): InterpreterState {
  const head = headOf(path);
  if (!head.startsWith('#!')) {
    const isText = head !== '' && /^[\t\n\r\x20-\x7e]*$/.test(head);
    return { state: isText ? 'none' : 'usable' };
  }
  const [interpreter = ''] = head.slice(2).trimStart().split(/\s/, 1);
  return existsSync(interpreter) ? { state: 'usable' } : { state: 'missing', path: interpreter };
}

function headOf(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(HEAD_BYTES);
      return bytes.toString('latin1', 0, readSync(file, bytes, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** Files of iproute2 and the system that name numbers, without their directory. */
const NAME_FILES: Readonly<Record<NamedTable, string>> = {
  table: 'rt_tables',
  scope: 'rt_scopes',
  protocol: 'rt_protos',
  tos: 'rt_dsfield',
  realm: 'rt_realms',
  group: 'group',
  ipproto: 'protocols',
  pref: '',
};

/** Where distributions have the tables of iproute2. */
const VENDOR: readonly string[] = ['/usr/share/iproute2', '/usr/lib/iproute2'];

/** The number that a file of the host gives that name: `100 lab` in those of iproute2, `tcp 6 TCP` in that of protocols. */
function numberNamed(
  table: NamedTable,
  name: string,
  { local = '/etc/iproute2', vendor }: NameDirectories = {},
  files: LimitedFiles,
): number | undefined {
  const file = NAME_FILES[table];
  if (file === '') return undefined;
  const directories =
    table === 'ipproto' ? ['/etc'] : [local, ...(vendor === undefined ? VENDOR : [vendor])];
  for (const directory of directories) {
    const read = files.read(join(directory, file));
    if (!read.ok) continue;
    const number = numberIn(read.text, name);
    if (number !== undefined) return number;
  }
  return undefined;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Asks the system's resolver; without an answer in time the name does not count as resolvable. */
function resolvesNow(name: string): boolean {
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name.startsWith('-')) return false;
  const { status } = spawnSync('getent', ['ahosts', name], {
    timeout: RESOLVE_MS,
    stdio: 'ignore',
  });
  return status === 0;
}

/** How long a check waits for the resolver. */
const RESOLVE_MS = 3000;

function names(file: string): ReadonlySet<string> {
  try {
    return new Set(
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.slice(0, Math.max(0, line.indexOf(':'))))
        .filter((name) => name !== ''),
    );
  } catch {
    return new Set();
  }
}
