/** What rules about settings of the kernel have in common. */
import { isMet, PRECONDITIONS, type Precondition } from '../../preconditions.ts';
import type { RuleInput } from '../rule.ts';

/** Reports each of these preconditions that the host does not meet, at the first part that needs it; `instead` is what else helps. */
export function reportUnmet(
  { config, host, report }: RuleInput,
  names: readonly Precondition['name'][],
  instead?: string,
): void {
  const { sysctl } = host;
  if (sysctl === undefined) return;
  for (const one of PRECONDITIONS) {
    if (!names.includes(one.name) || isMet(one, sysctl(one.sysctl))) continue;
    for (const server of config.virtualServers) {
      const part = one.neededBy(server);
      if (part === undefined) continue;
      report({
        at: { part },
        message: `${one.sysctl} is 0 on this host: ${one.consequence}`,
        suggestion: `${instead === undefined ? '' : `${instead}, or `}sysctl -w ${one.sysctl}=1`,
      });
      break;
    }
  }
}
