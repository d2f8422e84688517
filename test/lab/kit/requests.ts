/**
 * A few requests in a row through `curl`, for scenarios that look at single answers. For continuing traffic see `http-client.ts`.
 */
import type { LabNode } from './node.ts';

const TIMEOUT_S = 3;

/** What one request got. */
export interface Answer {
  /** Name of the server; empty when there was no answer. */
  readonly server: string;
  /** Client address as the server saw it. */
  readonly seenAs: string;
}

/** Asks `count` times, one after the other, each on a new connection. */
export async function ask(
  node: LabNode,
  url: string,
  options: { readonly count: number; readonly source?: string } = { count: 1 },
): Promise<readonly Answer[]> {
  const source = options.source === undefined ? [] : ['--interface', options.source];
  // One curl for all: starting a program is slow in a guest. The server closes each connection, so none is used twice.
  const form = '%header{x-server} %header{x-client}\\n';
  const urls = Array.from({ length: options.count }, () => ['-o', '/dev/null', url]).flat();
  const argv = ['curl', '-s', '--noproxy', '*', '--max-time', String(TIMEOUT_S), '-w', form];
  const { stdout } = await node.exec([...argv, ...source, ...urls], {
    allowFailure: true,
    timeoutMs: (options.count + 1) * TIMEOUT_S * 1000,
  });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [server = '', seenAs = ''] = line.split(' ');
      return { server, seenAs };
    });
}

/** As `ask`, only the names of the servers. */
export async function serversAsked(node: LabNode, url: string, count: number): Promise<string[]> {
  return (await ask(node, url, { count })).map((answer) => answer.server);
}
