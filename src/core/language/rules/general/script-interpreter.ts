/** Rule: a script needs a first line that names an interpreter which exists. */
import type { Rule } from '../rule.ts';

/** Reports scripts the kernel cannot start although they are executable. */
export const SCRIPT_INTERPRETER: Rule = {
  name: 'script-interpreter',
  reason: 'keepalived takes a script that cannot be started for successful: the check never fails',
  fix: 'Begin the script with #! and an interpreter that is installed',
  check: ({ scripts, host, report }) => {
    const { interpreter } = host;
    if (interpreter === undefined) return;
    const reported = new Set<string>();
    for (const { script, token } of scripts) {
      const program = script.argv[0] ?? '';
      if (reported.has(program) || host.program?.(program) !== 'usable') continue;
      const found = interpreter(program);
      if (found.state === 'usable') continue;
      reported.add(program);
      report({
        at: { token },
        message:
          found.state === 'missing'
            ? `the interpreter of "${program}", ${found.path}, does not exist`
            : `"${program}" is text without a #! line: it cannot be started`,
        suggestion: 'begin it with #!/bin/sh or another interpreter that is installed',
      });
    }
  },
};
