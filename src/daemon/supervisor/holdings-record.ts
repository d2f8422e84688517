/**
 * What a successor must put away if this supervisor is killed with all its processes: addresses, routes, rules and interfaces that are held, which its
 * own configuration need not have any more, and programs that run. One of another version is not believed: it may have another form.
 */
import { readFileSync } from 'node:fs';
import type { Trouble } from '../../core/facts/troubles.ts';
import { type Held, isHeld } from '../../core/holdings/left-behind.ts';
import type { HeldLinks } from '../../core/holdings/link-ledger.ts';
import type { ProgramGroup } from '../../drivers/programs/program-group.ts';
import { VERSION } from '../frame/version.ts';
import { RecordFile } from './record-file.ts';

/** One that is larger is not ours: 10,000 routes need 5 MB. */
const RECORD_BYTES_MAX = 32 * 1024 * 1024;

/** While programs run, it is written at least as often, in clock ticks: how long before the end of this process the last time is. */
const SEEN_TICKS = 1_000;

/** What is held, and what runs. */
export interface Holdings {
  readonly held: readonly Held[];
  readonly links: HeldLinks;
  readonly programs: readonly ProgramGroup[];
}

/** What a predecessor left. */
export interface LeftHoldings extends Holdings {
  /** When it was last written, in clock ticks since the start of the system. */
  readonly seenAt: number;
}

/** Nothing was left. */
export const NO_HOLDINGS: LeftHoldings = {
  held: [],
  links: { links: [], settings: [] },
  programs: [],
  seenAt: 0,
};

/** The record of one runtime directory. */
export class HoldingsRecord {
  readonly #file: RecordFile;

  /**
   * @param collect called when the record is written
   * @param onTrouble told what could not be read or written, and why
   */
  constructor(
    runtimeDir: string,
    collect: () => Holdings,
    onTrouble: (trouble: Trouble) => void,
    ticks: () => number = ticksSinceBoot,
  ) {
    let last: { readonly text: string; readonly seenAt: number } | undefined;
    this.#file = new RecordFile({
      runtimeDir,
      name: 'holdings.json',
      bytesMax: RECORD_BYTES_MAX,
      collect: () => {
        const found = collect();
        const text = JSON.stringify(found);
        const isOld = found.programs.length > 0 && ticks() - (last?.seenAt ?? 0) > SEEN_TICKS;
        // With the same time, what has not changed is not written.
        if (last?.text !== text || isOld) last = { text, seenAt: ticks() };
        return { version: VERSION, seenAt: last.seenAt, ...found };
      },
      onTrouble,
    });
  }

  /** What a predecessor of this version left in this boot; nothing when there is none or it can't be read. */
  read(): LeftHoldings {
    const parsed = this.#file.read();
    if (parsed?.['version'] !== VERSION) return NO_HOLDINGS;
    const { held, links, programs, seenAt } = parsed;
    const { links: made, settings } = objectOf(links);
    return {
      held: Array.isArray(held) ? held.filter(isHeld) : [],
      links: { links: objectsOf(made), settings: objectsOf(settings) },
      programs: objectsOf<ProgramGroup>(programs).filter(isGroup),
      seenAt: typeof seenAt === 'number' ? seenAt : 0,
    };
  }

  /** Something may have changed: writes soon, once for many calls. */
  touch(): void {
    this.#file.touch();
  }

  /** An orderly stop removed everything: nothing is left to know. */
  remove(): void {
    this.#file.remove();
  }
}

/** 1 and 0 would be other processes than a program's, or all of them. */
function isGroup({ group, bornAt }: ProgramGroup): boolean {
  return Number.isInteger(group) && group > 1 && typeof bornAt === 'string';
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function objectsOf<T extends object>(value: unknown): readonly T[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}

/** Of a hundredth of a second each, as proc_pid_stat(5) counts them on all Linux that Node runs on. */
function ticksSinceBoot(): number {
  try {
    return Math.floor(Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 100);
  } catch {
    return 0;
  }
}
