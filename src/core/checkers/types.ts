/**
 * What a checker is: one row of the table in `table.ts`. A row answers every question that the rest of Tandem asks
 * about a check, so that nobody else looks at the type of a check.
 */
import type { Result } from '../base/result.ts';
import type { Duration } from '../base/time.ts';
import type { CommandConfig } from '../model/command.ts';
import type {
  CheckCommon,
  CheckConfig,
  CheckTarget,
  HttpUrlConfig,
  TlsClientConfig,
} from '../model/config.ts';
import type { ProgramOutcome } from '../model/program-outcome.ts';
import type { TrackedKind, TrackerFact } from '../model/tracker-fact.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { Finding } from './outcome.ts';

/** A checker for checks of the shape `C`. */
export interface Checker<C extends CheckConfig = CheckConfig> {
  /** When its server counts as up: one line for lists of keywords. */
  readonly title: string;
  /** What applies when neither the checker nor the servers around it say otherwise. */
  readonly defaults: {
    readonly retry: number;
    /** Absent: the delay_loop of the checker. */
    readonly delayBeforeRetry?: Duration;
  };
  /** The first failure after the start is forgiven like later ones; with other checkers it counts at once. */
  readonly forgivesAtStart?: true;
  /** While its server is down it makes `retry` + 1 attempts in each period; other checkers make one. */
  readonly retriesWhileDown?: true;
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
  /** Where it connects to, each in turn; none for a checker that connects to nothing. */
  endpoints(check: C): readonly CheckTarget[];
  /** False when ports mean nothing to it. */
  readonly usesPorts: boolean;
  /** The longest time that one attempt takes. */
  attemptTime(check: C): Duration;
  /** The checks that are made in turn, one in each period, when there is a list of them; else none. */
  turns(check: C): readonly CheckConfig[];
  /** True when the turns follow each other without a pause until the check is up. */
  hurries(check: C): boolean;
  /** What a metric says of a probe that ran out of time: `connect_timeout` where it does nothing but connect. */
  readonly timeoutReason: 'connect_timeout' | 'timeout';
  /** True for a check whose probe is a success when nothing comes back; absent: silence is a failure. */
  takesSilence?(check: C): boolean;
  /** The pause until the next probe counts from the start of the last; with other checkers from its end. */
  readonly pausesFromStart?: true;
  /** What a check goes by that asks nobody: it has no steps, and each new fact is a result. */
  tracks?(check: C): TrackedBy;
  /** What one probe does: all steps, one after another, up to the first that fails. */
  steps(check: C): readonly ProbeStep[];
}

/** A fact that is tracked by another process, and what it says about the server. */
export interface TrackedBy {
  readonly kind: TrackedKind;
  readonly name: string;
  judge(fact: TrackerFact): Finding | undefined;
}

/** A block of the configuration as it was written. Of several usable lines of a keyword the last counts. */
export interface BlockReader {
  /** A word, the first by default. */
  text(keyword: string, position?: number): string | undefined;
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
  /**
   * Reports something about the word behind a keyword that is there, by a code of the language. `exit` 0 says that
   * keepalived has nothing against it.
   */
  report(
    code: 'invalid-value' | 'keepalived-rejects' | 'no-effect',
    keyword: string,
    message: string,
    more?: { readonly expected?: string; readonly exit?: 0 },
  ): void;
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
  /**
   * Where to connect to, by the block of the check, or one `within` it, and the server; undefined when that cannot
   * work, which is reported.
   */
  target(within?: BlockReader): CheckTarget | undefined;
  /** The name that its pages have (`virtualhost` of the servers around). */
  readonly host: string | undefined;
  /** The `delay_loop` of the virtual server. */
  readonly delayLoop: Duration;
  /** The command of the check and who it runs as; undefined when it cannot be run, which is reported. */
  command(): CommandConfig | undefined;
  /** The `track_file` that the check names, with its weight; undefined when there is none, which is reported. */
  trackedFile(): TrackedFileRef | undefined;
  /** The name of the `bfd_instance` that the check follows; undefined when there is none, which is reported. */
  session(): string | undefined;
  /** The `SSL` block of the configuration; one object for all checks. */
  readonly tlsClient: TlsClientConfig | undefined;
}

