/** The programs of `startup_script` and `shutdown_script`: run once, before anything else starts and after everything else has stopped. */
import { seconds } from '../../core/base/time.ts';
import type { Fact } from '../../core/facts/catalogue.ts';
import type { Config } from '../../core/model/config.ts';
import { hasSucceeded, outcomeText } from '../../core/model/program-outcome.ts';
import type { Programs } from './programs.ts';

/** keepalived's. */
const TIME_LIMIT = seconds(10);

/** Runs the program of one moment and waits for its end, if the configuration names one; whatever comes of it, Tandem goes on. */
export async function runLifecycleScript(
  moment: 'startup' | 'shutdown',
  { global: { lifecycle } }: Config,
  { programs, tell }: { readonly programs: Programs; readonly tell: (fact: Fact) => void },
): Promise<void> {
  const command = lifecycle?.[moment];
  if (command === undefined) return;
  const timeLimit = lifecycle?.[`${moment}Timeout`] ?? TIME_LIMIT;
  const { outcome } = await programs.run({ lane: 'system', command, timeLimit }).end;
  const program = command.argv.join(' ');
  const succeeded = hasSucceeded(outcome);
  tell({ id: 'daemon.script-ended', moment, program, succeeded, end: outcomeText(outcome) });
}
