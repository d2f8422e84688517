/**
 * The signals that an operator or a script sends to the supervisor. Their numbers are those that keepalived's
 * `--signum` prints, with the GNU C library: SIGRTMIN is 34, SIGRTMAX is 64.
 */

/** Numbers by the names that `--signum` knows. */
export const SIGNALS: Readonly<Record<string, number>> = {
  STOP: 15,
  RELOAD: 1,
  DATA: 10,
  STATS: 12,
  STATS_CLEAR: 63,
  JSON: 36,
};

/** What keepalived writes for each signal that Tandem has no effect for. 64 needs a build with that option. */
const DUMPS: ReadonlyMap<number, string> = new Map([
  [10, 'a dump of configuration and state'],
  [12, 'a dump of the statistics'],
  [36, 'a dump in JSON'],
  [63, 'a dump of the statistics, which it clears'],
  [64, 'a dump of its threads'],
]);

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
  /** `purpose`: what keepalived would write. */
  readonly onDump: (number: number, purpose: string) => void;
}

const STOPS = ['SIGTERM', 'SIGINT'] as const;

let stopAsked: string | undefined;
const remember = (signal: NodeJS.Signals): void => {
  stopAsked ??= signal;
};

/**
 * From now on a signal to stop no longer ends the process where it stands: `catchSignals` finds it. Called
 * before the first thing that an orderly stop has to put away.
 */
export function holdStops(): void {
  for (const signal of STOPS) process.on(signal, remember);
}

/** Takes all signals of the supervisor, for the rest of its life. */
export function catchSignals(handlers: SignalHandlers, listenRealTime: ListenRealTime): void {
  const { onHangup, onStop, onDump } = handlers;
  const dump = (number: number): void => onDump(number, DUMPS.get(number) ?? 'nothing');
  process.on('SIGHUP', onHangup);
  process.on('SIGUSR1', () => dump(10));
  process.on('SIGUSR2', () => dump(12));
  listenRealTime([...DUMPS.keys()], dump);
  for (const signal of STOPS) {
    process.on(signal, () => onStop(signal));
    process.off(signal, remember);
  }
  if (stopAsked !== undefined) onStop(stopAsked);
}
