/** Rule: a dead server should leave the pool within a minute. */
import { tenthsText } from '../../../base/span-text.ts';
import { seconds } from '../../../base/time.ts';
import type { CheckConfig } from '../../../model/config.ts';
import { last } from '../../typed/access.ts';
import { detectionTime, findCheck, firstDetection } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Longer than this is noticed by users first. */
const LONG = seconds(60);

/** Reports, once for each virtual server, that the fastest check of a server needs longer than a minute. */
export const SLOW_DETECTION: Rule = {
  name: 'slow-detection',
  lacks: ['delay_loop', 'connect_timeout', 'retry', 'delay_before_retry'],
  reason:
    'The default of delay_loop is a minute; until then the server gets its share of connections',
  fix: 'Write delay_loop, and keep retries and limits short',
  concerns: isSlow,
  check: ({ config, originOf, report }) => {
    for (const server of config.virtualServers) {
      if (findCheck(server.realServers, isSlow) === undefined) continue;
      const times = server.realServers.flatMap((real) => firstDetection(real) ?? []);
      const slow = times.filter((time) => time > LONG).toSorted((x, y) => y - x)[0];
      if (slow === undefined) continue;
      const isDefault = last(originOf(server)?.block, 'delay_loop') === undefined;
      report({
        at: { part: server, keyword: 'delay_loop' },
        message: `a server of ${server.title} that dies may stay in service for ${tenthsText(slow)}`,
        suggestion: isDefault
          ? 'write delay_loop; its default is 60 s'
          : 'shorten delay_loop, retry, delay_before_retry or connect_timeout',
      });
    }
  },
};

function isSlow(check: CheckConfig): boolean {
  return detectionTime(check) > LONG;
}