/** A tracked file as a check sees it. */
export interface TrackedFileRef {
  readonly name: string;
  readonly weight: number;
  readonly isReversed: boolean;
}

/** Rows for all fields of a check that not every checker has. */
export type OwnSettings<C> = Readonly<Record<string, ShownSetting>> & {
  readonly [F in Exclude<keyof C, keyof CheckCommon | 'type' | 'target'>]-?: ShownSetting;
};

/** A row: the keyword, the text of a value or of an element of a list, and what makes two elements the same. */
export type ShownSetting =
  | {
      readonly kind: 'work';
      /** Empty where another block or checker has it; then `shown` names it. */
      readonly keyword: string;
      readonly shown?: string;
      readonly text?: (value: never) => string;
    }
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
export type ProbeStep = ConnectStep | ExchangeStep | DialogueStep | DatagramStep | ProgramStep;

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
  /** Absent for plain TCP. */
  readonly tls?: TlsOptions;
  readonly request: Uint8Array;
  /** A judge for one answer. */
  judge(tools: ProbeTools): AnswerJudge;
}

/** How an exchange over TLS is made. */
export interface TlsOptions {
  /** Without a name none is sent (RFC 6066 section 3). */
  readonly serverName?: string;
  /** Our side ends with an alert of TLS before the connection is closed. */
  readonly closesWithAlert: boolean;
  /** What we show to a server that asks for a certificate. */
  readonly client?: TlsClientConfig;
}

/** A conversation over TCP: what the server sends and what it is told take turns. */
export interface DialogueStep {
  readonly transport: 'dialogue';
  readonly target: CheckTarget;
  /** The client's part of one conversation; `say` sends bytes. */
  talk(say: (bytes: Uint8Array) => void): AnswerJudge;
}

/** Sends one datagram from a socket of its own and takes what the target sends back within its time-out. */
export interface DatagramStep {
  readonly transport: 'datagram';
  readonly target: CheckTarget;
  /** `icmp` is ICMP or ICMPv6, by the family of the target; ports mean nothing then. */
  readonly protocol: 'udp' | 'icmp';
  /** How many bytes of a datagram the attempt looks at; the rest is not kept. */
  readonly looksAt: number;
  /** A new attempt. */
  ask(tools: ProbeTools): DatagramAttempt;
}

/** Runs a program once. */
export interface ProgramStep {
  readonly transport: 'program';
  readonly command: CommandConfig;
  readonly timeLimit: Duration;
  /** What its end says. */
  judge(outcome: ProgramOutcome): Finding;
}

/** One datagram that is sent, and what is made of those that come back. */
export interface DatagramAttempt {
  readonly request: Uint8Array;
  /**
   * The finding for a datagram of the target; undefined for one that is not the answer and is passed over. `bytes` is
   * its beginning, a view that holds during the call; `length` is its whole length.
   */
  take(bytes: Uint8Array, length: number): Finding | undefined;
  /** The finding when no answer has come in time. */
  readonly silence: Finding;
}

/** Reads one answer as it comes and says what it is worth. */
export interface AnswerJudge {
  /** False when the beginning decides: the rest need not be received. */
  readonly needsBody: boolean;
  /** What is waited for, as in "no greeting within 2 s"; absent: a complete answer. */
  readonly awaited?: string;
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
  /** A random number, 0..65535: an answer can be told from that to another question. */
  random16(): number;
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
  /** Whether a match begins in the text at a character from `from` to `to`; anywhere when they are absent. */
  test(text: string, from?: number, to?: number): boolean;
}
