/** The processes that read files for this one (`ApartReader`), read from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Their ids, dead ones that nobody has waited for included. */
export function readingProcesses(): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const [, name, parent] =
        /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
      return parent === String(process.pid) && name === 'tandem-files';
    } catch {
      return false;
    }
  });
}

/** Counts those that are started after this call: the tests of other files run in the same process. */
export function newReadingProcesses(): () => readonly string[] {
  const before = new Set(readingProcesses());
  return () => readingProcesses().filter((pid) => !before.has(pid));
}
