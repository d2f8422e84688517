/** Scripts that cannot be started. */
import type { InterpreterState } from '../../../../../../src/core/language/host.ts';
import { describeRule, vrrp } from '../describe-rule.ts';

const host = (found: InterpreterState) => ({
  host: { program: () => 'usable' as const, interpreter: () => found },
});

describeRule('script-interpreter', [
  {
    it: 'points at a script without #! line',
    text: vrrp('notify_master /bin/a # here'),
    ...host({ state: 'none' }),
    says: /without a #!/,
  },
  {
    it: 'names an interpreter that is missing',
    text: vrrp('notify_master /bin/a # here'),
    ...host({ state: 'missing', path: '/bin/zsh' }),
    says: /\/bin\/zsh/,
  },
  {
    it: 'says it once for a program',
    text: vrrp('notify_master /bin/a # here\n  notify_backup /bin/a'),
    ...host({ state: 'none' }),
  },
  {
    it: 'accepts what can be started',
    text: vrrp('notify_master /bin/a'),
    ...host({ state: 'usable' }),
  },
  { it: 'says nothing about an unknown host', text: vrrp('notify_master /bin/a') },
]);
