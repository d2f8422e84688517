/** The file /proc/net/ip_vs of this process's network namespace. */
import { closeSync, openSync, readSync } from 'node:fs';
import { err, ok, type Result } from '../core/base/result.ts';
import { type ProcTable, ProcTableParser } from '../core/lvs/proc-table.ts';
import { KernelError } from './kernel-error.ts';
import { nextTurn } from './netlink-socket.ts';

const PATH = '/proc/self/net/ip_vs';
/** The kernel gives about a page at a time, more where one service needs it. */
const PIECE_BYTES = 64 * 1024;
/** The event loop gets a turn after this much reading. */
const TURN_MS = 8;

/** Reads the file; what could not be done is an error with the errno of the file system. */
export async function readProcTable(path: string = PATH): Promise<Result<ProcTable, KernelError>> {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const parser = new ProcTableParser();
    const piece = new Uint8Array(PIECE_BYTES);
    let turnAt = performance.now() + TURN_MS;
    for (;;) {
      const length = readSync(file, piece);
      if (length === 0) return ok(parser.end());
      parser.feed(piece.subarray(0, length));
      if (performance.now() < turnAt) continue;
      await nextTurn();
      turnAt = performance.now() + TURN_MS;
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    return err(new KernelError(`read ${path}`, code));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
