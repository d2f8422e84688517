/**
 * The shape of the keyword tables. A table is data: parser, checker, printer, YAML schema, completion,
 * `explain` and the reference documentation read the same rows. What a row cannot say (how settings
 * depend on each other) is the business of `assemble/` and `rules/`.
 */
import type { IpFamily } from '../../base/address.ts';

/** What using a keyword does at run time. */
export type Effect = 'supported' | 'not-supported-yet' | 'obsolete';

/**
 * What a bad value does: the keyword is not used (`drop`), the given value is used instead, or the
 * nearest allowed one (`clamp`). keepalived complains in each case.
 */
export type Fallback = 'drop' | 'clamp' | { readonly use: number };

/** A whole number in base 10 (`anyBase`: also 0x and octal 0). */
export interface IntegerType {
  readonly kind: 'integer';
  readonly min: number;
  readonly max: number;
  readonly anyBase?: true;
  /** Outside the range. Default `drop`. */
  readonly outside?: Fallback;
  /** Not a number. Default `drop`. */
  readonly invalid?: Fallback;
  /** Below the range, where that differs from above it. */
  readonly below?: Fallback;
}

/** A time with decimals, kept in microseconds; limits are in microseconds too. */
export interface TimeType {
  readonly kind: 'time';
  /** Unit in which it is written. */
  readonly unit: 's' | 'ms';
  /** Decimal places that are kept. */
  readonly decimals: number;
  readonly minUs: number;
  readonly maxUs: number;
  readonly below?: Fallback;
}

/** One of a list of words. */
export interface EnumType {
  readonly kind: 'enum';
  readonly words: readonly string[];
  readonly anyCase?: true;
  /** Used instead of an unknown word. */
  readonly fallback?: string;
  /** Words that only Tandem knows. */
  readonly own?: readonly string[];
  /** What people write for a word, in lower case, and the word they mean. */
  readonly meant?: Readonly<Record<string, string>>;
}

/** `true on yes` / `false off no`, lower case. */
export interface BooleanType {
  readonly kind: 'boolean';
}

/** Any word. */
export interface WordType {
  readonly kind: 'word';
  readonly maxLength?: number;
  /** Longer: `drop` or cut off. Default drop. */
  readonly long?: 'drop' | 'cut';
  /** Regular expression source of what is allowed, with `expected` to say it. */
  readonly pattern?: string;
  readonly expected?: string;
}

/** An IP address, as text in canonical form. */
export interface AddressType {
  readonly kind: 'address';
  readonly family?: IpFamily;
  readonly multicast?: true;
  /** A `/prefix` or `-range` behind it is cut off without a word (virtual and real servers). */
  readonly cutSuffix?: true;
  /** `default`, `any`, `all`: words that stand for 0/0. */
  readonly words?: readonly string[];
}

/** ADDRESS[/PREFIX]; a bad prefix is reported and taken as the whole address. */
export interface PrefixType {
  readonly kind: 'prefix';
  readonly family?: IpFamily;
  readonly words?: readonly string[];
}

/** ADDRESS, ADDRESS-ADDRESS, ADDRESS-LAST or ADDRESS/PREFIX: a range of addresses. */
export interface RangeType {
  readonly kind: 'range';
}

/** A port, 1..65535. With `zeroIsAbsent` a word of zeros counts as no port. */
export interface PortType {
  readonly kind: 'port';
  readonly zeroIsAbsent?: true;
}

/** The name of a network interface. */
export interface InterfaceType {
  readonly kind: 'interface';
  /** Checked for existence. `fatal`: missing is of the class that alone gives exit status 4. */
  readonly exists?: 'error' | 'fatal';
}

/** A command line read with shell-like quoting, then user and group; takes the rest of the line. */
export interface ScriptType {
  readonly kind: 'script';
  /** What happens when the program is missing: complained about, or dropped with a log line. */
  readonly missing: 'error' | 'dropped';
  /** An empty command or an unknown user is complained about even where a missing program is not. */
  readonly strict?: true;
  /** `vrrp_script` has a `user` keyword instead of user words. */
  readonly noUser?: true;
}

/** One word with shell-like quotes and escapes (a regular expression); takes the rest of the line. */
export interface QuotedType {
  readonly kind: 'quoted';
}

/** A hardware address. */
export interface MacType {
  readonly kind: 'mac';
}

/** Bytes as hexadecimal text: all remaining words. */
export interface HexType {
  readonly kind: 'hex';
  /** `x` stands for any digit. */
  readonly wildcards?: true;
}

/** Word options in any order: takes the rest of the line. */
export interface OptionsType {
  readonly kind: 'options';
  readonly options: readonly OptionSpec[];
  /** A word that is no option: reported, and passed over or the entry (all the options) dropped with it. */
  readonly unknown: 'skip' | 'drop' | 'drop-options' | 'ignore';
  /** When nothing was understood before it, an unknown word drops the entry. */
  readonly unknownFirst?: 'drop';
  /** Words without a name, in their order. */
  readonly positional?: readonly ArgSpec[];
}

/** All remaining words, each of one type. */
export interface ListType {
  readonly kind: 'list';
  readonly of: ArgType;
  /** One bad item spoils the list. */
  readonly allOrNothing?: true;
}

