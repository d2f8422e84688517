/** Rule: whoever runs a script has to be able to get to it. */
import { scriptBlocks, scriptUser } from '../../typed/script-users.ts';
import type { Rule } from '../rule.ts';

/** Reports programs that root sees and the user who is to run them cannot get to, by the modes of the directories. */
export const SCRIPT_SHUT_OUT: Rule = {
  name: 'script-shut-out',
  reason:
    'The program is there, and each run of it fails: its user may not enter a directory on the way',
  fix: 'Let the user enter the directory, put the program elsewhere, or name another user',
  check: ({ scripts, host, root, globals, report }) => {
    const { barrier } = host;
    if (barrier === undefined) return;
    const blocks = scriptBlocks(root);
    const reported = new Set<string>();
    for (const use of scripts) {
      const program = use.script.argv[0] ?? '';
      const who = scriptUser(use, blocks.get(use.script), globals, host);
      const key = `${who.user} ${who.group} ${program}`;
      if (reported.has(key) || host.program?.(program) === 'missing') continue;
      const found = barrier(program, who);
      if (found === undefined) continue;
      reported.add(key);
      const { at: place, isProgram } = found;
      report({
        at: { token: use.token },
        message: isProgram
          ? `${use.keyword}: the user "${who.user}" may not execute "${program}"`
          : `${use.keyword}: the user "${who.user}" cannot get to "${program}": it may not enter ${place}`,
        suggestion: isProgram
          ? `let others execute it: chmod o+x ${place}`
          : `put the program elsewhere, or let others enter: chmod o+x ${place}`,
      });
    }
  },
};
