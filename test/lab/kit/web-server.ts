/**
 * Starting, stopping and breaking the lab's web servers.
 */
import { join } from 'node:path';
import type { LabNode } from './node.ts';
import { LAB_PROGRAMS } from './paths.ts';
import type { LabProcess } from './process.ts';

/** Generous for a guest with one processor in which several programs start at once. */
const START_MS_MAX = 20_000;

/** A web server on a node; answers with the node's name. */
export class WebServer {
  readonly node: LabNode;
  readonly port: number;
  #process: LabProcess | undefined;

  constructor(node: LabNode, port = 80) {
    this.node = node;
    this.port = port;
  }

  /** Starts it and waits until it listens. */
  async start(): Promise<void> {
    const program = join(LAB_PROGRAMS, 'web-server.js');
    const argv = [process.execPath, program, this.node.name, String(this.port)];
    this.#process = await this.node.start(`web-${this.port}`, argv);
    await this.#process.waitForLine(/^ready/, { withinMs: START_MS_MAX });
  }

  /** Ends it at once; connections to its port are refused from then on. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** Turns the answer of `/health` to 503, or back to 200. */
  toggleHealth(): void {
    this.#process?.signal('SIGUSR2');
  }

  /** Freezes it: connections are accepted by the kernel but never answered. */
  freeze(): void {
    this.#process?.signal('SIGSTOP');
  }

  /** Lets a frozen server go on. */
  thaw(): void {
    this.#process?.signal('SIGCONT');
  }
}

/** Starts web servers on nodes, all at once. */
export async function startWebServers(
  nodes: readonly LabNode[],
  port = 80,
): Promise<readonly WebServer[]> {
  const servers = nodes.map((node) => new WebServer(node, port));
  await Promise.all(servers.map((server) => server.start()));
  return servers;
}
