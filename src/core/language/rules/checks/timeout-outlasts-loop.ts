/** Rule: the limits of a check should be of the order of its period. */
import { tenthsText } from '../../../base/span-text.ts';
import type { CheckConfig } from '../../../model/config.ts';
import { detectionTime, findCheck, tryingTime } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** From here on delay_loop says nothing about the time to detection. */
const TIMES = 20;

/** Reports, once for each virtual server, attempts that outlast delay_loop by far. */
export const TIMEOUT_OUTLASTS_LOOP: Rule = {
  name: 'timeout-outlasts-loop',
  reason:
    'A server that refuses is out at once, one that hangs only after all attempts have run into their limit',
  fix: 'Shorten connect_timeout, retry or delay_before_retry',
  concerns: outlasts,
  check: ({ config, report }) => {
    for (const { title, realServers } of config.virtualServers) {
      const check = findCheck(realServers, outlasts);
      if (check === undefined) continue;
      report({
        at: { part: check, keyword: 'connect_timeout' },
        message: `a server of ${title} that hangs is taken out after ${tenthsText(detectionTime(check))}, although delay_loop is ${tenthsText(check.delayLoop)}`,
        suggestion: 'shorten connect_timeout, retry or delay_before_retry',
      });
    }
  },
};

function outlasts(check: CheckConfig): boolean {
  return tryingTime(check) > TIMES * check.delayLoop;
}
