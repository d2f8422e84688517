/**
 * The command line. Subcommands are ours; options without a subcommand, or a program named `keepalived`,
 * are read as keepalived reads them, so that its scripts and containers go on working. A start loads nothing
 * of the other commands.
 */
import { basename } from 'node:path';
import { DEFAULT_RUNTIME_DIR } from '../core/control/messages.ts';

/** Carries a command line (as in `process.argv`) out; resolves with the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const [, program = '', ...args] = argv;
  const called = basename(program);
  if (called === 'ipvsadm') return runIpvs(args, true);
  const isKeepalived = called === 'keepalived';
  const asked = genhashWords(called, args);
  if (asked !== undefined) return (await import('./genhash.ts')).genhash(asked);
  if (isKeepalived || isKeepalivedStyle(args)) {
    const { run } = await import('./run.ts');
    return run(args, { style: 'keepalived', isKeepalived });
  }
  return runSubcommand(args);
}

/** What stands behind the name of genhash, which is a command here, and a program or the first option of keepalived. */
function genhashWords(called: string, args: readonly string[]): readonly string[] | undefined {
  if (called === 'genhash') return args;
  const [first = '', ...rest] = args;
  if (['genhash', '-T', '--genhash'].includes(first)) return rest;
  return first === 'help' && rest[0] === 'genhash' ? ['--help'] : undefined;
}

/** Options first, but for the two that ask about the program as a whole. */
function isKeepalivedStyle(args: readonly string[]): boolean {
  const [first = ''] = args;
  return first.startsWith('-') && !['-h', '--help', '--version'].includes(first);
}

async function runSubcommand(args: readonly string[]): Promise<number> {
  // `run` has keepalived's options, which follow getopt's rules and not commander's.
  const [name, ...rest] = args;
  if (name === 'run') {
    const { run } = await import('./run.ts');
    return run(rest, { style: 'subcommand', isKeepalived: false });
  }
  // ipvsadm's rules are not those of commander either.
  if (name === 'ipvs') return runIpvs(rest, false);
  if (name === 'help' && rest[0] === 'ipvs') return runIpvs(['--help'], false);
  if (name === 'help' && rest[0] === 'run') return runSubcommand(['run', '--help']);
  if (name === 'status' && rest.every((word) => word === '--json' || word === '--no-color')) {
    return plainStatus(rest);
  }
  const { runProgram } = await import('./subcommands.ts');
  return runProgram(args);
}

async function runIpvs(words: readonly string[], isIpvsadm: boolean): Promise<number> {
  const { ipvs } = await import('./ipvs.ts');
  return ipvs(words, { isIpvsadm });
}

/** `tandem status` as scripts and people mostly call it, without loading all that the other commands need. */
async function plainStatus(words: readonly string[]): Promise<number> {
  const { status } = await import('./status.ts');
  const color = words.includes('--no-color') ? false : undefined;
  return status({ runtimeDir: DEFAULT_RUNTIME_DIR, json: words.includes('--json'), color });
}
