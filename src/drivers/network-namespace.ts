/**
 * Network namespaces by the names of `ip netns`. Only the JavaScript thread enters one: sockets, processes and threads that come from it are
 * there, the thread pool of the runtime, which reads files and resolves names, stays.
 */
import { closeSync, openSync } from 'node:fs';
import { enterNetworkNamespace } from 'dgram-extensions';

const DIRECTORY = '/run/netns';

/** A namespace that is held open, so that it can be entered again. */
export class NetworkNamespace {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** The one that this thread is in. Throws the error of open(2). */
  static own(): NetworkNamespace {
    return new NetworkNamespace(openSync('/proc/thread-self/ns/net', 'r'));
  }

  /** That of a name; ENOENT without one. Throws the error of open(2). */
  static named(name: string): NetworkNamespace {
    return new NetworkNamespace(openSync(`${DIRECTORY}/${name}`, 'r'));
  }

  /** From now on. Throws OsError. */
  enter(): void {
    enterNetworkNamespace(this.#fd);
  }

  /** While `work` runs, which is done when it returns. Throws OsError, and what `work` throws. */
  during<Result>(work: () => Result): Result {
    const own = NetworkNamespace.own();
    this.enter();
    try {
      return work();
    } finally {
      own.enter();
      own.close();
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
