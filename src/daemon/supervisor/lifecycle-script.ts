/** The programs of `startup_script` and `shutdown_script`: run once, before anything else starts and after everything else has stopped. */
import { type Duration, microseconds, seconds } from '../../core/base/time.ts';
import type { Fact } from '../../core/facts/catalogue.ts';
import type { Config } from '../../core/model/config.ts';
import {
  hasSucceeded,
  outcomeText,
  type ProgramOutcome,
} from '../../core/model/program-outcome.ts';
import type { ProgramRun, Programs } from './programs.ts';

/** keepalived's. */
const TIME_LIMIT = seconds(10);

/** Beyond the time of the program: the runner process may have to come first, and may never come, or hang. A service manager waits for a stop. */
const GRACE = { startup: seconds(20), shutdown: seconds(5) } as const;

/** The longest time that a timer of Node can wait, milliseconds. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Runs the program of one moment and waits for its end, if the configuration names one; whatever comes of it, Tandem goes on. */
export async function runLifecycleScript(
  moment: 'startup' | 'shutdown',
  { global: { lifecycle } }: Config,
  { programs, tell }: { readonly programs: Programs; readonly tell: (fact: Fact) => void },
): Promise<void> {
  const command = lifecycle?.[moment];
  if (command === undefined) return;
  const timeLimit = lifecycle?.[`${moment}Timeout`] ?? TIME_LIMIT;
  const run = programs.run({ lane: 'system', command, timeLimit });
  const outcome = await outcomeWithin(run, microseconds(timeLimit + GRACE[moment]));
  const program = command.argv.join(' ');
  const succeeded = hasSucceeded(outcome);
  tell({ id: 'daemon.script-ended', moment, program, succeeded, end: outcomeText(outcome) });
}

/** What came of a run; `timed-out` when nothing is heard of it for so long, whatever keeps the runner process. */
async function outcomeWithin(run: ProgramRun, limit: Duration): Promise<ProgramOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<ProgramOutcome>((resolve) => {
    const wait = Math.min(limit / 1_000, TIMER_MS_MAX);
    timer = setTimeout(() => {
      run.cancel();
      resolve({ kind: 'timed-out', limit });
    }, wait);
  });
  const outcome = await Promise.race([run.end.then((end) => end.outcome), over]);
  clearTimeout(timer);
  return outcome;
}
