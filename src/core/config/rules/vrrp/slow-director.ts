/** Rule: the loss of a director should be noticed as soon as the loss of a server. */
import { seconds } from '../../../base/time.ts';
import {
  detectionTime,
  holders,
  inSeconds,
  masterDownInterval,
  serviceAddresses,
} from '../facts.ts';
import type { Rule } from '../rule.ts';

/** Below this nobody tuned the interval up: the default comes to 3.6 s. */
const NOT_WORTH_A_WORD = seconds(5);

/** Reports instances whose master-down interval exceeds the detection time of a server behind them. */
export const SLOW_DIRECTOR: Rule = {
  name: 'slow-director',
  reason:
    'The whole service is away for the master-down interval, which is longer than the loss of one of its servers would be noticed',
  fix: 'Shorten advert_int or down_timer_adverts',
  check: ({ config, report }) => {
    const holder = holders(config);
    const reported = new Set<string>();
    for (const server of config.virtualServers) {
      const times = server.realServers.flatMap(({ checks }) => checks.map(detectionTime));
      const fastest = times.toSorted((a, b) => a - b)[0];
      if (fastest === undefined) continue;
      for (const address of serviceAddresses(server)) {
        const instance = holder.get(address);
        if (instance === undefined || reported.has(instance.name)) continue;
        const down = masterDownInterval(instance);
        if (down <= NOT_WORTH_A_WORD || down <= fastest) continue;
        reported.add(instance.name);
        report({
          at: { part: instance, keyword: 'advert_int' },
          message: `the loss of this director is noticed after ${inSeconds(down)}, that of a server of ${server.title} after ${inSeconds(fastest)} at most`,
          suggestion: 'shorten advert_int',
        });
      }
    }
  },
};
