/**
 * The control socket's server end: a Unix stream socket, one JSON object per line each way, answered
 * in order. Access is the file's permissions. Commands themselves are handlers given by the supervisor.
 */
import { chmodSync, chownSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { err, ok, type Result } from '../../core/base/result.ts';
import type { CommandName, ControlRequest, ReplyOf } from '../../core/control/commands.ts';
import {
  CONTROL_REQUEST_BYTES_MAX,
  CONTROL_VERSION,
  type ControlError,
  type ControlReply,
} from '../../core/control/messages.ts';
import { ControlLines, parseRequest } from './lines.ts';

/** What carries out each command; an exception counts as our own mistake (`internal`). */
export type ControlHandlers = {
  readonly [C in CommandName]: (
    request: ControlRequest<C>,
  ) => Promise<Result<ReplyOf<C>, ControlError>>;
};

/** Where the socket is and who may use it. */
export interface ControlOptions {
  readonly path: string;
  /** Permission bits of the file; 0600 when absent. */
  readonly mode?: number;
  /** Group that owns the file; that of the process when absent. */
  readonly groupId?: number;
  readonly handlers: ControlHandlers;
}

/** A server that listens. */
export interface ControlServer {
  /** Stops listening, ends connections and removes the file. */
  close(): Promise<void>;
}

const MODE_DEFAULT = 0o600;
/** Umask while the file is made, so that nobody gets in before its mode is set. */
const UMASK_PRIVATE = 0o177;
/** Operators and their scripts at the same time. */
const CONNECTIONS_MAX = 32;
/** A client that neither asks nor reads is let go. */
const IDLE_MS_MAX = 60_000;
/** sizeof(sun_path) in struct sockaddr_un (unix(7)), without its final zero. Node cuts longer paths short. */
const PATH_BYTES_MAX = 107;
/** How long a living Tandem on the same path has to accept a connection. */
const PROBE_MS_MAX = 1_000;

/** Starts listening; a dead file of a predecessor is replaced, a living one is an error. */
export async function startControl(
  options: ControlOptions,
): Promise<Result<ControlServer, ControlError>> {
  const bytes = Buffer.byteLength(options.path);
  if (bytes > PATH_BYTES_MAX) {
    const message = `its path has ${bytes} bytes, a socket's may have ${PATH_BYTES_MAX}`;
    return err({ code: 'listen-failed', message });
  }
  try {
    const free = await makeWay(options.path);
    if (!free.ok) return free;
  } catch (error) {
    return err(listenFailed(error));
  }
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, options.handlers);
  });
  server.maxConnections = CONNECTIONS_MAX;
  const listening = await listen(server, options);
  if (!listening.ok) {
    server.close();
    return listening;
  }
  const identity = fileIdentity(options.path);
  return ok({
    close: async () => {
      // Another Tandem may have taken the path meanwhile; its file is not ours to remove.
      const isOurs = fileIdentity(options.path) === identity;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      if (isOurs) leaveFile(options.path);
    },
  });
}

/** Where it can't be removed it stays: the next Tandem finds that nobody answers behind it. */
function leaveFile(path: string): void {
  try {
    removeFile(path);
  } catch {
    // Said by nobody: it does no harm.
  }
}

function listenFailed(error: unknown): ControlError {
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'listen-failed', message };
}

async function makeWay(path: string): Promise<Result<undefined, ControlError>> {
  if (fileIdentity(path) === undefined) return ok(undefined);
  if (!lstatSync(path).isSocket()) {
    return err({ code: 'listen-failed', message: `${path} is in the way and is not a socket` });
  }
  if (await answers(path)) {
    return err({ code: 'already-running', message: `another Tandem answers on ${path}` });
  }
  removeFile(path);
  return ok(undefined);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (alive: boolean): void => {
      socket.destroy();
      resolve(alive);
    };
    socket.once('connect', () => end(true));
    // A full backlog (EAGAIN) or a hang is a living process all the same.
    socket.once('error', (error: NodeJS.ErrnoException) => {
      end(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
    socket.setTimeout(PROBE_MS_MAX, () => end(true));
  });
}

function listen(server: Server, options: ControlOptions): Promise<Result<undefined, ControlError>> {
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(err(listenFailed(error))));
    const umask = process.umask(UMASK_PRIVATE);
    try {
      // The file appears during this call already.
      server.listen(options.path, () => {
        server.removeAllListeners('error');
        server.on('error', () => undefined);
        resolve(grantAccess(options));
      });
    } finally {
      process.umask(umask);
    }
  });
}

function grantAccess(options: ControlOptions): Result<undefined, ControlError> {
  try {
    if (options.groupId !== undefined) chownSync(options.path, -1, options.groupId);
    chmodSync(options.path, options.mode ?? MODE_DEFAULT);
    return ok(undefined);
  } catch (error) {
    return err(listenFailed(error));
  }
}

/** Answers the requests of one connection one after another. */
function serve(socket: Socket, handlers: ControlHandlers): void {
  const lines = new ControlLines(CONTROL_REQUEST_BYTES_MAX);
  let busy = false;
  let handling = false;
  let ended = false;
  const next = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
      handling = true;
      const reply = await replyTo(line, handlers);
      handling = false;
      if (socket.destroyed) return;
      if (!socket.write(`${JSON.stringify(reply)}\n`)) await drained(socket);
    }
    busy = false;
    if (lines.overflowed) {
      socket.end(`${JSON.stringify(failed('bad-request', 'the request is too long'))}\n`);
    } else if (ended) {
      socket.end();
    } else {
      socket.resume();
    }
  };
  socket.setTimeout(IDLE_MS_MAX, () => {
    if (!handling) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    lines.push(chunk);
    // Nothing more is read before what came is answered: a flood waits in the client.
    socket.pause();
    void next();
  });
  socket.on('end', () => {
    ended = true;
    void next();
  });
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', resolve);
  });
}

async function replyTo(line: string, handlers: ControlHandlers): Promise<ControlReply> {
  const parsed = parseRequest(line);
  if (!parsed.ok) return { version: CONTROL_VERSION, ok: false, error: parsed.error };
  try {
    const result = await run(parsed.value, handlers);
    return result.ok
      ? { version: CONTROL_VERSION, ok: true, result: result.value }
      : { version: CONTROL_VERSION, ok: false, error: result.error };
  } catch (error) {
    // A bug in one command must not end the supervisor of a running pair.
    return failed('internal', error instanceof Error ? error.message : String(error));
  }
}

function run<Name extends CommandName>(
  request: ControlRequest<Name>,
  handlers: ControlHandlers,
): Promise<Result<ReplyOf<Name>, ControlError>> {
  return handlers[request.command](request);
}

function failed(code: string, message: string): ControlReply {
  return { version: CONTROL_VERSION, ok: false, error: { code, message } };
}

/** Device and inode of a file; undefined when there is none. */
function fileIdentity(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
