/** Limits of the programs that run for one Tandem. */
import { type Duration, seconds } from '../base/time.ts';

/** Programs of one lane that run at once. */
export const RUNNING_MAX = 32;

/** Programs of one lane that wait for a place; more are refused. */
export const WAITING_MAX = 256;

/** From SIGTERM to SIGKILL, and to the second one (measured on keepalived 2.4.3). */
export const KILL_AFTER: Duration = seconds(2);

/** From then on: a process that the kernel holds cannot be killed at once. */
export const KILL_AGAIN: Duration = seconds(10);

/** Characters of its output that a program's end carries. */
export const OUTPUT_MAX = 4_096;
