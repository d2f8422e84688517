/** Rule: the instance that connection synchronisation follows must exist. */
import { didYouMean } from '../../spelling.ts';
import { last } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';

/** Reports the instance of `lvs_sync_daemon` when there is none of that name. */
export const SYNC_DAEMON_INSTANCE: Rule = {
  name: 'sync-daemon-instance',
  lacksAnywhere: ['vrrp_instance'],
  reason: 'keepalived drops the whole line at run time and says so in its log only',
  fix: 'Write the name of a vrrp_instance',
  check: ({ config, globals, definitionOf, report }) => {
    const typed = last(globals, 'lvs_sync_daemon');
    const words = typed?.statement.words.slice(2) ?? [];
    const marker = words.findIndex(({ text }) => text === 'inst');
    const token = marker >= 0 ? words[marker + 1] : words[0];
    if (token === undefined || OPTIONS.has(token.text)) return;
    const names = config.vrrpInstances.map(({ name }) => name);
    // One that is defined and cannot run is reported there.
    if (names.includes(token.text) || definitionOf('vrrp_instance', token.text)) return;
    report({
      at: { token },
      message: `there is no vrrp_instance "${token.text}" that lvs_sync_daemon could follow`,
      suggestion: didYouMean(token.text, names),
    });
  },
};

/** Words that may stand behind the interface instead of a name. */
const OPTIONS: ReadonlySet<string> = new Set(['id', 'maxlen', 'port', 'ttl', 'group']);
