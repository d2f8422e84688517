/** Rule: losing the quorum changes the pool only where there is a sorry server. */
import { flag, last } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';

/** Keywords of `global_defs` that carry quorum events outside. */
const OUTLETS: readonly string[] = [
  'notify_fifo',
  'lvs_notify_fifo',
  'smtp_alert',
  'smtp_alert_checker',
];

/** Reports a quorum above 1 that neither a sorry server nor a notification depends on. */
export const QUORUM_WITHOUT_EFFECT: Rule = {
  name: 'quorum-without-effect',
  reason: 'Without a sorry server the remaining servers go on serving however few they are',
  fix: 'Add sorry_server, or quorum_down to be told',
  check: ({ config, globals, originOf, report }) => {
    if (OUTLETS.some((name) => flag(globals, name))) return;
    for (const server of config.virtualServers) {
      const block = originOf(server)?.block;
      if (server.sorryServer !== undefined || server.quorum <= 1) continue;
      const isTold = ['quorum_up', 'quorum_down', 'smtp_alert'].some((name) => flag(block, name));
      if (isTold || last(block, 'quorum') === undefined) continue;
      report({
        at: { part: server, keyword: 'quorum' },
        message: `losing quorum ${server.quorum} changes nothing: there is no sorry server, and nobody is told`,
        suggestion: 'add sorry_server, or quorum_down',
      });
    }
  },
};
