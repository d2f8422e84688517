/** Rule: a datagram that wants no reply needs time until the kernel tells that nobody is there. */
import { exactSpanText } from '../../../base/span-text.ts';
import { seconds } from '../../../base/time.ts';
import { checkerOf } from '../../../checkers/table.ts';
import type { CheckConfig } from '../../../model/config.ts';
import { findCheck } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** An address that nobody has is given up after three requests of ARP, one in a second (measured on Linux 6.1). */
const NOTICED_AFTER = seconds(3);

/** Reports, once for each virtual server, a check that takes silence for a success before a dead host can be noticed. */
export const UDP_SILENCE: Rule = {
  name: 'udp-silence',
  reason:
    'Silence is a success, and that a host of the same network is gone the kernel tells after 3 s: with a shorter limit a dead server stays in service',
  fix: 'Write require_reply where the service answers, else a connect_timeout above 3 s, or a PING_CHECK besides',
  concerns: isHasty,
  check: ({ config, report }) => {
    for (const { realServers } of config.virtualServers) {
      const check = findCheck(realServers, isHasty);
      if (check === undefined) continue;
      const limit = exactSpanText(checkerOf(check).attemptTime(check));
      report({
        at: { part: check, keyword: 'connect_timeout' },
        message: `${check.type} takes silence for a success after ${limit}: a dead host is not noticed`,
        suggestion: 'write require_reply, or a connect_timeout above 3 s',
      });
    }
  },
};

function isHasty(check: CheckConfig): boolean {
  const checker = checkerOf(check);
  return checker.takesSilence?.(check) === true && checker.attemptTime(check) <= NOTICED_AFTER;
}
