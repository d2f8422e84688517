/** Rule: a link that breaks should be noticed by the witnesses before its silence counts as that of the master. */
import { tenthsText } from '../../../base/span-text.ts';
import type { Duration } from '../../../base/time.ts';
import { configuredDownInterval } from '../../../wire/intervals.ts';
import { OWNER_PRIORITY } from '../../../wire/protocol.ts';
import type { Rule } from '../rule.ts';

/** Reports instances whose witness may answer for longer than their master down interval, and owners, which ask nobody. */
export const WITNESS_LATE: Rule = {
  name: 'witness-late',
  reason:
    'A director whose own link breaks hears neither master nor witnesses. With an answer that is older than the break it takes over all the same',
  fix: 'Shorten interval and timeout of the witness, or lengthen advert_int',
  check: ({ config, report }) => {
    for (const instance of config.vrrpInstances) {
      const witness = config.takeover?.witnesses.find(
        ({ name }) => name === instance.takeoverWitness,
      );
      if (witness === undefined || instance.priority === OWNER_PRIORITY) continue;
      const known = (witness.interval + witness.timeout) as Duration;
      const down = configuredDownInterval(instance);
      if (known < down) continue;
      report({
        at: { part: instance, keyword: 'takeover_witness' },
        message: `witness "${witness.name}" notices a broken link after ${tenthsText(known)} at most, and instance "${instance.name}" takes over after ${tenthsText(down)}`,
        suggestion: 'shorten interval and timeout of the witness',
      });
    }
  },
};
