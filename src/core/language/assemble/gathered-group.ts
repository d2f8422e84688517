/**
 * Groups whose addresses are gathered under one mark (`nftables_ipvs`): a service by mark takes the place of a service for each address. Marks count up
 * in the order of the virtual servers, as with keepalived; those that the configuration has in use are passed over.
 */
import { rangeFrom } from '../../base/address-range.ts';
import type { GatheredAddresses, ServiceIdentity, ServiceProtocol } from '../../model/config.ts';
import type { IpvsOptionsConfig } from '../../model/global-options.ts';
import type { TypedBlock } from '../typed/values.ts';
import type { GroupEntry, ServerGroup } from './server-groups.ts';

/** keepalived's first mark. */
const FIRST_MARK = 1_000;
const MARK_MAX = 0xffff_ffff;

type Ranges = Extract<GroupEntry, { readonly kind: 'range' }>;

/** Gives each group and protocol its mark. */
export class GroupMarks {
  readonly #taken: Set<number>;
  readonly #given = new Map<string, number>();
  #next: number;

  /** @param taken marks that the configuration has in use */
  constructor({ firstMark = FIRST_MARK }: IpvsOptionsConfig, taken: ReadonlySet<number>) {
    this.#next = firstMark;
    this.#taken = new Set(taken);
  }

  /** The mark for a group and a protocol, the same each time. */
  of(group: string, protocol: ServiceProtocol): number {
    const key = `${group} ${protocol}`;
    const known = this.#given.get(key);
    if (known !== undefined) return known;
    while (this.#taken.has(this.#next)) this.#advance();
    const mark = this.#next;
    this.#advance();
    this.#given.set(key, mark);
    return mark;
  }

  #advance(): void {
    this.#next = this.#next === MARK_MAX ? 1 : this.#next + 1;
  }
}

/** Marks of virtual servers and groups by mark. */
export function marksInUse(
  root: TypedBlock,
  groups: ReadonlyMap<string, ServerGroup>,
): ReadonlySet<number> {
  const marks = new Set<number>([0]);
  for (const { keyword, statement } of root.statements) {
    const [, kind, mark] = statement.words;
    if (keyword.name === 'virtual_server' && kind?.text === 'fwmark') marks.add(Number(mark?.text));
  }
  for (const { entries } of groups.values()) {
    for (const entry of entries) if (entry.kind === 'fwmark') marks.add(entry.mark);
  }
  return marks;
}

/** What is gathered of a group; undefined when it has no addresses. */
export function gatheredOf(
  group: ServerGroup,
  protocol: ServiceProtocol,
  marks: GroupMarks,
): GatheredAddresses | undefined {
  const ranges = rangesOf(group);
  if (ranges.length === 0) return undefined;
  const entries = ranges.map(({ range, port }) => ({
    range: rangeFrom(range.from, range.count),
    port,
  }));
  return { protocol, mark: marks.of(group.name, protocol), entries };
}

/** The services by that mark, one for each family of the addresses. */
export function gatheredServices(
  group: ServerGroup,
  { mark }: GatheredAddresses,
): readonly ServiceIdentity[] {
  const families = new Set(rangesOf(group).map(({ range }) => range.family));
  return [...families].map((family) => ({ kind: 'fwmark', family, mark }));
}

function rangesOf({ entries }: ServerGroup): readonly Ranges[] {
  return entries.filter((entry): entry is Ranges => entry.kind === 'range');
}
