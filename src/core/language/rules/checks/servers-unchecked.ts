/** Rule: a real server without a checker stays in service when it dies. */
import { CHECKERS } from '../../keywords/checkers.ts';
import type { TypedStatement } from '../../typed/values.ts';
import { listed } from '../derived.ts';
import type { Rule } from '../rule.ts';

const CHECKER_NAMES: ReadonlySet<string> = new Set(CHECKERS.map(({ name }) => name));

/** Reports servers without checkers: a warning where others have some, a notice where none has. */
export const SERVERS_UNCHECKED: Rule = {
  name: 'servers-unchecked',
  lacksAnywhere: [...CHECKER_NAMES],
  reason:
    'Nothing takes it out of the pool: its share of the connections fails until somebody notices',
  fix: 'Give every server a checker; TCP_CHECK needs no settings',
  check: ({ config, originOf, report }) => {
    for (const { title, realServers } of config.virtualServers) {
      const without = realServers.filter(
        (server) => server.checks.length === 0 && !isChecked(originOf(server)),
      );
      const [first] = without;
      if (first === undefined) continue;
      const isMixed = without.length < realServers.length;
      const names = listed(without.map(({ address, port }) => `${address} ${port}`));
      report({
        at: { part: first },
        message: isMixed
          ? `virtual server ${title}: ${names} has no checker, others have`
          : `virtual server ${title}: no real server is checked; dead ones stay in service`,
        suggestion: 'add a checker, such as TCP_CHECK { }',
        severity: isMixed ? 'warning' : 'notice',
      });
    }
  },
};

function isChecked(typed: TypedStatement | undefined): boolean {
  return typed?.block?.statements.some(({ keyword }) => CHECKER_NAMES.has(keyword.name)) === true;
}
