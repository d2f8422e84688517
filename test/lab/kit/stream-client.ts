/**
 * One held TCP connection of a node, for scenarios that ask whether connections survive.
 */
import { join } from 'node:path';
import { expectWithin } from './expect.ts';
import type { LabNode } from './node.ts';
import { LAB_PROGRAMS } from './paths.ts';
import type { LabProcess } from './process.ts';

const START_MS_MAX = 20_000;

interface StreamLine {
  readonly atMs: number;
  readonly what: 'piece' | 'ended';
  readonly text: string;
}

/** A held connection. Made by `startStream`. */
export class StreamClient {
  readonly #process: LabProcess;

  constructor(process: LabProcess) {
    this.#process = process;
  }

  /** How the connection stands: the longest time without a piece, and why it ended if it did. */
  state(): { readonly pieces: number; readonly longestGapMs: number; readonly ended?: string } {
    const lines = this.#process.lines.map((line): StreamLine => JSON.parse(line.text));
    const pieces = lines.filter((line) => line.what === 'piece').map((line) => line.atMs);
    const ended = lines.find((line) => line.what === 'ended')?.text;
    const gaps = [...pieces.slice(1), Date.now()].map((at, i) => at - (pieces[i] ?? at));
    const longestGapMs = Math.max(0, ...gaps);
    return { pieces: pieces.length, longestGapMs, ...(ended === undefined ? {} : { ended }) };
  }

  /** Lets the connection go. */
  async end(): Promise<void> {
    await this.#process.kill();
  }
}

/** Opens a connection to a URL that streams, and waits for its first piece. */
export async function startStream(node: LabNode, url: string): Promise<StreamClient> {
  const program = join(LAB_PROGRAMS, 'stream-client.js');
  const client = new StreamClient(await node.start('stream', [process.execPath, program, url]));
  await expectWithin(`${node.name} gets a stream`, () => client.state().pieces > 0, {
    withinMs: START_MS_MAX,
  });
  return client;
}
