/** Passwords never appear in findings, whatever the finding is about. */
import { describe, expect, it } from 'vitest';
import { instance, parse } from './harness.ts';

describe('secrets', () => {
  it.each([
    ['beside another mistake on one line', 'authentication bogus { auth_pass hidden }'],
    ['with surplus words', 'authentication {\nauth_pass visible hidden\n}'],
    ['behind a bad key id', 'auth_hmac {\nkey 999 hidden\n}'],
    ['in quotes', 'authentication {\nauth_pass "hi hidden" x\n}'],
  ])('%s are masked', (_, text) => {
    const { diagnostics } = parse(instance(text));
    expect(diagnostics.some(({ sourceLine }) => sourceLine?.includes('*'))).toBe(true);
    expect(JSON.stringify(diagnostics)).not.toContain('hidden');
  });
});
