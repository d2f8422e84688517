/** Reloads at the time that a file names (keywords `reload_time_file`, `reload_repeat`). The file is watched; it is removed when its time has come. */
import type { Fact } from '../../core/facts/catalogue.ts';
import type { FilesConfig } from '../../core/model/global-options.ts';
import { parseReloadTime, type ReloadTime } from '../../core/plan/reload-time.ts';

/** The clock may be set meanwhile, and timers have a limit: looked at again after this time at the latest, milliseconds. */
const LOOK_MS_MAX = 60_000;
/** What is said of a file that holds something else, characters. */
const SHOWN_MAX = 40;

/** What the clock works with. */
export interface ReloadClockOptions {
  /** Wall clock, milliseconds. */
  readonly wall: () => number;
  /** Watches a file; told its beginning, or undefined without one, whenever that may have changed. */
  readonly watch: (path: string, onRead: (text: string | undefined) => void) => { close(): void };
  readonly remove: (path: string) => void;
  readonly onDue: () => void;
  readonly tell: (fact: Fact) => void;
}

/** The clock of one run. */
export class ReloadClock {
  readonly #options: ReloadClockOptions;
  #path: string | undefined;
  #repeats = false;
  #watched: { close(): void } | undefined;
  #text: string | undefined;
  #time: ReloadTime | undefined;
  #dueMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReloadClockOptions) {
    this.#options = options;
  }

  /** When the next reload comes, wall-clock milliseconds; undefined: none is planned. */
  get dueMs(): number | undefined {
    return this.#dueMs;
  }

  /** What the configuration in force says. */
  configure({ reloadTime: path, reloadRepeats }: FilesConfig = {}): void {
    this.#repeats = reloadRepeats === true;
    if (path === this.#path) return;
    this.close();
    this.#path = path;
    if (path === undefined) return;
    this.#watched = this.#options.watch(path, (text) => {
      if (this.#path === path) this.#read(text);
    });
  }

  /** Watches no more, and forgets. */
  close(): void {
    this.#watched?.close();
    this.#watched = undefined;
    this.#path = undefined;
    this.#text = undefined;
    this.#time = undefined;
    this.#plan(undefined);
  }

  #read(text: string | undefined): void {
    if (text === this.#text) return;
    this.#text = text;
    const { tell, wall } = this.#options;
    if (text === undefined) {
      if (this.#dueMs !== undefined) tell({ id: 'reload.unscheduled' });
      this.#time = undefined;
      this.#plan(undefined);
      return;
    }
    const time = parseReloadTime(text);
    const due = time && nextTime(time, wall());
    if (due === undefined) {
      const shown = (text.split('\n', 1)[0] ?? '').slice(0, SHOWN_MAX);
      const reason = time === undefined ? 'it is no time' : 'it is over, or there is no such day';
      tell({ id: 'reload.time-ignored', text: shown, reason });
      return;
    }
    this.#time = time;
    this.#plan(due);
    tell({ id: 'reload.scheduled', at: new Date(due).toISOString() });
  }

  #plan(dueMs: number | undefined): void {
    this.#dueMs = dueMs;
    clearTimeout(this.#timer);
    if (dueMs === undefined) return;
    const wait = Math.min(Math.max(dueMs - this.#options.wall(), 0), LOOK_MS_MAX);
    this.#timer = setTimeout(() => this.#look(dueMs), wait);
  }

  #look(dueMs: number): void {
    const { wall, onDue, remove, tell } = this.#options;
    if (wall() < dueMs) {
      this.#plan(dueMs);
      return;
    }
    const [path, time] = [this.#path, this.#time];
    const stays = this.#repeats && time?.date === undefined;
    const again = stays && time !== undefined ? nextTime(time, wall() + 1) : undefined;
    this.#plan(again);
    if (again !== undefined) tell({ id: 'reload.scheduled', at: new Date(again).toISOString() });
    else if (path !== undefined) {
      // Its end is ours, and no cancellation.
      this.#text = undefined;
      this.#time = undefined;
      remove(path);
    }
    onDue();
  }
}

/** Wall-clock milliseconds; undefined when it is over, or the day does not exist. */
function nextTime(
  { date, hour, minute, second, isUtc }: ReloadTime,
  nowMs: number,
): number | undefined {
  const today = new Date(nowMs);
  const [year, month, day] = isUtc
    ? [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()]
    : [today.getFullYear(), today.getMonth(), today.getDate()];
  const at = (y: number, m: number, d: number): number =>
    isUtc
      ? Date.UTC(y, m, d, hour, minute, second)
      : new Date(y, m, d, hour, minute, second).getTime();
  if (date === undefined) {
    const now = at(year, month, day);
    return now > nowMs ? now : at(year, month, day + 1);
  }
  const due = at(date.year, date.month - 1, date.day);
  const made = new Date(due);
  const madeDay = isUtc ? made.getUTCDate() : made.getDate();
  return madeDay === date.day && due > nowMs ? due : undefined;
}
