/** Settings of the kernel below `/proc/sys`, of this network namespace. */
import { readFileSync } from 'node:fs';

/** The text of a setting such as `net.ipv4.ip_forward`; undefined when the kernel does not have it. */
export function readSysctl(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
