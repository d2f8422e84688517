/**
 * Typed values: what the words of a statement mean according to the tables. Numbers, times (in
 * microseconds), words and booleans are plain; everything else is an object with a `kind`.
 */
import type { IpAddress, IpFamily } from '../../base/address.ts';
import type { BlockTable, Keyword } from '../schema/keyword-table.ts';
import type { Block, Statement, Token } from '../tree.ts';

/** An address with its prefix length; `explicit` is false when the length is the default. */
export interface PrefixValue {
  readonly kind: 'prefix';
  readonly address: IpAddress;
  readonly length: number;
  readonly explicit: boolean;
}

/** `count` addresses from `from` on. */
export interface RangeValue {
  readonly kind: 'range';
  readonly family: IpFamily;
  readonly from: IpAddress;
  readonly count: number;
}

/** A command to run, already split, with user and group as written. */
export interface ScriptValue {
  readonly kind: 'script';
  /** The command as one text, as written. */
  readonly command: string;
  readonly argv: readonly string[];
  readonly user: string | undefined;
  readonly group: string | undefined;
}

/** A named option as given. */
export interface GivenOption {
  readonly name: string;
  readonly values: readonly (Value | undefined)[];
  readonly token: Token;
  /** The named words that belong to it, for an option that has some (`encap ip id 5`). */
  readonly inner?: readonly GivenOption[];
}

/** Options of a line, in order, and the words without a name. */
export interface OptionsValue {
  readonly kind: 'options';
  readonly given: readonly GivenOption[];
  readonly positional: readonly (Value | undefined)[];
}

/** Numbers from `from` to `to`. */
export interface NumberRangeValue {
  readonly kind: 'number-range';
  readonly from: number;
  readonly to: number;
}

/** A number and, when written, its mask. */
export interface MaskedValue {
  readonly kind: 'masked';
  readonly value: number;
  readonly mask: number | undefined;
}

/** Bytes with, for each, the bits that count (255 unless a digit is a wildcard). */
export interface HexValue {
  readonly kind: 'hex';
  readonly bytes: readonly number[];
  readonly masks: readonly number[];
}

/** Several values of one type. */
export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
}

/** Any value. Addresses and words are both strings; the table says which it is. */
export type Value =
  | number
  | string
  | boolean
  | PrefixValue
  | RangeValue
  | ScriptValue
  | OptionsValue
  | NumberRangeValue
  | MaskedValue
  | HexValue
  | ListValue;

/** What reading a statement's words gave. */
export interface ArgsResult {
  readonly values: readonly (Value | undefined)[];
  /** False when a mandatory word is missing or a word is bad. */
  readonly usable: boolean;
  /** Index of the first mandatory argument without a word, or -1. */
  readonly missing: number;
  /** Index of the first word nobody read. */
  readonly next: number;
}

/** A statement whose keyword is known, with its values by position (undefined: absent or unusable). */
export interface TypedStatement {
  readonly keyword: Keyword;
  readonly statement: Statement;
  readonly values: readonly (Value | undefined)[];
  /** False when a value is bad and the keyword therefore does not count. */
  readonly usable: boolean;
  readonly block: TypedBlock | undefined;
}

/** An entry line or word of a block without keywords. */
export interface TypedEntry {
  readonly statement: Statement;
  /** First word of the entry. */
  readonly token: Token;
  readonly values: readonly (Value | undefined)[];
}

/** A block with its known statements or entries, in order. */
export interface TypedBlock {
  readonly table: BlockTable;
  readonly block: Block | undefined;
  readonly statements: readonly TypedStatement[];
  readonly entries: readonly TypedEntry[];
}
