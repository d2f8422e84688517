/**
 * What a checker is: one row of the table in `table.ts`. A row answers every question that the rest of Tandem asks
 * about a check, so that nobody else looks at the type of a check.
 */
import type { Result } from '../base/result.ts';
import type { Duration } from '../base/time.ts';
import type { CheckCommon, CheckConfig, CheckTarget, HttpUrlConfig } from '../model/config.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { Finding } from './outcome.ts';

/** A checker for checks of the shape `C`. */
export interface Checker<C extends CheckConfig = CheckConfig> {
  /** When its server counts as up: one line for lists of keywords. */
  readonly title: string;
  /** What applies when neither the checker nor the servers around it say otherwise. */
  readonly defaults: { readonly retry: number; readonly delayBeforeRetry: Duration };
  /**
   * The check that a block of the configuration stands for; undefined when it is of no use, which the reader has
   * reported.
   */
  build(block: BlockReader, common: CheckCommon, server: CheckedServer): C | undefined;
  /** The row of each field that only this checker has: its keyword, and how a plan shows it. */
  readonly settings: OwnSettings<C>;
  /**
   * Settings of its own that may change while the check stays the same: they say when it asks, not what. All
   * others, with the type, identify a check across a reload.
   */
  readonly rhythmSettings: readonly string[];
  /** Where it connects to; undefined for a checker that connects to nothing. */
  endpoint(check: C): CheckTarget | undefined;
  /** The longest time that one attempt takes. */
  attemptTime(check: C): Duration;
  /** The checks that are made in turn, one in each period, when there is a list of them; else none. */
  turns(check: C): readonly CheckConfig[];
  /** True when the turns follow each other without a pause until the check is up. */
  hurries(check: C): boolean;
  /** What a metric says of a probe that ran out of time: `connect_timeout` where it does nothing but connect. */
  readonly timeoutReason: 'connect_timeout' | 'timeout';
  /** What one probe does: all steps, one after another, up to the first that fails. */
  steps(check: C): readonly ProbeStep[];
}

/** A block of the configuration as it was written. Of several usable lines of a keyword the last counts. */
export interface BlockReader {
  text(keyword: string): string | undefined;
  number(keyword: string): number | undefined;
  /** A word that says on or off; undefined when absent. */
  switched(keyword: string): boolean | undefined;
  /** True when the keyword is there. */
  has(keyword: string): boolean;
  /** The value at a position (from 0), of whatever kind its row in the language gives it. */
  value(keyword: string, position?: number): WrittenValue | undefined;
  /** All usable blocks of a keyword. */
  blocks(keyword: string): readonly BlockReader[];
  /**
   * Reports that this block lacks a keyword and is left out. `reason` ends the sentence "this BLOCK ...";
   * `expected` is how it may be written.
   */
  lacks(keyword: string, reason: string, expected: string): void;
}

/** A value as it was written: plain, or an object with a `kind`. The language has more kinds; no checker has them. */
export type WrittenValue =
  | number
  | string
  | boolean
  | { readonly kind: 'number-range'; readonly from: number; readonly to: number }
  /** Bytes with, for each, the bits that count. */
  | { readonly kind: 'hex'; readonly bytes: readonly number[]; readonly masks: readonly number[] }
  /** A command, split into words, with user and group as written. */
  | {
      readonly kind: 'script';
      readonly command: string;
      readonly argv: readonly string[];
      readonly user: string | undefined;
      readonly group: string | undefined;
    }
  | { readonly kind: 'list'; readonly items: readonly WrittenValue[] };

/** The real server that a check belongs to. */
export interface CheckedServer {
  /** Where to connect to, by the block and the server; undefined when that cannot work, which is reported. */
  target(): CheckTarget | undefined;
  /** The name that its pages have (`virtualhost` of the servers around). */
  readonly host: string | undefined;
}

/** Rows for all fields of a check that not every checker has. */
export type OwnSettings<C> = Readonly<Record<string, ShownSetting>> & {
  readonly [F in Exclude<keyof C, keyof CheckCommon | 'type' | 'target'>]-?: ShownSetting;
};

/** A row: the keyword, the text of a value or of an element of a list, and what makes two elements the same. */
export type ShownSetting =
  | { readonly kind: 'work'; readonly keyword: string; readonly text?: (value: never) => string }
  | {
      readonly kind: 'list';
      readonly keyword: string;
      readonly text?: (element: never) => string;
      readonly identity?: (element: never) => string;
    };

/**
 * One step of a probe: the transport of the drivers that carries it out, what it sends, and who judges the answer.
 * A new transport is a new member here and a row in the table of the drivers.
 */
export type ProbeStep = ConnectStep | ExchangeStep;

/** Connects and closes: the connection is the answer. */
export interface ConnectStep {
  readonly transport: 'connect';
  readonly target: CheckTarget;
  /** The finding once the connection stands. */
  readonly connected: Finding;
}

/** Connects, over TLS or not, sends a request and reads the answer. */
export interface ExchangeStep {
  readonly transport: 'exchange';
  readonly target: CheckTarget;
  /** Absent for plain TCP. Without a name none is sent (RFC 6066 section 3). */
  readonly tls?: { readonly serverName?: string };
  readonly request: Uint8Array;
  /** A judge for one answer. */
  judge(tools: ProbeTools): AnswerJudge;
}

/** Reads one answer as it comes and says what it is worth. */
export interface AnswerJudge {
  /** False when the beginning decides: the rest need not be received. */
  readonly needsBody: boolean;
  /** Takes bytes, of which it keeps copies only; gives the finding as soon as there is one. */
  push(bytes: Uint8Array): Finding | undefined;
  /** The connection has ended. */
  end(): Finding;
  /** Gives back what is held. Nothing is asked of it afterwards; to be called in any case. */
  close(): void;
}

/** What judges need of the host. */
export interface ProbeTools {
  /** A new MD5; undefined where the host's policy (FIPS) forbids it. */
  md5(): Digest | undefined;
  /** The pattern, compiled once for each object; the error is the end of a sentence for operators. */
  pattern(regex: RegexConfig): Result<SearchPattern, string>;
  /** UTF-8 as text; what is malformed becomes U+FFFD. */
  text(bytes: Uint8Array): string;
  /** The memory that all probes share. */
  readonly memory: ByteBudget;
}

/** A digest that is being computed. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal; to be called once. */
  hex(): string;
}

/** A regular expression as configured. */
export type RegexConfig = NonNullable<HttpUrlConfig['regex']>;

/** A regular expression that can be used. */
export interface SearchPattern {
  /** Steps for each character of the text at the very worst. */
  readonly size: number;
  /** Longest text, in characters, that `test` may be given. */
  readonly textMax: number;
  /** Whether the pattern matches anywhere in the text. */
  test(text: string): boolean;
}
