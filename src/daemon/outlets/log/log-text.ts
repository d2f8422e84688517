/**
 * One log record as one line of text, for people: with a priority prefix for journald, with colours on
 * a terminal, with a full time stamp elsewhere. Pure text work; nothing here writes.
 */

import { visible } from '../../../core/base/visible.ts';
import type { Level } from '../../../core/facts/entry.ts';

/** Severities from worst to least (`notice` is a change of state). */
export type LogLevel = Level;

/** The syslog priority of each level (RFC 5424 section 6.2.1), also journald's `<N>` prefix. */
export const SYSLOG_PRIORITY: Readonly<Record<LogLevel, number>> = {
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
};

/** Numbers of the levels for pino; only their order matters. */
export const LEVEL_NUMBER: Readonly<Record<LogLevel, number>> = {
  error: 50,
  warning: 40,
  notice: 35,
  info: 30,
  debug: 20,
};

/** Where the text goes, which decides what surrounds the message. */
export type TextStyle = 'journal' | 'terminal' | 'plain';

/** The parts of a record that the text form shows. */
export interface TextRecord {
  readonly level: LogLevel;
  readonly component: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
}

const COLOR: Readonly<Record<LogLevel, string>> = {
  error: '\u001b[31m',
  warning: '\u001b[33m',
  notice: '\u001b[36m',
  info: '',
  debug: '\u001b[2m',
};
const RESET = '\u001b[0m';

/** Longest message in characters: journald splits lines at 48 KiB, and nobody reads more than this. */
export const MESSAGE_CHARACTERS_MAX = 4096;

/** The record as one line with its line feed. */
export function renderText(record: TextRecord, style: TextStyle): string {
  const message = singleLine(record.message);
  if (style === 'journal') {
    return `<${SYSLOG_PRIORITY[record.level]}>${record.component}: ${message}\n`;
  }
  const stamp = new Date(record.timeMs).toISOString();
  if (style === 'plain') {
    return `${stamp} ${record.level.padEnd(7)} ${record.component}: ${message}\n`;
  }
  const color = COLOR[record.level];
  const level = color === '' ? record.level.padEnd(7) : `${color}${record.level.padEnd(7)}${RESET}`;
  return `${localTime(record.timeMs)} ${level} ${record.component.padEnd(7)} ${message}\n`;
}

/** The text with control characters made visible and cut at the limit: one event stays one line. */
export function singleLine(text: string): string {
  const cut =
    text.length > MESSAGE_CHARACTERS_MAX ? `${text.slice(0, MESSAGE_CHARACTERS_MAX)}...` : text;
  return visible(cut.replaceAll('\n', ' | ')).replaceAll('\t', '\\x09');
}

/** What stands behind a word, as the configuration language and shells write it. */
const VALUE = `("[^"]*"|'[^']*'|\\S+)`;
/** Words of the language that nobody uses in a sentence. */
const SECRET_WORD = new RegExp(
  `\\b(auth_pass|auth_key|smtp_password)(\\s*[=:]\\s*|\\s+)${VALUE}`,
  'gi',
);
/** Words that sentences have as well ("a key of 12 bytes"): there only where a statement begins. */
const SECRET_STATEMENT = new RegExp(
  `((?:^|[\\n|{};"'\`])[ \\t]*(?:key[ \\t]+\\d{1,3}|key|password|passphrase|secret))([ \\t]*[=:][ \\t]*|[ \\t]+)${VALUE}`,
  'g',
);
/** Or where something is assigned to them. */
const SECRET_ASSIGNED = new RegExp(`\\b(key|password|passphrase|secret)(=)${VALUE}`, 'gi');

/** The text without values of secret words, in case a message quotes a line of the configuration. Other words stay, though they stand behind "key". */
export function withoutSecrets(text: string): string {
  return [SECRET_WORD, SECRET_STATEMENT, SECRET_ASSIGNED].reduce(
    (shown, pattern) => shown.replace(pattern, '$1$2[secret]'),
    text,
  );
}

function localTime(timeMs: number): string {
  const time = new Date(timeMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}
