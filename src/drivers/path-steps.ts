/** The way to a file as the kernel goes it (path_resolution(7)): who may change one of its steps may put another file at its end. */
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** As the kernel's own limit (path_resolution(7)). */
const LINKS_MAX = 40;

/** A directory, a link or the file at the end. */
export interface PathStep {
  readonly at: string;
  /** Of the link itself where it is one. */
  readonly stats: Stats;
  /** Links lead to links without an end: there is no step behind this one. */
  readonly isEndless: boolean;
}

/** The steps from the root to an absolute path, through symbolic links. What does not exist ends them. Throws as `lstat`. */
export function* stepsTo(path: string): Generator<PathStep> {
  let names = namesOf(path);
  let at = '/';
  for (let links = 0; ; ) {
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (stats === undefined) return;
    const isLink = stats.isSymbolicLink();
    if (isLink) links += 1;
    const isEndless = links > LINKS_MAX;
    yield { at, stats, isEndless };
    if (isEndless) return;
    if (isLink) {
      const target = readlinkSync(at);
      names = [...namesOf(target), ...names];
      at = isAbsolute(target) ? '/' : dirname(at);
      continue;
    }
    const name = names.shift();
    if (name === undefined) return;
    // Behind a link `..` is the directory above its target.
    at = name === '..' ? dirname(at) : join(at, name);
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
