/** Rule: the kernel's name of a process has no slash, so that a path never matches it. */
import { last } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';

/** Reports paths that are compared with names. */
export const PROCESS_BY_PATH: Rule = {
  name: 'process-by-path',
  reason:
    'Without parameters, param_match or full_command the name that the kernel has for a process is compared: a path never matches, and the process counts as not running',
  fix: 'Write the name alone, or full_command to compare the command line',
  check: ({ config, definitionOf, report }) => {
    for (const tracked of config.tracked.processes) {
      const { name, program, match, wholeCommand } = tracked;
      if (match !== 'any' || wholeCommand || !program.includes('/')) continue;
      const definition = definitionOf('vrrp_track_process', name);
      const typed = last(definition?.block, 'process') ?? definition;
      if (typed === undefined) continue;
      report({
        at: { typed },
        message: `no process matches "${program}": without parameters the name of a process is compared, which has no slash`,
        suggestion: `write ${program.slice(program.lastIndexOf('/') + 1)}, or full_command if it is started by this path`,
      });
    }
  },
};
