/**
 * A file opened to add lines at its end. The open never waits: a pipe without a reader would hold it for ever.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { stepsTo } from './path-steps.ts';

const { O_APPEND, O_CREAT, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
/** What is logged is for root and its group: it tells names and addresses. */
const FILE_MODE = 0o640;

/**
 * Opens `path`, which is made when it is missing. A file, a terminal and a pipe that somebody reads can be had.
 *
 * @returns the descriptor
 * @throws the error of open(2); ENXIO for a pipe without a reader or a socket, EINVAL for a disk, ELOOP for a link of somebody else, with a message for
 *   the operator
 */
export function openToAppend(path: string): number {
  let fd: number;
  try {
    fd = openUnlessForeignLink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
    throw refusal('ENXIO', `${path} is a pipe that nobody reads, or a socket`);
  }
  if (!fstatSync(fd).isBlockDevice()) return fd;
  closeSync(fd);
  throw refusal('EINVAL', `${path} is a disk`);
}

/** In /tmp anybody may make a link of a likely name: the lines would end up where he may not write himself. Links of root and ours are followed. */
function openUnlessForeignLink(path: string): number {
  // Neither is a terminal taken as the controlling one of a process that has none.
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY;
  try {
    return openSync(path, flags | O_NOFOLLOW, FILE_MODE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error;
  }
  for (const { at, stats, isEndless } of stepsTo(resolve(path))) {
    if (isEndless) break;
    if (!stats.isSymbolicLink() || stats.uid === 0 || stats.uid === process.geteuid?.()) continue;
    throw refusal('ELOOP', `${at} is a link of the user with the number ${stats.uid}`);
  }
  return openSync(path, flags, FILE_MODE);
}

function refusal(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
