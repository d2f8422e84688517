/**
 * The logger of the supervisor, on pino: JSON lines for machines, or one readable line per event. It
 * writes without blocking (a reader that stops reading costs lines, never time) and never throws.
 * Words and levels of the lines are decided by the catalogue of facts; nothing else of the program logs.
 */
import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { type DestinationStream, destination as openDestination, pino } from 'pino';
import type { FieldValue } from '../../../core/facts/entry.ts';
import { openToAppend } from '../../../drivers/append-file.ts';
import {
  LEVEL_NUMBER,
  type LogLevel,
  renderText,
  type TextStyle,
  withoutSecrets,
} from './log-text.ts';

export type { LogLevel } from './log-text.ts';

/** Where lines go. */
export type LogTarget =
  | { readonly kind: 'stdout' }
  | { readonly kind: 'file'; readonly path: string }
  /** Any sink of our own: the system log, a test. `style` shapes the text form. */
  | { readonly kind: 'sink'; readonly style: TextStyle; readonly write: (line: string) => void };

/** What to build. */
export interface LoggerOptions {
  readonly format: 'text' | 'json';
  /** Least severe level that is written. */
  readonly level: LogLevel;
  /** Standard output when absent. */
  readonly target?: LogTarget;
}

/** One event. */
export interface LogLine {
  /** Stable identity of this kind of line, for machines: `vrrp.transition`. */
  readonly id: string;
  /** Process the event belongs to: `main`, `vrrp`, `checker`. */
  readonly component: string;
  readonly message: string;
  /** When it happened, in milliseconds since the epoch; now when absent. */
  readonly timeMs?: number;
  /** Named values behind the message; the JSON form carries them. */
  readonly fields?: Readonly<Record<string, LogField>>;
}

/** A value of a field. */
export type LogField = FieldValue;

/** A place for lines. */
export interface Logger {
  log(level: LogLevel, line: LogLine): void;
  /** Whether lines of this level are written at all. */
  enabled(level: LogLevel): boolean;
  /** Loads what writes the lines, for a logger that is loaded late: until then they wait. */
  open?(): void;
  /** Writes what is buffered and ends; a second call does nothing. */
  close(): Promise<void>;
}

/** Names of fields whose values never reach a line, at the top and one level down. */
const SECRET_FIELDS: readonly string[] = ['secret', 'password', 'authPass', 'auth_pass', 'key'];

/** Bytes kept for a reader that does not read; what comes on top is dropped. */
const BUFFER_BYTES_MAX: number = 4 * 1024 * 1024;

const STDOUT = 1;

/** How long `close` waits for such a reader. */
const CLOSE_WAIT_MS = 500;

/** Builds a logger. Throws only when a log file cannot be opened (the error of `openToAppend`). */
export function createLogger(options: LoggerOptions): Logger {
  const target = options.target ?? { kind: 'stdout' };
  const output = openOutput(target);
  const style = styleOf(target);
  const stream: DestinationStream =
    options.format === 'json' ? output : { write: (json) => output.write(textOf(json, style)) };
  /** Of the line that is being written. */
  let timeMs: number | undefined;
  const log = pino(
    {
      level: options.level,
      customLevels: LEVEL_NUMBER,
      useOnlyCustomLevels: true,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date(timeMs ?? Date.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [...SECRET_FIELDS, ...SECRET_FIELDS.map((name) => `*.${name}`)],
        censor: '[secret]',
      },
    },
    stream,
  );
  return {
    log: (level, line) => {
      const { id, component, fields } = line;
      timeMs = line.timeMs;
      log[level]({ id, component, ...fields }, withoutSecrets(line.message));
    },
    enabled: (level) => log.isLevelEnabled(level),
    close: () => output.close(),
  };
}

interface Output extends DestinationStream {
  close(): Promise<void>;
}

function openOutput(target: LogTarget): Output {
  if (target.kind === 'sink') {
    return { write: target.write, close: () => Promise.resolve() };
  }
  // Opened here, because the destination would only tell later, as an event, that it could not.
  const fd = target.kind === 'file' ? openToAppend(target.path) : STDOUT;
  const sonic = openDestination({ dest: fd, sync: false, maxLength: BUFFER_BYTES_MAX });
  // A closed pipe or a full disk: there is no better place to report it, and nothing may stop for it.
  sonic.on('error', () => undefined);
  let closed: Promise<void> | undefined;
  return {
    write: (line) => {
      if (closed === undefined) sonic.write(line);
    },
    close: () => {
      closed ??= new Promise((resolve) => {
        const limit = setTimeout(() => {
          // It would go on trying to write to a full disk for ever, and keep the process.
          sonic.destroy();
          resolve();
        }, CLOSE_WAIT_MS);
        sonic.once('close', () => {
          clearTimeout(limit);
          resolve();
        });
        sonic.end();
      });
      return closed;
    },
  };
}

function styleOf(target: LogTarget): TextStyle {
  if (target.kind === 'sink') return target.style;
  if (target.kind === 'file') return 'plain';
  return standardOutputStyle();
}

/** journald reads our standard output when JOURNAL_STREAM names its device and inode (systemd.exec). */
function standardOutputStyle(): TextStyle {
  const { JOURNAL_STREAM: journal } = process.env;
  if (journal !== undefined) {
    const { dev, ino } = fstatSync(STDOUT);
    if (journal === `${dev}:${ino}`) return 'journal';
  }
  return isatty(STDOUT) ? 'terminal' : 'plain';
}

function textOf(json: string, style: TextStyle): string {
  const record = JSON.parse(json) as {
    level: LogLevel;
    component: string;
    message: string;
    time: string;
  };
  return renderText({ ...record, timeMs: Date.parse(record.time) }, style);
}
