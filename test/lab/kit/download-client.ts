/**
 * A download of a node, for scenarios that ask whether it goes on when the director changes.
 */
import { join } from 'node:path';
import { expectWithin } from './expect.ts';
import type { LabNode } from './node.ts';
import { LAB_PROGRAMS } from './paths.ts';
import type { LabProcess } from './process.ts';

/** What the program prints. */
export interface DownloadLine {
  /** That arrived so far. */
  readonly bytes: number;
  /** Why it ended, `complete` when all bytes are there and right. */
  readonly ended?: string;
}

/** How a download came through. */
export interface DownloadFacts {
  /** `complete`, or what went wrong; none while it goes on. */
  readonly ended?: string;
  readonly bytes: number;
}

const START_MS_MAX = 20_000;

/** A download. Made by `startDownload`. */
export class Download {
  readonly #process: LabProcess;

  constructor(process: LabProcess) {
    this.#process = process;
  }

  /** How it stands. */
  facts(): DownloadFacts {
    const text = this.#process.lines.at(-1)?.text;
    if (text === undefined) return { bytes: 0 };
    const { bytes, ended }: DownloadLine = JSON.parse(text);
    return { bytes, ...(ended === undefined ? {} : { ended }) };
  }

  /** Waits until so many more bytes have come, or it has ended. @throws ExpectationError when it hangs. */
  async goesOn(bytes: number, options: { readonly withinMs: number }): Promise<DownloadFacts> {
    const from = this.facts().bytes;
    await expectWithin(
      'the download goes on',
      () => this.facts().bytes >= from + bytes || this.facts().ended !== undefined,
      { ...options, everyMs: 200 },
    );
    return this.facts();
  }
}

/** Starts a download of so many bytes at a rate, from a web server of the lab, and waits for its first byte. */
export async function startDownload(
  node: LabNode,
  options: { readonly url: string; readonly bytes: number; readonly bytesPerSecond: number },
): Promise<Download> {
  const url = `${options.url}/download/${options.bytes}/${options.bytesPerSecond}`;
  const program = join(LAB_PROGRAMS, 'download-client.js');
  const download = new Download(await node.start('download', [process.execPath, program, url]));
  await expectWithin(`${node.name} downloads`, () => download.facts().bytes > 0, {
    withinMs: START_MS_MAX,
  });
  return download;
}
