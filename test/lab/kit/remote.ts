/**
 * Looking into a lab that was left running: commands from outside, through files, because a guest kernel shares nothing but a directory with the
 * machine it runs on. A request is a file `requests/ID.json`; its answer is `requests/ID.answer`. A file `requests/stop` ends the lab.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expectWithin } from './expect.ts';
import type { Lab } from './lab.ts';
import { MAIN_PROGRAM } from './paths.ts';

/** A command for a node. */
interface RemoteRequest {
  readonly node: string;
  readonly argv: readonly string[];
}

/** What it did. */
export interface RemoteAnswer {
  readonly status: number;
  readonly output: string;
}

const POLL_INTERVAL_MS = 200;
const COMMAND_MS_MAX = 60_000;
const STOP_FILE = 'stop';

/** Serves requests until one asks to stop. */
export async function serveRequests(lab: Lab, directory: string): Promise<void> {
  const requests = requestDirectory(directory);
  const answered = new Set<string>();
  while (!existsSync(join(requests, STOP_FILE))) {
    for (const file of readdirSync(requests)) {
      if (!file.endsWith('.json') || answered.has(file)) continue;
      answered.add(file);
      const request: RemoteRequest = JSON.parse(readFileSync(join(requests, file), 'utf8'));
      const answer = await answerTo(lab, request);
      writeWhole(join(requests, file.replace('.json', '.answer')), JSON.stringify(answer));
    }
    await delay(POLL_INTERVAL_MS);
  }
}

/** Runs a command on a node of a lab that was left running. @throws ExpectationError when the lab does not answer. */
export async function runInKeptLab(
  directory: string,
  node: string,
  argv: readonly string[],
): Promise<RemoteAnswer> {
  const requests = requestDirectory(directory);
  const id = `${process.pid}-${Date.now()}`;
  const answer = join(requests, `${id}.answer`);
  writeWhole(join(requests, `${id}.json`), JSON.stringify({ node, argv }));
  await expectWithin(`the lab answers ${id}`, () => existsSync(answer), {
    withinMs: COMMAND_MS_MAX + 5000,
  });
  return JSON.parse(readFileSync(answer, 'utf8'));
}

/** Asks a lab that was left running to end. */
export function askToStop(directory: string): void {
  writeFileSync(join(requestDirectory(directory), STOP_FILE), '');
}

async function answerTo(lab: Lab, request: RemoteRequest): Promise<RemoteAnswer> {
  try {
    const node = lab.node(request.node);
    // `tandem status` means the director of that node.
    const bin = join(node.directory, 'bin');
    mkdirSync(bin, { recursive: true });
    const main = `exec '${process.execPath}' '${MAIN_PROGRAM}' "$command"`;
    const runtime = `--runtime-dir '${node.runtimeDirectory}'`;
    const script = `#!/bin/sh\ncommand=\${1:-status}\n[ $# -gt 0 ] && shift\n${main} ${runtime} "$@"\n`;
    writeFileSync(join(bin, 'tandem'), script, { mode: 0o755 });
    const result = await node.exec(request.argv, {
      allowFailure: true,
      timeoutMs: COMMAND_MS_MAX,
      env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    });
    return { status: result.status, output: result.stdout + result.stderr };
  } catch (error) {
    return { status: 1, output: `${error instanceof Error ? error.message : String(error)}\n` };
  }
}

function requestDirectory(directory: string): string {
  const requests = join(directory, 'requests');
  mkdirSync(requests, { recursive: true });
  return requests;
}

/** A reader sees the whole file or none. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}
