/** What is to be told: one piece of news, and all the ways in which it goes out. */
import type { CommandConfig } from '../model/command.ts';

/** What a piece of news is about. Names are those of keepalived's mails and lines. */
export interface Subject {
  readonly kind: 'instance' | 'group' | 'server' | 'service' | 'order';
  /** Unique among those of its kind. */
  readonly name: string;
}

/** What an operator has ordered for a real server, or has come of it, in the form of a state. */
export type OrderWord = 'DRAIN' | 'DRAINED' | 'MAINTENANCE' | 'WEIGHT' | 'ENABLE';

/**
 * Words for states, as scripts and FIFOs get them. The last three of VRRP are no states: they are told, but never take the
 * place of one.
 */
export type StateWord =
  | 'MASTER'
  | 'BACKUP'
  | 'FAULT'
  | 'STOP'
  | 'DELETED'
  | 'UP'
  | 'DOWN'
  | OrderWord
  | 'MASTER_RX_LOWER_PRI'
  | 'MASTER_PRIORITY'
  | 'BACKUP_PRIORITY';

/** A program that is to be told. */
export interface ScriptCall {
  /** The keyword that names it. */
  readonly keyword: string;
  /**
   * Scripts of one subject and one turn run one after another, and the newest takes the place of one that waits: those
   * for a state, the one for every state, and the one for what was heard.
   */
  readonly turn: 'specific' | 'generic' | 'heard';
  readonly command: CommandConfig;
  /** Behind the arguments of the command. */
  readonly more: readonly string[];
}

/** A line for the FIFOs, without its end. */
export interface FifoLine {
  readonly side: 'vrrp' | 'lvs';
  readonly text: string;
}

/** A mail, without what is the same for all of them. */
export interface Letter {
  /** Behind the name of the director. */
  readonly subject: string;
  /** Between the two arrows. */
  readonly body: string;
}

/** One piece of news. */
export interface News {
  readonly subject: Subject;
  readonly state: StateWord;
  readonly scripts: readonly ScriptCall[];
  readonly line?: FifoLine;
  readonly letter?: Letter;
}

/** What makes two pieces of news about the same thing: of several that wait, the newest counts. */
export function subjectKey({ kind, name }: Subject): string {
  return `${kind} ${name}`;
}

/** The subject as the log names it: `group G`. */
export function subjectText({ kind, name }: Subject): string {
  const words = {
    instance: 'instance',
    group: 'group',
    server: 'real server',
    service: 'virtual server',
    order: 'order for real server',
  };
  return `${words[kind]} ${name}`;
}
