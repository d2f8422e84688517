/**
 * Looks at the IPVS table of its network namespace again and again: `node table-watch.js`. Prints a line at first and whenever it has changed: what
 * `ipvsadm -Sn` says, sorted, or the kernel's own text when that has changed back meanwhile. It starts nothing while nothing changes: a guest has one
 * slow processor.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const EVERY_MS = 50;

/** `/proc/net/ip_vs` without connections, which are the last two numbers of a server. */
function look(): string {
  const lines = readFileSync('/proc/net/ip_vs', 'latin1').split('\n').slice(3);
  return lines.map((line) => line.replace(/(->.*) +\d+ +\d+ *$/, '$1').trim()).join(';');
}

let seen: string | undefined;
let told: string | undefined;

setInterval(() => {
  const now = look();
  if (now === seen) return;
  seen = now;
  const saved = execFileSync('ipvsadm', ['-Sn'], { encoding: 'utf8' });
  const text = saved.split('\n').filter(Boolean).toSorted().join(';');
  const line = text === told ? now : text;
  told = text;
  process.stdout.write(`${line === '' ? '(empty)' : line}\n`);
}, EVERY_MS);
