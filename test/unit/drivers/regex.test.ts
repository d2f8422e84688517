/** Regular expressions over the engine of linear time. */
import { describe, expect, it } from 'vitest';
import { compileRegex, REGEX_STEPS_MAX, REGEX_TEXT_MAX } from '../../../src/drivers/regex.ts';

function test(pattern: string, text: string, flags = ''): boolean {
  const regex = compileRegex(pattern, flags);
  if (!regex.ok) throw new Error(regex.error);
  return regex.value.test(text);
}

function problem(pattern: string): string {
  const regex = compileRegex(pattern, '');
  return regex.ok ? '' : regex.error;
}

describe('compileRegex', () => {
  it.each([
    ['\\d+ sessions', 'x 42 sessions', '', true],
    ['SESSIONS', 'sessions', '', false],
    ['SESSIONS', 'sessions', 'i', true],
    ['^b', 'a\nb', '', false],
    ['^b', 'a\nb', 'm', true],
    ['a.b', 'a\nb', '', false],
    ['a.b', 'a\nb', 's', true],
    ['gr.{2}e', 'grüße', '', true],
    // PCRE: "$" also before the line end that ends the text, but no other.
    ['^ok$', 'ok\n', '', true],
    ['^ok$', 'ok\n\n', '', false],
    ['^ok$', 'ok\nx', '', false],
    ['[[:alpha:]]+(?P<n>x)\\Q.\\E', 'abx.', '', true],
  ])('H1: /%s/ on %j with "%s": %s', (pattern, text, flags, expected) => {
    expect(test(pattern, text, flags)).toBe(expected);
  });

  it.each([
    ['(?=a)', '"(?=" is a look-ahead'],
    ['x(?!a)', '"(?!" is a look-ahead'],
    ['(?<=a)b', '"(?<=" is a look-behind'],
    ['(?<!a)b', '"(?<!" is a look-behind'],
    ['(a)\\1', '"\\1" is a back-reference'],
    ['(?P<n>a)(?P=n)', '"(?P=" is a back-reference'],
    ['(?P<n>a)\\k<n>', '"\\k" is a back-reference'],
    ['a++', '"++" is a possessive quantifier'],
    ['a{2}+', '"{2}+" is a possessive quantifier'],
    ['(?>a)', '"(?>" is an atomic group'],
    ['(?(1)a|b)', '"(?(" is a condition'],
    ['a(?R)?', '"(?R" is a recursion'],
    ['(?P<n>a)(?P>n)', '"(?P>" is a recursion'],
    ['(?|a|b)', '"(?|" is a group that resets its numbers'],
    ['(?#c)a', '"(?#" is a comment'],
    ['(?x) a', '"(?x" is an option'],
    ['(*UTF8)a', '"(*" is a verb'],
    ['a\\Z', '"\\Z" is an escape'],
    ['(', 'missing closing )'],
    ['[a', 'missing closing ]'],
    ['*a', 'missing argument to repetition operator at "*"'],
    ['[b-a]', 'invalid character class range at "b-a"'],
    ['a{2000}', 'invalid repeat count at "{2000}"'],
  ])('H1: of %s it says: %s', (pattern, says) => {
    const text = problem(pattern);
    expect(text.startsWith(says)).toBe(true);
    const isFromPcre = / is an? /.test(says);
    expect(
      text.endsWith("which Tandem's engine (RE2: time linear in the text) does not have"),
    ).toBe(isFromPcre);
  });

  it.each([
    ['(a+)+$', `${'a'.repeat(REGEX_TEXT_MAX)}b`],
    ['(x+x+)+y', 'x'.repeat(REGEX_TEXT_MAX)],
    ['<title>.*Welcome.*</title>', '<title>'.repeat(140_000)],
    ['^(.*?,){200}P', '1,2,3,4,5,6,7,8,9,'.repeat(50_000)],
  ])('H1: /%s/ on a text that hurts backtracking engines takes no seconds', (pattern, text) => {
    const before = process.cpuUsage();
    expect(test(pattern, text)).toBe(false);
    // Microseconds of computing, which other processes do not add to.
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });

  it('H1: lets a large pattern search less, so that no search is long', () => {
    const small = compileRegex('^ok', '');
    const large = compileRegex('a[ab]{900}[cd]', '');
    expect(small).toMatchObject({ value: { textMax: REGEX_TEXT_MAX } });
    const textMax = large.ok ? large.value.textMax : 0;
    expect(textMax).toBeGreaterThan(10_000);
    expect(textMax).toBeLessThan(REGEX_STEPS_MAX / 900);
  });
});

describe('the options of a pattern', () => {
  it.each([
    ['^ok$', 'ok\n', 'D', false],
    ['a b # two\nc', 'abc', 'x', true],
    ['a\\ b', 'a b', 'x', true],
    ['[ #]b', '#b', 'x', true],
    ['a\\#b', 'a#b', 'x', true],
    ['^a', 'a', 'U', true],
    ['a', 'a', 'ABC', true],
  ])('/%s/ on %j with "%s": %s', (pattern, text, flags, expected) => {
    expect(test(pattern, text, flags)).toBe(expected);
  });

  it.each([
    ['a', 'F', 'firstline'],
    ['[]a', 'A', 'allow_empty_class'],
    ['\\u0041', 'B', 'alt_bsux'],
    ['\\w', 'U', 'ucp'],
    ['^a', 'C', 'alt_circumflex'],
  ])('/%s/ with "%s" names the option that the engine lacks', (pattern, flags, option) => {
    const regex = compileRegex(pattern, flags);
    expect(regex.ok ? '' : regex.error).toContain(`the option ${option}`);
  });
});

describe('where a match may begin', () => {
  it.each<[string, string, number, number | undefined, boolean]>([
    ['hello', '0123456789hello', 10, undefined, true],
    ['hello', '0123456789hello', 11, undefined, false],
    ['hello', '0123456789hello', 0, 10, true],
    ['hello', '0123456789hello', 0, 9, false],
    ['hello', 'hello hello', 1, 6, true],
    ['hello', 'hello', 9, undefined, false],
    // What is before the place counts for it.
    ['^hello', '0hello', 1, undefined, false],
    ['o$', 'hello\n', 2, undefined, true],
  ])('/%s/ on %j from %i to %s: %s', (pattern, text, from, to, expected) => {
    const regex = compileRegex(pattern, '');
    expect(regex.ok && regex.value.test(text, from, to)).toBe(expected);
  });
});
