/** Findings that say the same of many places, told once: a file of two thousand virtual servers repeats its notices as often. */
import type { Diagnostic } from './diagnostic.ts';

/** A finding, and how many more places there are that it is true of. */
export interface LikeFindings {
  readonly finding: Diagnostic;
  /** The others that say the same, in order; empty for one that is told by itself. */
  readonly others: readonly Diagnostic[];
}

/** So many that say the same are still told one by one. */
const ONE_BY_ONE = 3;

/** Findings in their order; those that say the same of more than three places stand where the first of them was. */
export function likeFindings(findings: readonly Diagnostic[]): readonly LikeFindings[] {
  const groups = new Map<string, Diagnostic[]>();
  const grouped = findings.map((finding) => {
    const key = whatItSays(finding);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(finding);
    return { finding, group };
  });
  return grouped.flatMap(({ finding, group }): readonly LikeFindings[] => {
    if (group.length <= ONE_BY_ONE) return [{ finding, others: [] }];
    return group[0] === finding ? [{ finding, others: group.slice(1) }] : [];
  });
}

function whatItSays({ code, severity, message, expected, suggestion }: Diagnostic): string {
  return JSON.stringify([code, severity, message, expected, suggestion]);
}

/** So many places are named. */
const PLACES_MAX = 8;

/** The other places in words: `the same in 12 more lines: 33, 55, other.conf:7, ...`. Empty when there are none. */
export function otherPlaces({ finding, others }: LikeFindings): string {
  if (others.length === 0) return '';
  const places = others.slice(0, PLACES_MAX).map(({ span }) => {
    if (span === undefined) return '?';
    return span.file === finding.span?.file ? `${span.line}` : `${span.file}:${span.line}`;
  });
  const rest = others.length > PLACES_MAX ? ', ...' : '';
  return `the same in ${others.length} more lines: ${places.join(', ')}${rest}`;
}
