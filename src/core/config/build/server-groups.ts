/** Builds the entries of `virtual_server_group`: ranges with a port, and marks. */
import type { IpFamily } from '../../base/address.ts';
import { lastLineOf } from '../tree.ts';
import { rangeAddresses, readRange } from '../typed/addresses.ts';
import type { ReadPlace } from '../typed/context.ts';
import { readInteger, readPort } from '../typed/numbers.ts';
import type { RangeValue, TypedEntry, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import type { ServiceIdentity, ServiceProtocol } from '../model.ts';

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
    const entries = (typed.block?.entries ?? []).flatMap((entry) => readEntry(entry, context) ?? []);
    const families = new Set(entries.map((entry) => (entry.kind === 'range' ? entry.range.family : entry.family)));
    const mixed = families.has('ipv4') && families.has('ipv6') && families.has(undefined);
    if (entries.length === 0 || mixed) {
      const why = mixed ? 'mixes both families with a mark of none' : 'has no usable entries';
      atStatement(context, 'block-dropped', typed.statement, `group "${name}" ${why} and is ignored`, {
        endLine: lastLineOf(typed.statement),
      });
      continue;
    }
    if (groups.has(name)) {
      atStatement(context, 'lint-duplicate-server', typed.statement, `there is a group "${name}" already; this one is ignored`);
    } else groups.set(name, { name, typed, entries });
  }
  return groups;
}

/** The services a group stands for. */
export function groupServices(
  group: ServerGroup,
  protocol: ServiceProtocol,
  family: IpFamily,
): ServiceIdentity[] {
  return group.entries.flatMap((entry): ServiceIdentity[] => {
    if (entry.kind === 'fwmark') return [{ kind: 'fwmark', family: entry.family ?? family, mark: entry.mark }];
    return rangeAddresses(entry.range).map((address) => ({
      kind: 'address',
      family: entry.range.family,
      protocol,
      address,
      port: entry.port,
    }));
  });
}

function readEntry(entry: TypedEntry, context: BuildContext): GroupEntry | undefined {
  const { words } = entry.statement;
  const [first, second, third] = words;
  const place: ReadPlace = { context: context.typing, name: 'virtual_server_group', secret: false };
  if (first === undefined) return undefined;
  if (first.text === 'fwmark') {
    if (second === undefined) {
      atWord(context, 'missing-word', first, 'fwmark needs a number');
      return undefined;
    }
    const mark = readInteger(MARK, second, place);
    if (mark === undefined) return undefined;
    if (third === undefined) return { kind: 'fwmark', mark, family: undefined };
    if (third.text === 'inet' || third.text === 'inet6') {
      return { kind: 'fwmark', mark, family: third.text === 'inet' ? 'ipv4' : 'ipv6' };
    }
    atWord(context, 'invalid-word', third, `"${third.text}" is not a family`, { expected: 'inet or inet6' });
    return undefined;
  }
  const range = readRange(first, place);
  const port = second === undefined ? 0 : readPort({ kind: 'port', zeroIsAbsent: true }, second, place);
  if (range === undefined || port === undefined) return undefined;
  if (third !== undefined) {
    atWord(context, 'extra-words-ignored', third, 'there is one entry on each line; the rest of this line is ignored');
  }
  return { kind: 'range', range, port };
}

const MARK = { kind: 'integer', min: 0, max: 4_294_967_295 } as const;
