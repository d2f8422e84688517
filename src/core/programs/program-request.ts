/**
 * What is asked of the program runner, and what it answers. Plain data: it travels between processes as a message.
 */
import type { Duration } from '../base/time.ts';
import type { CommandConfig } from '../model/command.ts';
import type { ProgramOutcome } from '../model/program-outcome.ts';

export type { ProgramOutcome } from '../model/program-outcome.ts';

/** What a program is run for. Each lane has places of its own. */
export type ProgramLane = 'track' | 'notify' | 'check' | 'system';

/** All lanes. */
export const PROGRAM_LANES: readonly ProgramLane[] = ['track', 'notify', 'check', 'system'];

/** One program to be run once. */
export interface ProgramRequest {
  /** Names this run; no other one that waits or runs may have it. */
  readonly key: string;
  readonly lane: ProgramLane;
  /** Program, arguments, user and group, as configured. Executed directly, without a shell. */
  readonly command: CommandConfig;
  /** Arguments behind those of the command. */
  readonly moreArguments?: readonly string[];
  /** Variables beside those that Tandem was started with. */
  readonly environment?: Readonly<Record<string, string>>;
  /** From its start to SIGTERM; absent: it may run until Tandem stops. */
  readonly timeLimit?: Duration;
  /** Text on standard input; absent: /dev/null. */
  readonly input?: string;
  /** Its output comes with its end, cut at `OUTPUT_MAX`; otherwise it goes to /dev/null. */
  readonly keepsOutput?: boolean;
}

/** The end of one run. */
export interface ProgramEnd {
  readonly key: string;
  readonly outcome: ProgramOutcome;
  /** From its start; zero when it was never started. */
  readonly ran: Duration;
  /** What it wrote to standard output and standard error, when that was asked for. */
  readonly output?: string;
}
