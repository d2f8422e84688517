/** Runs one of the .mjs programs of this directory and collects the JSON lines it prints. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LIMIT_MS = 30_000;

/** What a program left behind. */
export interface ChildOutcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly Record<string, unknown>[];
  readonly stderr: string;
}

/** A program under way. */
export interface Child {
  /** The lines so far. */
  readonly lines: readonly Record<string, unknown>[];
  readonly outcome: Promise<ChildOutcome>;
  /** Asks it to end. */
  stop(): void;
}

/** Where and how to run it. */
export interface ChildOptions {
  /** Network namespace; the present one when absent. */
  readonly namespace?: string;
  /** Options of node itself. */
  readonly nodeOptions?: readonly string[];
  /** Added to its environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a program with arguments. It is killed when it runs for longer than half a minute. */
export function startChild(
  program: string,
  parameters: readonly string[] = [],
  options: ChildOptions = {},
): Child {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const node = [process.execPath, ...(options.nodeOptions ?? []), file, ...parameters];
  const prefix = options.namespace === undefined ? [] : ['ip', 'netns', 'exec', options.namespace];
  const [command = '', ...rest] = [...prefix, ...node];
  const env = { ...process.env, ...options.environment };
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env });

  const lines: Record<string, unknown>[] = [];
  let partial = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (partial + text).split('\n');
    partial = parts.pop() ?? '';
    for (const part of parts) lines.push(JSON.parse(part));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const outcome = new Promise<ChildOutcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ code, signal, lines, stderr });
    });
  });
  return { lines, outcome, stop: () => void child.kill('SIGTERM') };
}

/** Runs a program to its end. */
export function runChild(
  program: string,
  parameters: readonly string[] = [],
  options: ChildOptions = {},
): Promise<ChildOutcome> {
  return startChild(program, parameters, options).outcome;
}
