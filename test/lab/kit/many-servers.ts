/**
 * Servers on one node that a test starts and stops by the dozen.
 */
import { join } from 'node:path';
import type { LabNode } from './node.ts';
import { LAB_PROGRAMS } from './paths.ts';

/** One of them; `sick` takes connections and answers HTTP with 503. */
export interface ManyServer {
  readonly address: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly state: 'up' | 'sick';
}

const CONTROL_PORT = 9000;
const START_MS_MAX = 20_000;

/** All servers of a node. */
export class ManyServers {
  readonly #node: LabNode;

  constructor(node: LabNode) {
    this.#node = node;
  }

  /** Starts the program, without any server. */
  async start(): Promise<void> {
    const program = join(LAB_PROGRAMS, 'many-servers.js');
    const argv = [process.execPath, program, String(CONTROL_PORT)];
    const running = await this.#node.start('many-servers', argv);
    await running.waitForLine(/^ready/, { withinMs: START_MS_MAX });
  }

  /** From now on these are there, and no others. */
  async become(servers: readonly ManyServer[]): Promise<void> {
    const file = this.#node.writeFile('servers.json', JSON.stringify(servers));
    const url = `http://127.0.0.1:${CONTROL_PORT}/`;
    await this.#node.exec(['curl', '-sS', '--fail', '--data-binary', `@${file}`, url]);
  }
}
