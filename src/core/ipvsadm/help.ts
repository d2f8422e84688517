/** What `-h` and `-v` print. */
import { SPELLINGS, type Spelling } from './options.ts';

/** Widest name of an option whose description stands in the same line. */
const NAMES_WIDTH = 34;

const USAGES = [
  '-A|-E SERVICE [-s SCHEDULER] [-b FLAGS] [-p [SECONDS]] [-M MASK] [--pe ENGINE] [-o]',
  '-D SERVICE',
  '-C',
  '-a|-e SERVICE -r SERVER [-g|-i|-m] [-w WEIGHT] [-x UPPER] [-y LOWER] [tunnel options]',
  '-d SERVICE -r SERVER',
  '-L|-l [SERVICE] [list options]',
  '-Z [SERVICE]',
  '-S [-n]',
  '-R',
  '--set TCP TCPFIN UDP',
  '--start-daemon master|backup [daemon options]',
  '--stop-daemon master|backup',
];

/** The version; of which ipvsadm its behaviour is stands in front. */
export function versionText(version: string): string {
  return `ipvsadm v1.31 (tandem ${version})\n`;
}

/** The command and its options; by its own name it has more of them. */
export function helpText(version: string, { isIpvsadm }: { readonly isIpvsadm: boolean }): string {
  const name = isIpvsadm ? 'ipvsadm' : 'tandem ipvs';
  const usages = USAGES.map((usage) => `  ${name} ${usage}`);
  const commands = SPELLINGS.filter(({ meaning }) => meaning.kind === 'command');
  const options = SPELLINGS.filter(({ meaning }) => meaning.kind !== 'command');
  return [
    versionText(version).trimEnd(),
    'Usage:',
    ...usages,
    'SERVICE is one of -t, -u, --sctp-service (host[:port]) and -f (mark, with -6 for IPv6).',
    'The command comes first. -E and -e replace all settings: what is not repeated gets its default.',
    '',
    'Commands:',
    ...commands.map(lineOf),
    '',
    'Options:',
    ...options.map(lineOf),
    ...(isIpvsadm ? [] : OWN_OPTIONS.map(lineOf)),
    '',
  ].join('\n');
}

/** Those of `tandem ipvs` alone. */
export const OWN_OPTIONS: readonly Pick<Spelling, 'letter' | 'long' | 'value' | 'help'>[] = [
  { long: 'json', help: 'list as JSON; what the running Tandem keeps is marked' },
  { long: 'runtime-dir', value: 'dir', help: 'directory of the sockets of the running Tandem' },
];

function lineOf({ letter, long, value, help }: (typeof OWN_OPTIONS)[number]): string {
  const names = `${letter === undefined ? '   ' : `-${letter} `}--${long}`;
  const shown = value === undefined ? names : `${names} ${value}`;
  return `  ${shown.padEnd(NAMES_WIDTH)} ${help}`;
}
