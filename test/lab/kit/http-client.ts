/**
 * The lab's HTTP client on a node: keeps requesting until stopped, and collects what came back.
 */
import { join } from 'node:path';
import type { LabNode } from './node.ts';
import { LAB_PROGRAMS } from './paths.ts';
import type { LabProcess } from './process.ts';
import type { RequestRecord } from './request-record.ts';

/** What the client asks for and how often. */
export interface HttpClientOptions {
  readonly url: string;
  /** Milliseconds between the starts of two requests. */
  readonly everyMs: number;
  /** Milliseconds after which a request without answer has failed. */
  readonly timeoutMs: number;
  /** Source addresses to take turns with; the kernel's choice by default. */
  readonly sources?: readonly string[];
}

const START_MS_MAX = 20_000;

/** A running client. Made by `startHttpClient`. */
export class HttpClient {
  readonly #process: LabProcess;
  readonly #records: RequestRecord[] = [];
  #linesRead = 0;

  constructor(process: LabProcess) {
    this.#process = process;
  }

  /** All finished requests so far, in order of their ends. */
  records(): readonly RequestRecord[] {
    for (const line of this.#process.lines.slice(this.#linesRead)) {
      const record: unknown = JSON.parse(line.text);
      if (isRequestRecord(record)) this.#records.push(record);
    }
    this.#linesRead = this.#process.lines.length;
    return this.#records;
  }

  /** Requests sent at or after an instant. */
  since(sinceMs: number): readonly RequestRecord[] {
    return this.records().filter((record) => record.startMs >= sinceMs);
  }

  /** Ends it; records stay readable. */
  async stop(): Promise<void> {
    await this.#process.kill();
  }
}

/** Starts a client; it has sent its first request when this resolves. */
export async function startHttpClient(
  node: LabNode,
  options: HttpClientOptions,
): Promise<HttpClient> {
  const started = await node.start('http-client', [
    process.execPath,
    join(LAB_PROGRAMS, 'http-client.js'),
    options.url,
    String(options.everyMs),
    String(options.timeoutMs),
    (options.sources ?? []).join(','),
  ]);
  await started.waitForLine(/ready/, { withinMs: START_MS_MAX });
  return new HttpClient(started);
}

function isRequestRecord(value: unknown): value is RequestRecord {
  return typeof value === 'object' && value !== null && 'startMs' in value;
}
