/** Network namespaces: network_namespaces(7). */
import { native } from './native.ts';
import { checked } from './os-error.ts';

/**
 * Takes the calling thread, and processes and threads that it starts from now on, into a network namespace; threads that there are stay
 * where they are. Throws OsError: EPERM without CAP_SYS_ADMIN, EINVAL for another kind of file.
 *
 * @param fd an open file of `/run/netns` or `/proc/PID/ns/net`
 */
export function enterNetworkNamespace(fd: number): void {
  checked('setns', native().enterNetworkNamespace(fd));
}
