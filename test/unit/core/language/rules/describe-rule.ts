/**
 * Tests of a rule as a table: each case is a configuration in which `# here` marks the lines the rule has to
 * point at, once for each finding. No mark: the rule must stay silent. Nothing a rule says may change the
 * exit status, so every case is also checked for that.
 */
import { describe, expect, it } from 'vitest';
import type { RuleName } from '../../../../../src/core/language/rules/codes.ts';
import { ip } from '../../../../support/builders/addresses.ts';
import { parse, type World } from '../../../../support/parse-text.ts';

/** One configuration and what the rule says about it. */
export interface RuleCase extends World {
  readonly it: string;
  readonly text: string;
  /** What the message of the first finding has to contain. */
  readonly says?: string | RegExp;
  readonly severity?: 'warning' | 'notice';
}

/** Runs the cases of a rule. */
export function describeRule(name: RuleName, cases: readonly RuleCase[]): void {
  describe(`rule ${name}`, () => {
    it.each(cases)('$it', (one) => {
      const result = parse(one.text, one);
      expect(result.config, 'the configuration must not be refused').toBeDefined();
      const found = result.diagnostics.filter(({ code }) => code === `lint-${name}`);
      const lines = one.text
        .split('\n')
        .flatMap((line, index) => (line.includes('# here') ? [index + 1] : []));
      expect(found.map(({ span }) => span?.line)).toEqual(lines);
      expect(found.map(({ exit }) => exit)).toEqual(lines.map(() => 0));
      const [first] = found;
      if (one.says !== undefined) expect(first?.message).toMatch(one.says);
      if (one.severity !== undefined) expect(first?.severity).toBe(one.severity);
      for (const { suggestion } of found) expect(suggestion).not.toBe('');
    });
  });
}

/** An instance with what it needs; `more` are its further lines. */
export function vrrp(more: string, name = 'V', vip = '192.168.1.100/24', vrid = 51): string {
  return `vrrp_instance ${name} {
  interface eth0
  virtual_router_id ${vrid}
  ${more}
  virtual_ipaddress {
    ${vip}
  }
}
`;
}

/** A virtual server; `more` are its lines, real servers included. */
export function service(more: string, head = '192.168.1.100 80'): string {
  return `virtual_server ${head} {
  delay_loop 3
  lvs_sched rr
  lvs_method DR
  protocol TCP
  ${more}
}
`;
}

/** A real server with a TCP check. */
export function server(head = '192.168.1.11 80', more = ''): string {
  return `real_server ${head} {
    ${more}
    TCP_CHECK {
    }
  }`;
}

/** Host facts with addresses `interface address/prefix`. */
export function hostWith(...texts: readonly string[]): World {
  const addresses = texts.map((text) => {
    const [device = '', cidr = ''] = text.split(' ');
    const [address = '', length = ''] = cidr.split('/');
    return { interface: device, address: ip(address), prefixLength: Number(length) };
  });
  return { host: { addresses } };
}
