/**
 * What a scenario is: a deployment of the acceptance list, built, driven and observed. A scenario judges nothing: it returns what it saw, as
 * plain data, and the tests (or the demonstration) judge. It runs in whatever kernel has IPVS.
 */
import type { DirectorKind } from '../kit/directors/director.ts';

/** What a scenario is given. */
export interface ScenarioContext {
  /** The program to use as director. */
  readonly director: DirectorKind;
  /** Directory for the lab's files. */
  readonly directory: string;
  /** Tells what is going on. */
  readonly log: (text: string) => void;
}

/** A scenario: returns what it saw, JSON-serialisable. @throws ExpectationError when a state it waits for does not come. */
export type Scenario<Facts> = (context: ScenarioContext) => Promise<Facts>;

/** How a scenario of a series ended. */
export interface ScenarioReport {
  readonly name: string;
  readonly elapsedMs: number;
  /** What it saw; undefined when it failed. */
  readonly facts: unknown;
  /** Why it failed; undefined when it did not. */
  readonly error: string | undefined;
}
