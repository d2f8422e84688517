/** Network namespaces for tests: made with a name of this process, removed at the end. */

import { execFileSync } from 'node:child_process';

let made = 0;

/** Why namespaces can't be used here, or undefined when they can. */
export function namespaceObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root for network namespaces';
  try {
    execFileSync('ip', ['netns', 'list'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'needs the ip program of iproute2';
  }
}

/** Prints why tests are skipped, so that a skip is never silent. Returns whether to skip. */
export function skipWithReason(area: string, reason: string | undefined): boolean {
  if (reason === undefined) return false;
  console.warn(`skipped: ${area}: ${reason}`);
  return true;
}

/** A network namespace with loopback up. */
export class Namespace {
  readonly name: string;

  constructor() {
    made++;
    this.name = `dgxt${process.pid}-${made}`;
    execFileSync('ip', ['netns', 'add', this.name]);
    this.ip('link', 'set', 'lo', 'up');
  }

  /** Runs `ip` inside. */
  ip(...parameters: string[]): void {
    execFileSync('ip', ['-n', this.name, ...parameters], { stdio: 'pipe' });
  }

  /** Removes it with all that is in it. */
  remove(): void {
    execFileSync('ip', ['netns', 'del', this.name]);
  }
}
