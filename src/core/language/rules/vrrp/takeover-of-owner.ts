/** Rule: words about takeovers have no effect where the rules of the RFC alone count. */
import { OWNER_PRIORITY } from '../../../wire/protocol.ts';
import type { Rule } from '../rule.ts';

/** Reports owners (priority 255) that name a heartbeat or a witness. */
export const TAKEOVER_OF_OWNER: Rule = {
  name: 'takeover-of-owner',
  reason:
    'An owner of its addresses is MASTER whenever it can be (RFC 9568 section 6.4.1), so neither a heartbeat nor a witness is asked',
  fix: 'Give the instance a priority below 255, or remove the word',
  check: ({ config, report }) => {
    for (const instance of config.vrrpInstances) {
      if (instance.priority !== OWNER_PRIORITY) continue;
      const words = [
        ...(instance.takeoverHeartbeat === undefined ? [] : ['takeover_heartbeat']),
        ...(instance.takeoverWitness === undefined ? [] : ['takeover_witness']),
      ];
      for (const keyword of words) {
        report({
          at: { part: instance, keyword },
          message: `instance "${instance.name}" has priority 255, so ${keyword} has no effect`,
          suggestion: 'give it a priority below 255',
        });
      }
    }
  },
};
