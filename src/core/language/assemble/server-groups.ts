/** Builds the entries of `virtual_server_group`: ranges with a port, and marks. */
import type { IpFamily } from '../../base/address.ts';
import { rangeAddresses, rangeFrom } from '../../base/address-range.ts';
import type { ServiceIdentity, ServiceProtocol } from '../../model/config.ts';
import { lastLineOf, placeOf, type Token } from '../tree.ts';
import { readRange } from '../typed/addresses.ts';
import type { ReadPlace } from '../typed/context.ts';
import { readInteger, readPort } from '../typed/numbers.ts';
import type { RangeValue, TypedEntry, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';

/** An entry of a group. */
export type GroupEntry =
  | { readonly kind: 'range'; readonly range: RangeValue; readonly port: number }
  | { readonly kind: 'fwmark'; readonly mark: number; readonly family: IpFamily | undefined };

/** A group with its usable entries. */
export interface ServerGroup {
  readonly name: string;
  readonly typed: TypedStatement;
  readonly entries: readonly GroupEntry[];
}

/** All groups by name; the first of a name counts. */
export function buildServerGroups(context: BuildContext): ReadonlyMap<string, ServerGroup> {
  const groups = new Map<string, ServerGroup>();
  for (const typed of context.root.statements) {
    const name = typed.values[0];
    if (typed.keyword.name !== 'virtual_server_group' || typeof name !== 'string') continue;
    const entries = (typed.block?.entries ?? []).flatMap(
      (entry) => readEntry(entry, context) ?? [],
    );
    const problem = problemOf(entries);
    if (problem !== undefined) {
      atStatement(
        context,
        'block-dropped',
        typed.statement,
        `group "${name}" ${problem} and is ignored`,
        {
          endLine: lastLineOf(typed.statement),
        },
      );
      continue;
    }
    const first = groups.get(name);
    if (first === undefined) groups.set(name, { name, typed, entries });
    else {
      atStatement(
        context,
        'duplicate-name',
        typed.statement,
        `there is a group "${name}" already; this one is ignored`,
        {
          endLine: lastLineOf(typed.statement),
          related: [placeOf(first.typed.statement, 'the first one is here')],
          severity: 'warning',
          exit: 0,
        },
      );
    }
  }
  return groups;
}

/** How many services a group stands for. */
export function groupSize(group: ServerGroup): number {
  return group.entries.reduce(
    (sum, entry) => sum + (entry.kind === 'range' ? entry.range.count : 1),
    0,
  );
}

/** The group without its addresses. */
export function marksAlone(group: ServerGroup): ServerGroup {
  return { ...group, entries: group.entries.filter(({ kind }) => kind === 'fwmark') };
}

/** The services a group stands for. */
export function groupServices(
  group: ServerGroup,
  protocol: ServiceProtocol,
  family: IpFamily,
): ServiceIdentity[] {
  return group.entries.flatMap((entry): ServiceIdentity[] => {
    if (entry.kind === 'fwmark')
      return [{ kind: 'fwmark', family: entry.family ?? family, mark: entry.mark }];
    return rangeAddresses(rangeFrom(entry.range.from, entry.range.count)).map((address) => ({
      kind: 'address',
      family: entry.range.family,
      protocol,
      address,
      port: entry.port,
    }));
  });
}

/** What makes a group as a whole useless. */
function problemOf(entries: readonly GroupEntry[]): string | undefined {
  if (entries.length === 0) return 'has no usable entries';
  const families = new Set(
    entries.map((entry) => (entry.kind === 'range' ? entry.range.family : entry.family)),
  );
  return families.size === 3 ? 'mixes both families with a mark of none' : undefined;
}

function readEntry(entry: TypedEntry, context: BuildContext): GroupEntry | undefined {
  const [first, second, third] = entry.statement.words;
  const place: ReadPlace = { context: context.typing, name: 'virtual_server_group', secret: false };
  if (first === undefined) return undefined;
  if (first.text === 'fwmark') return readMark(first, second, third, place, context);
  const range = readRange(first, place);
  const port =
    second === undefined ? 0 : readPort({ kind: 'port', zeroIsAbsent: true }, second, place);
  if (range === undefined || port === undefined) return undefined;
  if (third !== undefined) {
    atWord(
      context,
      'extra-words-ignored',
      third,
      'there is one entry on each line; the rest of this line is ignored',
    );
  }
  return { kind: 'range', range, port };
}

function readMark(
  keyword: Token,
  number: Token | undefined,
  family: Token | undefined,
  place: ReadPlace,
  context: BuildContext,
): GroupEntry | undefined {
  if (number === undefined) {
    atWord(context, 'missing-word', keyword, 'fwmark needs a number', { expected: 'fwmark N' });
    return undefined;
  }
  const mark = readInteger(MARK, number, place);
  if (mark === undefined) return undefined;
  switch (family?.text) {
    case undefined:
      return { kind: 'fwmark', mark, family: undefined };
    case 'inet':
      return { kind: 'fwmark', mark, family: 'ipv4' };
    case 'inet6':
      return { kind: 'fwmark', mark, family: 'ipv6' };
    default:
      atWord(context, 'invalid-word', family ?? number, `"${family?.text}" is not a family`, {
        expected: 'inet or inet6',
      });
      return undefined;
  }
}

const MARK = { kind: 'integer', min: 0, max: 4_294_967_295 } as const;
