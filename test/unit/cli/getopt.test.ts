/** getopt_long(3) as scripts rely on it. */
import { describe, expect, test } from 'vitest';
import { getopt, type OptionSpec } from '../../../src/cli/getopt.ts';

type Name = 'fork' | 'detail' | 'file' | 'test' | 'test-all';

const SPECS: readonly OptionSpec<Name>[] = [
  { name: 'fork', short: 'n', long: 'dont-fork', argument: 'none' },
  { name: 'detail', short: 'D', long: 'log-detail', argument: 'none' },
  { name: 'file', short: 'f', long: 'use-file', argument: 'required' },
  { name: 'test', short: 't', long: 'config-test', argument: 'optional' },
  { name: 'test-all', long: 'config-test-all', argument: 'none' },
];

function given(...args: string[]): string {
  const { options, words, problem } = getopt(args, SPECS);
  const texts = options.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));
  return [...texts, ...words.map((word) => `(${word})`), ...(problem ? [`!${problem}`] : [])].join(
    ' ',
  );
}

describe('getopt', () => {
  test.each([
    [['-n', '-D'], 'fork detail'],
    [['-nDD'], 'fork detail detail'],
    [['-f', 'x.conf'], 'file=x.conf'],
    [['-fx.conf'], 'file=x.conf'],
    [['-nfx.conf'], 'fork file=x.conf'],
    [['-nf', 'x.conf', '-D'], 'fork file=x.conf detail'],
    [['--use-file=x.conf'], 'file=x.conf'],
    [['--use-file', 'x.conf'], 'file=x.conf'],
    [['--use-file='], 'file='],
    [['--use', 'x'], 'file=x'],
    [['-t', 'x'], 'test (x)'],
    [['-tx'], 'test=x'],
    [['--config-test=x'], 'test=x'],
    [['--config-test', 'x'], 'test (x)'],
    [['a', '-n', 'b'], 'fork (a) (b)'],
    [['-n', '--', '-D', 'x'], 'fork (-D) (x)'],
    [['-'], '(-)'],
    [['-f'], '!-f needs an argument'],
    [['--use-file'], '!--use-file needs an argument'],
    [['--dont-fork=1'], '!--dont-fork takes no argument'],
    [['-nZ'], 'fork !unknown option -Z'],
    [['--zzz'], '!unknown option --zzz'],
    [['--config-tes'], '!--config-tes could be --config-test or --config-test-all'],
  ])('reads %j as %s', (args, expected) => {
    expect(given(...args)).toBe(expected);
  });
});
