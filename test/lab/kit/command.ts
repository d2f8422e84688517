/**
 * Runs a short command to its end and collects what it printed. For long-running programs see `process.ts`.
 */
import { spawn } from 'node:child_process';
import { PATIENCE } from './expect.ts';

/** How to run a command. */
export interface CommandOptions {
  /** Text for the command's standard input; none by default. */
  readonly input?: string;
  /** Milliseconds until the command is killed (`PATIENCE` times as many in a slow guest); 30 s by default, generous for User-mode Linux. */
  readonly timeoutMs?: number;
  /** Return a non-zero status instead of throwing. */
  readonly allowFailure?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** What a command left behind. */
export interface CommandResult {
  /** Exit status; 128 + signal number is not used: a killed command has status -1. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command could not run, ended with a non-zero status or took too long; the message holds what it printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly result: CommandResult;

  constructor(message: string, result: CommandResult) {
    super(message);
    this.result = result;
  }
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** More output than this from one command is cut: the lab never needs it and it must not eat memory. */
const OUTPUT_LENGTH_MAX = 4 * 1024 * 1024;

/**
 * Runs `argv` and resolves when it has ended and its output is complete.
 *
 * @throws CommandError unless `allowFailure`, when the status is not 0; always when it cannot start or runs out of time.
 */
export function runCommand(
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const [program, ...args] = argv;
  if (program === undefined) throw new TypeError('runCommand: empty command');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timeoutMs = (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) * PATIENCE;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < OUTPUT_LENGTH_MAX) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < OUTPUT_LENGTH_MAX) stderr += text;
    });
    // A command that ends before reading its input closes the pipe; its status says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    const fail = (why: string, status: number): void => {
      const result = { status, stdout, stderr };
      const said = (stderr.trim() || stdout.trim()).slice(0, 2000);
      reject(
        new CommandError(`${argv.join(' ')}: ${why}${said === '' ? '' : `\n${said}`}`, result),
      );
    };
    child.on('error', (error) => {
      clearTimeout(timer);
      fail(error.message, -1);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (timedOut) fail(`no end within ${timeoutMs} ms`, -1);
      else if (code !== 0 && options.allowFailure !== true) {
        fail(signal === null ? `exit status ${code}` : `killed by ${signal}`, code ?? -1);
      } else resolve({ status: code ?? -1, stdout, stderr });
    });
  });
}
