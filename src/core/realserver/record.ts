/** What setups changed on a host: kept for `undo` and for the next setup. */
import type { ShellCommand } from '../base/shell-command.ts';
import type { Need } from './needs.ts';

/** One change that was made. */
export interface Change {
  /** What it was made for (`needKey`). */
  readonly need: string;
  readonly undo: ShellCommand;
}

/** The need as a text that two setups have in common. */
export function needKey(need: Need): string {
  return JSON.stringify(need);
}

/** The record as it is written. */
export function recordText(changes: readonly Change[]): string {
  return `${JSON.stringify({ version: 1, changes }, undefined, 2)}\n`;
}

/** Reads it; undefined when it is none of ours. */
export function readRecord(text: string): readonly Change[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { version, changes } = (value ?? {}) as { version?: unknown; changes?: unknown };
  return version === 1 && Array.isArray(changes) && changes.every(isChange) ? changes : undefined;
}

function isChange(value: unknown): value is Change {
  const { need, undo } = (value ?? {}) as Partial<Record<keyof Change, unknown>>;
  return (
    typeof need === 'string' &&
    Array.isArray(undo) &&
    undo.every((word) => typeof word === 'string') &&
    // What it says is carried out: nothing but what a setup writes there.
    (undo[0] === 'ip' || undo[0] === 'sysctl')
  );
}

/** Changes that no need asks for any more, the last one first: how they are taken back. */
export function changesFor(
  changes: readonly Change[],
  needs: readonly Need[],
): { readonly kept: readonly Change[]; readonly stale: readonly Change[] } {
  const keys = new Set(needs.map(needKey));
  return {
    kept: changes.filter(({ need }) => keys.has(need)),
    stale: changes.filter(({ need }) => !keys.has(need)).toReversed(),
  };
}
