/** What the runner process uses of the operating system, as far as it needs it. `daemon/compose/runner.ts` opens the real ones. */
import type { ProgramMachine } from '../../core/programs/machine.ts';
import type { TrackingMachine } from '../../core/tracking/machine.ts';
import type { Fifo, FifoPlace } from '../../drivers/fifo.ts';
import type { sendMail } from '../../drivers/mail.ts';
import type { ProcessList } from '../../drivers/process-list.ts';
import type { ProgramStarter } from '../../drivers/programs/program-starter.ts';
import type {
  initTrackedFile,
  TrackedFile,
  TrackedFileOptions,
} from '../../drivers/tracked-file.ts';

/** The machine of all programs. */
export type ProgramCore = Pick<ProgramMachine, 'deadline' | 'handle' | 'view'>;

/** Starts programs. */
export type ProgramPort = Pick<
  ProgramStarter,
  'configure' | 'start' | 'signal' | 'forget' | 'groups'
>;

/** The machine of all trackers. */
export type TrackingCore = Pick<TrackingMachine, 'deadline' | 'handle' | 'view'>;

/** The processes of the host. */
export type ProcessListPort = Pick<ProcessList, 'look'>;

/** One file that is watched. */
export type TrackedFilePort = Pick<TrackedFile, 'close'>;

/** An open FIFO. */
export type FifoPort = Pick<Fifo, 'isInPlace' | 'isOurs' | 'write' | 'close'>;

/** Opens one; rejects with what keeps it from that. */
export type OpenFifoPort = (place: FifoPlace) => Promise<FifoPort>;

/** Sends a mail; never rejects. */
export type SendMail = typeof sendMail;

/** All that the runner process works with. */
export interface RunnerParts {
  readonly programs: ProgramCore;
  readonly starter: ProgramPort;
  readonly tracking: TrackingCore;
  readonly processes: ProcessListPort;
  readonly openFile: (options: TrackedFileOptions) => TrackedFilePort;
  readonly initFile: typeof initTrackedFile;
  readonly openFifo: OpenFifoPort;
  readonly sendMail: SendMail;
}
