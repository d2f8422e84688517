/**
 * A line that shows a keyword in use: the one its row brings, or one made from the types of its arguments.
 * Documentation shows it, and a test reads it for every keyword of every table.
 */

import type {
  ArgSpec,
  ArgType,
  BlockTable,
  IntegerType,
  Keyword,
  TimeType,
} from '../language/schema/keyword-table.ts';
import { LINE_EXAMPLES } from './line-examples.ts';

/** A line for a keyword of a block. The line of a keyword that opens a block ends in `{`. */
export function exampleLine(keyword: Keyword, table: BlockTable | undefined): string {
  const written = keyword.example ?? LINE_EXAMPLES[`${table?.name ?? ''} ${keyword.name}`];
  const line = written ?? LINE_EXAMPLES[keyword.name] ?? madeLine(keyword);
  return keyword.block === undefined ? line : `${line} {`;
}

/** An entry of a block whose lines are entries or words; undefined for other blocks. */
export function exampleEntry(table: BlockTable): string | undefined {
  if (table.content === 'words') return table.word === undefined ? 'NAME' : sample(table.word, '');
  if (table.entry === undefined) return undefined;
  return table.entry.example ?? wordsOf(table.entry.args).join(' ');
}

function madeLine(keyword: Keyword): string {
  const { name, args = [], default: byDefault } = keyword;
  const [first] = args;
  if (args.length === 1 && first !== undefined && byDefault !== undefined) {
    const other = sampleNear(first.type, byDefault);
    if (other !== undefined) return `${name} ${other}`;
  }
  return [name, ...wordsOf(args)].join(' ');
}

/** Mandatory words; optional ones only where there would be nothing else to see. */
function wordsOf(args: readonly ArgSpec[]): string[] {
  const mandatory = args.filter(({ optional }) => optional !== true);
  const shown = mandatory.length > 0 ? mandatory : args.slice(0, 1);
  return shown.map(({ name, type }) => sample(type, name)).filter((word) => word !== '');
}

/** A default that is a number in the range makes the best example. */
function sampleNear(type: ArgType, byDefault: string): string | undefined {
  const number = /^-?[0-9.]+$/.test(byDefault) ? Number(byDefault) : Number.NaN;
  if (type.kind === 'integer' && number >= type.min && number <= type.max) return byDefault;
  if (type.kind !== 'time') return undefined;
  const us = number * (type.unit === 's' ? 1_000_000 : 1_000);
  return us >= type.minUs && us <= type.maxUs ? byDefault : undefined;
}

/** Words for arguments of free text, by the name the table gives them. */
const BY_NAME: Readonly<Record<string, string>> = {
  NAME: 'example',
  PATH: '/etc/tandem/example',
  FILE: '/etc/tandem/example.pem',
  DIRECTORY: '/var/lib/tandem',
  USER: 'nobody',
  GROUP: 'nogroup',
  HOST: '192.0.2.25',
  PASSWORD: 's3cret',
  VALUE: 'hex:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
  DIGEST: '9b3a0c85a887a256d6939da88aabd8cd',
  PREFIX: 'vip',
  LABEL: 'eth0:1',
  'MASK|PREFIX': '255.255.255.0',
  'NAME or MAC': 'vrrp.51',
  'ADDRESS [PORT] | fwmark N | group NAME': '192.0.2.10 80',
};

function sample(type: ArgType, name: string): string {
  switch (type.kind) {
    case 'integer':
      return String(sampleInteger(type));
    case 'time':
      return String(sampleTime(type));
    case 'enum':
      return type.words[0] ?? '';
    case 'boolean':
      return 'on';
    case 'word':
      return BY_NAME[name] ?? 'example';
    case 'address':
      if (type.multicast === true) return type.family === 'ipv6' ? 'ff02::12' : '224.0.0.18';
      return type.family === 'ipv6' ? '2001:db8::10' : '192.0.2.10';
    case 'prefix':
      return type.family === 'ipv6' ? '2001:db8::10/64' : '192.0.2.10/24';
    case 'range':
      return '192.0.2.10-20';
    case 'port':
      return '80';
    case 'interface':
      return 'eth0';
    case 'script':
      return '"/usr/local/bin/example --quiet"';
    case 'quoted':
      return '"^ok"';
    case 'mac':
      return '02:00:5e:00:53:01';
    case 'hex':
      return type.wildcards === true ? '48 65 6c 6c 6x' : '48 65 6c 6c 6f';
    case 'options':
      return sampleOptions(type);
    case 'list':
      return sample(type.of, name);
    case 'number-range':
      return `${type.min}-${Math.min(type.max, type.min + 99)}`;
    case 'masked':
      return '1';
    case 'named':
      return '100';
  }
}

function sampleOptions(type: Extract<ArgType, { readonly kind: 'options' }>): string {
  const words = (type.positional ?? []).filter(({ optional }) => optional !== true);
  if (words.length > 0) return wordsOf(words).join(' ');
  const option = type.options.find(({ deprecated }) => deprecated === undefined);
  return option === undefined ? '' : [option.name, ...wordsOf(option.args ?? [])].join(' ');
}

/** A number that looks meant: small, and in the range. */
function sampleInteger({ min, max }: IntegerType): number {
  return Math.min(max, Math.max(min, 10));
}

function sampleTime({ unit, minUs, maxUs }: TimeType): number {
  const per = unit === 's' ? 1_000_000 : 1_000;
  return Math.min(maxUs, Math.max(minUs, 5 * per)) / per;
}