/** Numbers or ranges `N` / `N-M`. */
export interface NumberRangeType {
  readonly kind: 'number-range';
  readonly min: number;
  readonly max: number;
  /** A single number is not accepted. */
  readonly rangeOnly?: true;
}

/** A number with a mask: `N` or `N/MASK`, base 0. */
export interface MaskedType {
  readonly kind: 'masked';
  readonly max: number;
}

/** A number that may be given by name: routing tables, scopes, protocols and the like. */
export interface NamedType {
  readonly kind: 'named';
  readonly table: NamedTable;
  readonly max: number;
  /** `A/B` is allowed too. */
  readonly pair?: true;
}

/** Which names a `NamedType` knows. */
export type NamedTable =
  | 'table'
  | 'scope'
  | 'protocol'
  | 'tos'
  | 'realm'
  | 'group'
  | 'ipproto'
  | 'pref';

/** Any of the types of words. */
export type ArgType =
  | IntegerType
  | TimeType
  | EnumType
  | BooleanType
  | WordType
  | AddressType
  | PrefixType
  | RangeType
  | PortType
  | InterfaceType
  | ScriptType
  | QuotedType
  | MacType
  | HexType
  | OptionsType
  | ListType
  | NumberRangeType
  | MaskedType
  | NamedType;

/** A place for a word behind a keyword. */
export interface ArgSpec {
  /** As shown in documentation: `SECONDS`, `ADDRESS`. */
  readonly name: string;
  readonly type: ArgType;
  /** May be absent. */
  readonly optional?: true;
  /** A bad word is left out and the keyword counts without it. */
  readonly dispensable?: true;
  /** Value when absent, as in the documentation and in the typed result. */
  readonly absent?: number | string | boolean;
}

/** A named option inside a line: `dev IF`, `no_track`, `weight N`. */
export interface OptionSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly args?: readonly ArgSpec[];
  readonly summary: string;
  /** A missing or bad value: the option alone is dropped, or the whole entry. Default `option`. */
  readonly bad?: 'option' | 'entry';
  /** A second one: complained about, or the last counts. Default complain and keep the first. */
  readonly twice?: 'complain' | 'last' | 'entry';
  /** Works, but keepalived complains about it. */
  readonly deprecated?: string;
  /** May come several times. */
  readonly repeatable?: true;
  /** Further options that belong to this one, by its first value (`encap ip ...`). */
  readonly nested?: Readonly<Record<string, readonly OptionSpec[]>>;
  /** Options from here to the next of the same name belong to it (`nexthop`). */
  readonly opensGroup?: true;
  readonly effect?: Effect;
  /** keepalived stops (status 2) when its value is missing. */
  readonly missing?: 'refused';
}

/** Another name of a keyword. */
export interface Alias {
  readonly name: string;
  /** Absent: equal rights. `complaint`: keepalived complains. `silent`: only its log says so. */
  readonly deprecated?: 'complaint' | 'silent';
}

/** A keyword of a block. */
export interface Keyword {
  readonly name: string;
  readonly aliases?: readonly Alias[];
  /** One sentence of meaning, without a full stop. */
  readonly summary: string;
  readonly args?: readonly ArgSpec[];
  /** A mandatory word is absent: `refused` = keepalived stops with status 2 (the rule), `complaint`, `ignored`. */
  readonly missing?: 'refused' | 'complaint' | 'ignored' | 'logged';
  /** Surplus words: ignored (the rule), complained about, the keyword is dropped, or keepalived stops with status 2. */
  readonly extra?: 'ignored' | 'complaint' | 'drop' | 'refused';
  /** A second one: the last counts (the rule), the last with a complaint, the first with a complaint, all count. */
  readonly repeat?: 'last' | 'last-complaint' | 'first-complaint' | 'all';
  readonly block?: BlockTable;
  /** Default as the documentation gives it. */
  readonly default?: string;
  /** First release of keepalived with it under this name; `tandem` for our own. */
  readonly since?: string;
  /** A successor keyword, or a phrase; with it keepalived complains unless `deprecationIsSilent`. */
  readonly deprecatedBy?: string;
  readonly deprecationIsSilent?: true;
  readonly effect: Effect;
  /** Bad or missing values are only logged by keepalived: they do not change the exit status. */
  readonly logged?: true;
  /** Its value must not be shown. */
  readonly secret?: true;
  /** A line that shows its use. */
  readonly example?: string;
}

/** A line of a block whose lines are entries, not keywords. */
export interface EntrySpec {
  readonly args: readonly ArgSpec[];
  readonly example?: string;
}

/** A block: what may stand inside its braces. */
export interface BlockTable {
  /** Stable name: `vrrp_instance`, `virtual_server.real_server`. */
  readonly name: string;
  readonly summary: string;
  /**
   * `keywords`: lines begin with keywords. `entries`: each line is one entry. `words`: each word of
   * each line is an entry.
   */
  readonly content: 'keywords' | 'entries' | 'words';
  readonly keywords: readonly Keyword[];
  readonly entry?: EntrySpec;
  /** Type of each word of a `words` block. */
  readonly word?: ArgType;
  /** keepalived complains about an empty block. */
  readonly emptyIsComplaint?: true;
  /** By name and alias; made by `defineBlock`. */
  readonly index: ReadonlyMap<string, Keyword>;
}
