/** Rule: the quorum is gained at quorum plus hysteresis, so the servers must be able to weigh that much. */
import type { Rule } from '../rule.ts';

/** Reports virtual servers whose servers, all alive, do not reach quorum plus hysteresis. */
export const QUORUM_UNREACHABLE: Rule = {
  name: 'quorum-unreachable',
  lacks: ['quorum', 'hysteresis', 'real_server', 'weight'],
  reason: 'The quorum is never gained; with a sorry server only that one serves, for ever',
  fix: 'Lower quorum or hysteresis, or raise the weights',
  check: ({ config, report }) => {
    for (const server of config.virtualServers) {
      const { quorum, hysteresis, realServers, sorryServer } = server;
      const weight = realServers.reduce((total, one) => total + one.weight, 0);
      if (weight === 0 || quorum + hysteresis <= weight) continue;
      const effect =
        sorryServer === undefined
          ? 'the quorum is never gained'
          : 'only the sorry server ever serves';
      report({
        at: { part: server, keyword: 'hysteresis' },
        message: `quorum ${quorum} plus hysteresis ${hysteresis} exceed the weight of all servers, ${weight}: ${effect}`,
        suggestion: 'lower quorum or hysteresis, or raise the weights',
      });
    }
  },
};
