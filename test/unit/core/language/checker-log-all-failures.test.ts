/** The keyword `checker_log_all_failures`. */
import { expect, test } from 'vitest';
import { parse } from '../../../support/parse-text.ts';

function loud(globals: string, check = ''): boolean[] {
  const { config } = parse(`
global_defs {
${globals}
}
virtual_server 192.0.2.10 80 {
  lvs_sched rr
  lvs_method DR
  protocol TCP
  real_server 10.0.0.1 80 {
    TCP_CHECK {
    ${check}
    }
  }
}
`);
  const [server] = config?.virtualServers ?? [];
  return server?.realServers.flatMap(({ checks }) => checks.map((one) => one.logAllFailures)) ?? [];
}

test('every check tells each failed attempt, unless it says otherwise itself', () => {
  expect(loud('')).toEqual([false]);
  expect(loud('checker_log_all_failures')).toEqual([true]);
  expect(loud('checker_log_all_failures', 'log_all_failures off')).toEqual([false]);
  expect(loud('checker_log_all_failures off', 'log_all_failures')).toEqual([true]);
});
