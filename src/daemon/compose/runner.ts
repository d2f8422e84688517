/** Builds the runner process: the machines of its programs and trackers, what they use of the system, and the role on all of it. */
import type { TraceReport } from '../../core/facts/trace-facts.ts';
import { DEFAULT_SCRIPT_USER } from '../../core/model/command.ts';
import { ProgramMachine } from '../../core/programs/machine.ts';
import type { TrackingReport } from '../../core/tracking/events-and-actions.ts';
import { TrackingMachine } from '../../core/tracking/machine.ts';
import { Fifo } from '../../drivers/fifo.ts';
import { sendMail } from '../../drivers/mail.ts';
import { ProcessList } from '../../drivers/process-list.ts';
import { ProgramStarter } from '../../drivers/programs/program-starter.ts';
import { initTrackedFile, TrackedFile } from '../../drivers/tracked-file.ts';
import { RUNNER_WAITING } from '../frame/merge-messages.ts';
import type { FromRunner, ToRunner } from '../frame/messages.ts';
import { ProcessFrame } from '../frame/process-frame.ts';
import { RunnerRole } from '../runner/role.ts';
import { childHost } from './child-host.ts';

/** Programs get SIGTERM at a stop, and SIGKILL two seconds later; one that even that does not end keeps nobody waiting, milliseconds. */
const STOP_MS_MAX = 3_500;

/** Runs the runner process until the supervisor stops it or goes away. */
export async function main(): Promise<void> {
  const host = childHost(RUNNER_WAITING, STOP_MS_MAX);
  const frame = new ProcessFrame<ToRunner, FromRunner, TrackingReport | TraceReport>(host);
  await frame.run(
    new RunnerRole(frame, {
      programs: new ProgramMachine(),
      starter: new ProgramStarter(DEFAULT_SCRIPT_USER),
      tracking: new TrackingMachine(),
      processes: new ProcessList(),
      openFile: (options) => new TrackedFile(options),
      initFile: initTrackedFile,
      openFifo: (place) => Fifo.open({ ...place, userIfAny: DEFAULT_SCRIPT_USER }),
      sendMail,
    }),
  );
}
