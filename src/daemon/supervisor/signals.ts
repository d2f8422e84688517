/**
 * The signals that an operator or a script sends to the supervisor. Their numbers are those that keepalived's
 * `--signum` prints, with the GNU C library: SIGRTMIN is 34, SIGRTMAX is 64.
 */

import type { Dumped } from '../../core/facts/main-facts.ts';

/** Numbers by the names that `--signum` knows. */
export const SIGNALS: Readonly<Record<string, number>> = {
  STOP: 15,
  RELOAD: 1,
  DATA: 10,
  STATS: 12,
  STATS_CLEAR: 63,
  JSON: 36,
};

/** What each signal has written. */
const DUMPS: ReadonlyMap<number, Dumped> = new Map([
  [10, 'state'],
  [12, 'statistics'],
  [36, 'json'],
  [63, 'statistics-clear'],
]);

/** Has keepalived write its threads, when it was built with that option; Tandem has nothing like them. */
const THREADS = 64;

/** Takes signals that Node does not know, by number, for the rest of the process's life. */
export type ListenRealTime = (
  numbers: readonly number[],
  onSignal: (number: number) => void,
) => void;

/** What the supervisor does with its signals. */
export interface SignalHandlers {
  readonly onHangup: () => void;
  /** Called for a stop that was asked for before `catchSignals`, too. */
  readonly onStop: (signal: string) => void;
  readonly onDump: (dump: Dumped) => void;
  /** `purpose`: what keepalived would write. */
  readonly onOther: (signal: number, purpose: string) => void;
}

let stops: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

let stopAsked: string | undefined;
const remember = (signal: NodeJS.Signals): void => {
  stopAsked ??= signal;
};

/**
 * From now on a signal to stop no longer ends the process where it stands: `catchSignals` finds it. Called
 * before the first thing that an orderly stop has to put away.
 *
 * @param ignoresInterrupt SIGINT is no signal to stop, for the rest of the process's life
 */
export function holdStops({ ignoresInterrupt }: { readonly ignoresInterrupt: boolean }): void {
  if (ignoresInterrupt) {
    stops = ['SIGTERM'];
    process.on('SIGINT', () => undefined);
  }
  for (const signal of stops) process.on(signal, remember);
}

/** Takes all signals of the supervisor, for the rest of its life. */
export function catchSignals(handlers: SignalHandlers, listenRealTime: ListenRealTime): void {
  const { onHangup, onStop, onDump, onOther } = handlers;
  const take = (number: number): void => {
    const dump = DUMPS.get(number);
    if (dump === undefined) onOther(number, 'a dump of its threads');
    else onDump(dump);
  };
  process.on('SIGHUP', onHangup);
  process.on('SIGUSR1', () => take(10));
  process.on('SIGUSR2', () => take(12));
  listenRealTime([...DUMPS.keys(), THREADS], take);
  for (const signal of stops) {
    process.on(signal, () => onStop(signal));
    process.off(signal, remember);
  }
  if (stopAsked !== undefined) onStop(stopAsked);
}
