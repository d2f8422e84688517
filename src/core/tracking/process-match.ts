/**
 * Which processes a `vrrp_track_process` counts, as measured on keepalived 2.4.3: without parameters, `param_match` or `full_command` the kernel's name of
 * a process decides, which is cut at 15 characters; with any of them its command line, argv[0] literally.
 */
import type { TrackProcessConfig } from '../model/tracking.ts';

/** Characters of a name that the kernel keeps (TASK_COMM_LEN - 1). */
const COMM_MAX = 15;

/** A process as the kernel shows it. */
export interface ProcessFact {
  /** Its name, at most 15 characters. */
  readonly comm: string;
  /** Its command line; empty for a kernel thread. */
  readonly argv: readonly string[];
}

/** What is compared of a definition. */
export type ProcessPattern = Pick<
  TrackProcessConfig,
  'program' | 'parameters' | 'match' | 'wholeCommand'
>;

/** True when only the kernel's name of a process counts: its command line need not be read. */
export function comparesName({ match, wholeCommand }: ProcessPattern): boolean {
  return match === 'any' && !wholeCommand;
}

/** Whether a process counts. */
export function matches(pattern: ProcessPattern, { comm, argv }: ProcessFact): boolean {
  if (comparesName(pattern)) return comm === pattern.program.slice(0, COMM_MAX);
  const [program, ...parameters] = argv;
  return program === pattern.program && parametersMatch(pattern, parameters);
}

function parametersMatch(
  { match, parameters: wanted }: ProcessPattern,
  found: readonly string[],
): boolean {
  if (match === 'any') return true;
  if (match === 'exact' ? found.length !== wanted.length : found.length < wanted.length)
    return false;
  return wanted.every((word, index) => {
    const isLast = index === wanted.length - 1;
    const other = found[index] ?? '';
    return match === 'initial' && isLast ? other.startsWith(word) : other === word;
  });
}
