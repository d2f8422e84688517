/** Configurations that do nothing. */
import { describe, expect, it } from 'vitest';
import { parse } from '../../../../../support/parse-text.ts';
import { describeRule, service, vrrp } from '../describe-rule.ts';

const SAYS = 'the configuration is empty: there is nothing to do';

describeRule('nothing-to-run', [
  { it: 'accepts an instance', text: vrrp('') },
  { it: 'accepts a virtual server', text: service('real_server 10.0.0.1 80 {\n }') },
  { it: 'accepts settings alone', text: 'global_defs {\n}\n' },
  { it: 'is silent where a block may be misspelt', text: 'vrrp_instanse V {\n}\n' },
]);

describe('O13: rule nothing-to-run', () => {
  it.each([
    ['an empty file', ''],
    ['comments alone', '# later\n'],
    ['a file whose includes give nothing', 'include /etc/none.d/*.conf\n'],
  ])('tells of %s', (_, text) => {
    const { diagnostics, verdict } = parse(text);
    const found = diagnostics.filter(({ code }) => code === 'lint-nothing-to-run');
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toBe(SAYS);
    expect(verdict.exitStatus).toBe(0);
  });
});
