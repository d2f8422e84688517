/**
 * What the two ways to write rules have in common: calls of programs that look, that change and that remove. A writer carries out nothing; it says
 * which programs are to be called, and reads what they wrote.
 */
/** One call of a program that writes rules. It is executed directly, without a shell. */
export interface ToolCall {
  readonly argv: readonly string[];
  /** Text on standard input; absent: none. */
  readonly input?: string;
}

/** How a call ended. */
export type ToolEnd =
  | { readonly kind: 'done'; readonly output: string }
  /** There is no such program. */
  | { readonly kind: 'missing' }
  /** It was refused; `reason` in its own words. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** It did not end in time: nothing is known. */
  | { readonly kind: 'late'; readonly reason: string };

/** Names of the sets of ipset. */
export interface SetNames {
  readonly ipv4: string;
  readonly ipv6: string;
  readonly linkLocal: string;
}

/** What rules are for: addresses that accept no packets, the sources of Full-NAT, marks of `nftables_ipvs`. */
export type RulePurpose = 'closed' | 'full-nat' | 'marks';

/** Beginning of the names of the programs of iptables. */
export type IptablesProgram = 'iptables' | 'iptables-legacy';

/** A chain of iptables, in one of its tables. */
export interface ChainPlace {
  readonly method: 'chain';
  readonly program: IptablesProgram;
  readonly table: 'nat' | 'mangle';
}

/** Where rules stand: what a successor must know to find them, and to remove them. */
export type RulePlace =
  | { readonly method: 'nftables'; readonly table: string }
  | {
      readonly method: 'iptables';
      readonly program: IptablesProgram;
      /** Chains that lead to ours; no rules for packets on their way out when that one is absent. */
      readonly input: string;
      readonly output?: string;
      /** Absent: a rule for each address. */
      readonly sets?: SetNames;
    }
  | ChainPlace;

/** What was seen of our rules. */
export interface SeenRules {
  /** All of it as text: two looks with the same text saw the same rules. Counters do not count. */
  readonly text: string;
  /** Something of ours is there. */
  readonly isThere: boolean;
  /** What they do, one text for each element of a wish, as people read it. */
  readonly items: readonly string[];
}

/** Rules in one place, of one purpose: `Wish` says what they are to do. */
export interface RuleWriter<Wish, Seen extends SeenRules = SeenRules> {
  /** Why rules cannot be written here, before anything is tried; undefined: they can. */
  readonly obstacle: string | undefined;
  /** Calls that look. One that fails finds nothing; only a program that is missing or late is an error. */
  look(): readonly ToolCall[];
  /** What the calls of `look` found, in their order. */
  read(ends: readonly ToolEnd[]): Seen;
  /** True when exactly the rules that are wished for were seen. */
  isRight(wish: Wish, seen: Seen): boolean;
  /**
   * True when what was seen does what it is to do, as far as it can be told without knowing how a program prints rules: the same items, and as many
   * rules.
   */
  isEnough(wish: Wish, seen: Seen): boolean;
  /** Calls that turn what was seen into what is wished for, each one transaction; at no moment does less hold than before and after. */
  change(wish: Wish, seen: Seen): readonly ToolCall[];
  /** Calls that remove all of ours. */
  remove(seen: Seen): readonly ToolCall[];
}

/** The programs of iptables by preference: where both are installed, an administrator's chains are where the usual name puts them. */
export const IPTABLES_PROGRAMS: readonly IptablesProgram[] = ['iptables', 'iptables-legacy'];

/** `table keepalived of nftables`, `chains INPUT and OUTPUT of iptables-legacy`, `table nat of iptables`. */
export function placeName(place: RulePlace): string {
  if (place.method === 'nftables') return `table ${place.table} of nftables`;
  if (place.method === 'chain') return `table ${place.table} of ${place.program}`;
  const { input, output, program, sets } = place;
  const chains = output === undefined ? `chain ${input}` : `chains ${input} and ${output}`;
  return `${chains} of ${program}${sets === undefined ? '' : ' with sets of ipset'}`;
}
