/** The control socket's client end: one request, one reply, one connection. */
import { connect } from 'node:net';
import { err, ok, type Result } from '../core/base/result.ts';
import type { CommandName, ControlRequest } from '../core/control/commands.ts';
import { CONTROL_VERSION, type ControlError, isControlError } from '../core/control/messages.ts';

/** What to ask, and where. */
export interface ControlCall<Name extends CommandName> {
  readonly path: string;
  readonly request: ControlRequest<Name>;
  /** Time for the whole exchange; 10 s when absent. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS_DEFAULT = 10_000;
/** A status of tens of thousands of servers is some megabytes. */
const REPLY_BYTES_MAX: number = 256 * 1024 * 1024;

/**
 * Asks a running Tandem. Errors of our own: `not-running`, `no-permission`, `timeout`, `protocol`; all
 * others are the answer of Tandem.
 */
export function controlRequest<Name extends CommandName>(
  call: ControlCall<Name>,
): Promise<Result<unknown, ControlError>> {
  return new Promise((resolve) => {
    const socket = connect(call.path);
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = (result: Result<unknown, ControlError>): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve(result);
    };
    const timeoutMs = call.timeoutMs ?? TIMEOUT_MS_DEFAULT;
    const limit = setTimeout(() => finish(failure('timeout', silence(timeoutMs))), timeoutMs);
    socket.once('connect', () => {
      socket.write(`${JSON.stringify({ version: CONTROL_VERSION, ...call.request })}\n`);
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (chunk.includes(0x0a)) finish(parseReply(Buffer.concat(chunks)));
      else if (bytes > REPLY_BYTES_MAX) finish(failure('protocol', 'the answer is too long'));
    });
    socket.once('end', () => finish(failure('protocol', 'Tandem closed the connection')));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      finish(connectFailure(error, call.path)),
    );
  });
}

function silence(timeoutMs: number): string {
  return `the running Tandem did not answer within ${timeoutMs / 1_000} s: its main process is busy or hangs, and its log says what it did last`;
}

/** Reads the first line of an answer; one that is not of the protocol is the error `protocol`. */
export function parseReply(bytes: Buffer): Result<unknown, ControlError> {
  let reply: unknown;
  try {
    reply = JSON.parse(bytes.toString('utf8', 0, bytes.indexOf(0x0a)));
  } catch {
    return failure('protocol', 'the answer is not of the control protocol');
  }
  if (typeof reply !== 'object' || reply === null || !('ok' in reply)) {
    return failure('protocol', 'the answer is not of the control protocol');
  }
  if (reply.ok === true && 'result' in reply) return ok(reply.result);
  if ('error' in reply && isControlError(reply.error)) return err(reply.error);
  return failure('protocol', 'the answer is not of the control protocol');
}

function connectFailure(error: NodeJS.ErrnoException, path: string): Result<unknown, ControlError> {
  switch (error.code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return failure('not-running', `no Tandem is running here (nobody answers on ${path})`);
    case 'EACCES':
    case 'EPERM':
      return failure('no-permission', `not permitted to use ${path}: try as root`);
    default:
      return failure('protocol', error.message);
  }
}

function failure(code: string, message: string): Result<unknown, ControlError> {
  return err({ code, message });
}
