/** What the machine of notifications is told, and what it orders. Plain data. */
import type { Duration } from '../base/time.ts';
import type { Fact } from '../facts/catalogue.ts';
import type { Config } from '../model/config.ts';
import type { FifoConfig } from '../model/notify.ts';
import type { ProgramEnd, ProgramRequest } from '../programs/program-request.ts';

/** Which FIFO of `global_defs`: that for everything, that of VRRP, that of virtual servers. */
export type FifoName = 'all' | 'vrrp' | 'lvs';

/** All of them. */
export const FIFO_NAMES: readonly FifoName[] = ['all', 'vrrp', 'lvs'];

/** A FIFO that is to be open. */
export interface OpenFifo {
  readonly name: FifoName;
  readonly fifo: FifoConfig;
  /** It was made by a predecessor of the process that is to open it, so it is removed at the end. */
  readonly isOurs: boolean;
}

/** What came of opening a FIFO. */
export interface Opened {
  readonly name: FifoName;
  /** It was made for us, now or before. */
  readonly isOurs: boolean;
  /** Why it cannot be used, in an operator's words. */
  readonly problem?: string;
}

/** What came of writing lines. */
export interface Written {
  readonly name: FifoName;
  readonly id: number;
  /** So many of the lines, from the first on. Fewer than all: the FIFO is full, or it has a problem. */
  readonly written: number;
  /** Why it cannot be used, in an operator's words. */
  readonly problem?: string;
}

/** One mail on its way. */
export interface OutgoingMail {
  readonly id: number;
  readonly server: string;
  readonly port: number;
  /** Name given to the relay. */
  readonly heloName: string;
  /** Limit for connecting, and for each answer. */
  readonly timeout: Duration;
  readonly sender: string;
  readonly recipients: readonly string[];
  /** Headers and body, lines ended by CRLF, without the lone dot. */
  readonly message: string;
}

/** A recipient that the relay does not take. */
export interface RefusedRecipient {
  readonly address: string;
  readonly reason: string;
  /** It makes no sense to try again. */
  readonly isFinal: boolean;
}

/** What came of a mail. */
export type MailResult =
  | { readonly kind: 'sent'; readonly refused: readonly RefusedRecipient[] }
  | { readonly kind: 'failed'; readonly reason: string; readonly isFinal: boolean };

/** What the machine is told. */
export type NotifyEvent =
  | { readonly type: 'configure'; readonly config: Config }
  /** Something happened; `date` as in the header of a mail. */
  | { readonly type: 'fact'; readonly fact: Fact; readonly date: string }
  /** The process that carries orders out is there, and has none; or it is gone with what it had. */
  | { readonly type: 'runner'; readonly isUp: boolean }
  | { readonly type: 'programEnded'; readonly end: ProgramEnd }
  | ({ readonly type: 'fifoOpened' } & Opened)
  | ({ readonly type: 'written' } & Written)
  | { readonly type: 'mailEnded'; readonly id: number; readonly result: MailResult }
  /** All has been put away: the last news are told, and then nothing more. */
  | { readonly type: 'stop'; readonly date: string }
  /** The time for that is over. */
  | { readonly type: 'giveUp' }
  | { readonly type: 'deadline' };

/** What the machine orders. */
export type NotifyAction =
  /** Answered by `programEnded`. */
  | { readonly type: 'run'; readonly request: ProgramRequest }
  | { readonly type: 'cancel'; readonly key: string }
  /** These FIFOs are to be open, and no others. Each is answered by `fifoOpened`, each time. */
  | { readonly type: 'fifos'; readonly fifos: readonly OpenFifo[] }
  /** Answered by `written`. */
  | {
      readonly type: 'write';
      readonly id: number;
      readonly name: FifoName;
      /** Each with its end of line. */
      readonly lines: readonly string[];
    }
  /** Answered by `mailEnded`. */
  | { readonly type: 'send'; readonly mail: OutgoingMail }
  | { readonly type: 'tell'; readonly fact: Fact };
