/** Rule: the priority with all its trackers should stay within 1 to 254. */

import { PRIORITY_MAX, PRIORITY_MIN } from '../../../wire/protocol.ts';
import { trackersOf } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports instances whose trackers lead beyond the range. Files are left out: their numbers are not known. */
export const PRIORITY_CLAMPED: Rule = {
  name: 'priority-clamped',
  reason:
    'What goes beyond 1 or 254 is cut off: two routers that should differ become equal, and a failed check shows no effect',
  fix: 'Choose base and weights so that all sums stay between 1 and 254',
  check: ({ config, originOf, definitionOf, report }) => {
    for (const instance of config.vrrpInstances) {
      if (instance.priority > PRIORITY_MAX) continue;
      const weights = trackersOf(originOf(instance), definitionOf)
        .filter(({ kind }) => kind !== 'track_file')
        .map(({ weight }) => weight);
      const sum = (wanted: (weight: number) => boolean): number =>
        weights.filter(wanted).reduce((total, weight) => total + weight, instance.priority);
      const [low, high] = [sum((weight) => weight < 0), sum((weight) => weight > 0)];
      if (low >= PRIORITY_MIN && high <= PRIORITY_MAX) continue;
      const [bound, limit] = high > PRIORITY_MAX ? [high, PRIORITY_MAX] : [low, PRIORITY_MIN];
      report({
        at: { part: instance, keyword: 'priority' },
        message: `priority ${instance.priority} with all weights of "${instance.name}" comes to ${bound}; ${limit} is used`,
        suggestion: 'choose base and weights so that all sums stay between 1 and 254',
      });
    }
  },
};
