/** Settings of the kernel below `/proc/sys`, of this network namespace. */
import { readFileSync, writeFileSync } from 'node:fs';

/** The text of a setting such as `net.ipv4.ip_forward`; undefined when the kernel does not have it. */
export function readSysctl(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * Writes a setting such as `net/ipv6/conf/eth0.5/accept_ra`, with slashes, because names of interfaces have dots. The
 * name of the errno when that is not possible.
 */
export function writeSysctl(path: string, value: string): string | undefined {
  try {
    // Only a file that is there: nothing is made.
    writeFileSync(`/proc/sys/${path}`, value, { flag: 'r+' });
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EIO';
  }
}
