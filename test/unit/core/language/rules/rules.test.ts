/** The list of rules as a whole: complete, harmless to the verdict, tested, and silent on the samples. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DIAGNOSTIC_CODES } from '../../../../../src/core/language/codes.ts';
import { RULE_ROWS } from '../../../../../src/core/language/rules/codes.ts';
import { RULES } from '../../../../../src/core/language/rules/index.ts';
import { parse } from '../../../../support/parse-text.ts';

const SAMPLES = join(import.meta.dirname, '../../../../../conf');
const TOPICS = ['vrrp', 'lvs', 'checks', 'general'];

describe('rules', () => {
  it('have one row each in the table of codes', () => {
    expect(RULES.map(({ name }) => name).sort()).toEqual(Object.keys(RULE_ROWS).sort());
  });

  it.each(RULES.map((rule) => [rule.name, rule] as const))(
    '%s has a reason, a fix and a test',
    (name, rule) => {
      expect(rule.reason).not.toBe('');
      expect(rule.fix).not.toBe('');
      const files = TOPICS.map((topic) => join(import.meta.dirname, topic, `${name}.test.ts`));
      expect(files.filter((file) => existsSync(file))).toHaveLength(1);
    },
  );

  it('never change the exit status', () => {
    const rows = Object.entries(DIAGNOSTIC_CODES).filter(([code]) => code.startsWith('lint-'));
    expect(rows.filter(([, row]) => row.exit !== 0 || row.refuses)).toEqual([]);
  });

  const files = readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' });
  it.each(files.filter((file) => file.endsWith('.conf')))(
    'warn of nothing in the sample %s',
    (file) => {
      const { diagnostics } = parse(readFileSync(join(SAMPLES, file), 'utf8'));
      const warnings = diagnostics.filter(
        ({ code, severity }) => code.startsWith('lint-') && severity === 'warning',
      );
      expect(warnings.map(({ span, message }) => `${span?.line}: ${message}`)).toEqual([]);
    },
  );
});
