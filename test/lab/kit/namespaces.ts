/**
 * Network namespaces by name: making, deleting, and clearing away what a crashed lab left behind. Names are `tl<pid>-<n>-<node>`, where
 * pid is the process that made the lab: so two labs never collide, and a name whose process is gone is a leftover.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { RUNTIME_ROOT } from './paths.ts';
import { isAlive, signalProcess } from './process-tree.ts';

const NETNS_DIRECTORY = '/run/netns';
const NAME_PATTERN = /^tl(\d+)-/;

let labsMade = 0;

/** A prefix for the namespaces of one lab of this process. */
export function newNamespacePrefix(): string {
  labsMade += 1;
  return `tl${process.pid}-${labsMade}-`;
}

/** Makes namespaces. @throws CommandError when `ip` refuses, for want of rights for instance. */
export async function createNamespaces(names: readonly string[]): Promise<void> {
  await runCommand(['ip', '-batch', '-'], {
    input: names.map((name) => `netns add ${name}\n`).join(''),
  });
}

/** Tries what every lab needs on this machine's kernel. Returns why it can't be had, and what to do; undefined when all is well. */
export async function namespaceRefusal(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'network namespaces need root: run this as root';
  const name = `${newNamespacePrefix()}try`;
  try {
    await createNamespaces([name]);
    await runCommand(['ip', '-n', name, '-batch', '-'], {
      input: 'link add one type veth peer name two\nlink add three type bridge\n',
    });
    return undefined;
  } catch (error) {
    // The first line is the command; what `ip` says about it follows.
    const lines = (error instanceof Error ? error.message : String(error)).split('\n');
    const help =
      'in a container, it must be privileged (--privileged, or CAP_SYS_ADMIN and CAP_NET_ADMIN)';
    return `network namespaces can't be made here (${lines[1] ?? lines[0]}); ${help}`;
  } finally {
    await deleteNamespaces([name]).catch(() => undefined);
  }
}

/** Deletes namespaces that exist; others are ignored. Interfaces in them go with them. */
export async function deleteNamespaces(names: readonly string[]): Promise<void> {
  const existing = new Set(entriesOf(NETNS_DIRECTORY));
  await runCommand(['ip', '-batch', '-'], {
    input: names
      .filter((name) => existing.has(name))
      .map((name) => `netns delete ${name}\n`)
      .join(''),
  });
}

/** As `deleteNamespaces`, at once and ignoring errors: for a process that is about to end. */
export function deleteNamespacesNow(names: readonly string[]): void {
  for (const name of names) spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
}

/** Kills the processes in, and deletes, namespaces of labs whose process has died. Returns their names. */
export async function removeLeftovers(): Promise<readonly string[]> {
  const leftovers = entriesOf(NETNS_DIRECTORY).filter(isOrphan);
  for (const name of leftovers) {
    const pids = await runCommand(['ip', 'netns', 'pids', name], { allowFailure: true });
    for (const pid of pids.stdout.split('\n')) {
      if (/^\d+$/.test(pid)) signalProcess(Number(pid), 'SIGKILL');
    }
  }
  // Another lab that begins now finds the same ones: who comes second may find them gone.
  for (const name of leftovers) {
    await runCommand(['ip', 'netns', 'delete', name], { allowFailure: true });
  }
  for (const name of entriesOf(RUNTIME_ROOT).filter(isOrphan)) {
    rmSync(join(RUNTIME_ROOT, name), { recursive: true, force: true });
  }
  return leftovers;
}

/** True for a name of a lab whose process is gone. */
function isOrphan(name: string): boolean {
  const owner = NAME_PATTERN.exec(name)?.[1];
  return owner !== undefined && !isAlive(Number(owner));
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // Both directories appear with the first lab of a machine.
    return [];
  }
}
