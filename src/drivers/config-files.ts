/**
 * The files of a configuration: reading them and matching shell patterns, for the front end's
 * `SourceLoader`. Files that are directories or executable are not configuration (keepalived's rule).
 * It also gathers the facts about this host that a configuration is checked against.
 */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { networkInterfaces } from 'node:os';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { parseIp } from '../core/base/address.ts';
import type {
  HostAddress,
  HostFacts,
  InterpreterState,
  ProgramState,
} from '../core/config/host.ts';
import { CONFIG_LIMITS } from '../core/config/limits.ts';
import type { NamedTable } from '../core/config/schema/types.ts';
import type { SourceLoader, SourceText } from '../core/config/source.ts';
import { readSysctl } from './sysctl.ts';

/** Reads configuration files of this host. */
export const FILE_LOADER: SourceLoader = { read: readSource, glob: globFiles };

/** The facts of this host. Asks the file system at each call, so use one for each check. */
export function hostFacts(): HostFacts {
  const users = names('/etc/passwd');
  const groups = names('/etc/group');
  return {
    interfaces: interfaceNames(),
    addresses: interfaceAddresses(),
    program: programState,
    interpreter: interpreterState,
    sysctl: readSysctl,
    knowsName: knowsNumberName,
    directoryExists: isDirectory,
    secretFile: secretState,
    resolves: resolvesNow,
    userExists: (name) => users.has(name),
    groupExists: (name) => groups.has(name),
  };
}

const OWN_DESCRIPTOR = /^\/(?:dev\/(?:fd|stdin)|proc\/self\/fd)\b/;
const CHUNK_BYTES = 1 << 20;

function readSource(path: string): SourceText {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return { ok: false, reason: 'directory' };
    if (stat.isFile() && (stat.mode & 0o111) !== 0) return { ok: false, reason: 'executable' };
    // Opening a pipe waits for a writer, perhaps for ever; one of our own descriptors has its writer.
    if (stat.isFIFO() && !OWN_DESCRIPTOR.test(path)) return { ok: false, reason: 'unreadable' };
    const isWhole = stat.isFile() && stat.size > 0 && stat.size <= CONFIG_LIMITS.fileLength;
    return { ok: true, text: isWhole ? readFileSync(path, 'utf8') : readSome(path) };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { ok: false, reason: missing ? 'missing' : 'unreadable' };
  }
}

/** What has no size (a device, a pipe), or too large a one: no more than it takes to see that it is too long. */
function readSome(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let left = CONFIG_LIMITS.fileLength + 1;
    while (left > 0) {
      const chunk = Buffer.alloc(Math.min(left, CHUNK_BYTES));
      const count = readSync(fd, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      left -= count;
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    closeSync(fd);
  }
}

/** Names that match `pattern`, sorted. Wildcards are those of the shell; a leading dot must be written. */
function globFiles(pattern: string, directory: string): readonly string[] {
  const path = isAbsolute(pattern) ? pattern : join(directory, pattern);
  return expand(path).sort();
}

function expand(path: string): string[] {
  if (!/[*?[]/.test(path)) return existsSync(path) ? [path] : [];
  const parent = dirname(path);
  const parents = parent === path ? [path] : expand(parent);
  const last = basename(path);
  if (!/[*?[]/.test(last))
    return parents.map((one) => join(one, last)).filter((one) => existsSync(one));
  const wanted = globExpression(last);
  return parents.flatMap((one) =>
    entriesOf(one)
      .filter((name) => (last.startsWith('.') || !name.startsWith('.')) && wanted.test(name))
      .map((name) => join(one, name)),
  );
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function globExpression(pattern: string): RegExp {
  const source = pattern.replace(/\[!?[^\]]*\]|[*?]|[.+^${}()|\\/]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return part.startsWith('[') ? part.replace('[!', '[^') : `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}

function interfaceNames(): ReadonlySet<string> {
  const names = entriesOf('/sys/class/net');
  return new Set(names.length > 0 ? names : Object.keys(networkInterfaces()));
}

/** Addresses as the kernel lists them: of interfaces that are up, labels cut off. */
function interfaceAddresses(): readonly HostAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, entries]) =>
    (entries ?? []).flatMap(({ address: text, cidr }) => {
      const address = parseIp(text);
      const prefixLength = Number(cidr?.split('/')[1]);
      if (address === undefined || Number.isNaN(prefixLength)) return [];
      return [{ interface: name.split(':')[0] ?? name, address, prefixLength }];
    }),
  );
}

/** Bytes of a `#!` line that the kernel reads (linux/binfmts.h, BINPRM_BUF_SIZE). */
const HEAD_BYTES = 256;

/** Looks at the first bytes: an ELF file, a `#!` line, or plain text. Other formats are left to the kernel. */
function interpreterState(program: string): InterpreterState {
  const path = program.includes('/') ? program : inPath(program);
  const head = path === undefined ? '' : headOf(path);
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

/** Whether root could and should run a program: present, executable, and changeable by root only. */
function programState(program: string): ProgramState {
  const path = program.includes('/') ? program : inPath(program);
  if (path === undefined || !existsSync(path)) return 'missing';
  try {
    if (!statSync(path).isFile()) return 'not-executable';
    accessSync(path, constants.X_OK);
    return isTrusted(realpathSync(path)) ? 'usable' : 'insecure';
  } catch {
    return 'not-executable';
  }
}

function inPath(program: string): string | undefined {
  const directories = (process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin').split(delimiter);
  return directories.map((directory) => join(directory, program)).find((path) => existsSync(path));
}

/** Owned by root and not writable by others, with every directory above; sticky directories are exempt. */
function isTrusted(path: string): boolean {
  const { uid, gid, mode } = statSync(path);
  const sticky = (mode & 0o1000) !== 0;
  const groupMayWrite = (mode & 0o020) !== 0 && gid !== 0;
  if (!sticky && (uid !== 0 || groupMayWrite || (mode & 0o002) !== 0)) return false;
  return path === '/' || isTrusted(dirname(path));
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

/** Whether a file of the host gives a number that name. */
function knowsNumberName(table: NamedTable, name: string): boolean {
  const file = NAME_FILES[table];
  if (file === '') return false;
  const directories =
    table === 'ipproto' ? ['/etc'] : ['/etc/iproute2', '/usr/share/iproute2', '/usr/lib/iproute2'];
  return directories.some((directory) => {
    const read = readSource(join(directory, file));
    return (
      read.ok &&
      read.text
        .split('\n')
        .some((line) => line.replace(/#.*/, '').trim().split(/\s+/).includes(name))
    );
  });
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function secretState(path: string): 'private' | 'exposed' | 'unreadable' {
  try {
    accessSync(path, constants.R_OK);
    return (statSync(path).mode & 0o077) === 0 ? 'private' : 'exposed';
  } catch {
    return 'unreadable';
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
