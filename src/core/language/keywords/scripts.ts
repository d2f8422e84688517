/** Argument and row makers for keywords that run programs, shared by several tables. */
import { arg, optional, type RowMore, row } from '../schema/define.ts';
import type { ArgSpec, Keyword } from '../schema/keyword-table.ts';

/** A command; words behind it are user and group. */
export const COMMAND: ArgSpec = arg('COMMAND [USER [GROUP]]', {
  kind: 'script',
  missing: 'dropped',
});

/** The same where an empty command or an unknown user is complained about. */
export const NEEDED_COMMAND: ArgSpec = arg('COMMAND [USER [GROUP]]', {
  kind: 'script',
  missing: 'dropped',
  strict: true,
});

/** A notify script: the first one counts. */
export function notify(name: string, summary: string, more: RowMore = {}): Keyword {
  return row(name, summary, [COMMAND], { repeat: 'first-complaint', ...more });
}

/** A FIFO: path, then user and group. */
export const FIFO: readonly ArgSpec[] = [
  arg('PATH', { kind: 'word' }),
  optional('USER', { kind: 'word' }),
  optional('GROUP', { kind: 'word' }),
];
