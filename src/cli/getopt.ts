/**
 * Command lines as getopt_long(3) reads them, which is what scripts written for keepalived rely on:
 * clusters of letters (`-nlD`), arguments attached or following, optional arguments only attached,
 * unambiguous beginnings of long names, words in any order, `--` as the end of options.
 */

/** One option. */
export interface OptionSpec<Name extends string> {
  readonly name: Name;
  readonly short?: string;
  readonly long?: string;
  readonly argument: 'none' | 'required' | 'optional';
}

/** An option as it was given; `value` is there when an argument was. */
export interface GivenOption<Name extends string> {
  readonly name: Name;
  readonly value?: string;
}

/** A command line taken apart. */
export interface ParsedCommandLine<Name extends string> {
  readonly options: readonly GivenOption<Name>[];
  readonly words: readonly string[];
  /** The first thing that could not be understood, in words. */
  readonly problem?: string;
}

/** Takes a command line (without program name) apart. */
export function getopt<Name extends string>(
  args: readonly string[],
  specs: readonly OptionSpec<Name>[],
): ParsedCommandLine<Name> {
  const options: GivenOption<Name>[] = [];
  const words: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      words.push(...rest.splice(0));
    } else if (arg.startsWith('--')) {
      const problem = readLong(arg.slice(2), rest, specs, options);
      if (problem !== undefined) return { options, words, problem };
    } else if (arg.startsWith('-') && arg.length > 1) {
      const problem = readCluster(arg.slice(1), rest, specs, options);
      if (problem !== undefined) return { options, words, problem };
    } else {
      words.push(arg);
    }
  }
  return { options, words };
}

function readLong<Name extends string>(
  text: string,
  rest: string[],
  specs: readonly OptionSpec<Name>[],
  options: GivenOption<Name>[],
): string | undefined {
  const equals = text.indexOf('=');
  const name = equals === -1 ? text : text.slice(0, equals);
  const attached = equals === -1 ? undefined : text.slice(equals + 1);
  const exact = specs.filter((spec) => spec.long === name);
  const found = exact.length > 0 ? exact : specs.filter((spec) => spec.long?.startsWith(name));
  const [spec] = found;
  if (spec === undefined) return `unknown option --${name}`;
  if (found.length > 1) {
    return `--${name} could be ${found.map((one) => `--${one.long ?? ''}`).join(' or ')}`;
  }
  if (spec.argument === 'none') {
    if (attached !== undefined) return `--${spec.long ?? ''} takes no argument`;
    options.push({ name: spec.name });
    return undefined;
  }
  const value = attached ?? (spec.argument === 'required' ? rest.shift() : undefined);
  if (value === undefined && spec.argument === 'required') {
    return `--${spec.long ?? ''} needs an argument`;
  }
  options.push(value === undefined ? { name: spec.name } : { name: spec.name, value });
  return undefined;
}

function readCluster<Name extends string>(
  letters: string,
  rest: string[],
  specs: readonly OptionSpec<Name>[],
  options: GivenOption<Name>[],
): string | undefined {
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? '';
    const spec = specs.find((candidate) => candidate.short === letter);
    if (spec === undefined) return `unknown option -${letter}`;
    if (spec.argument === 'none') {
      options.push({ name: spec.name });
      continue;
    }
    const attached = letters.slice(at + 1);
    const following = spec.argument === 'required' ? rest.shift.bind(rest) : () => undefined;
    const value = attached === '' ? following() : attached;
    if (value === undefined && spec.argument === 'required') return `-${letter} needs an argument`;
    options.push(value === undefined ? { name: spec.name } : { name: spec.name, value });
    return undefined;
  }
  return undefined;
}
