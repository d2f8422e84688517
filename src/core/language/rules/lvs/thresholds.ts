/** Rule: a server that is overloaded at its upper limit recovers at the lower one. */
import type { Rule } from '../rule.ts';

/** Reports lower limits above the upper one. */
export const THRESHOLDS: Rule = {
  name: 'thresholds',
  reason: 'The kernel refuses the pair; the lower limit is cut to the upper one',
  fix: 'Write lthreshold below uthreshold',
  check: ({ config, report }) => {
    for (const { realServers } of config.virtualServers) {
      for (const server of realServers) {
        const { lowerThreshold, upperThreshold } = server;
        if (lowerThreshold <= upperThreshold) continue;
        report({
          at: { part: server, keyword: 'lthreshold' },
          message:
            upperThreshold === 0
              ? `lthreshold ${lowerThreshold} has no effect without uthreshold`
              : `lthreshold ${lowerThreshold} is above uthreshold ${upperThreshold}; ${upperThreshold} is used`,
          suggestion: 'write lthreshold below uthreshold',
        });
      }
    }
  },
};
