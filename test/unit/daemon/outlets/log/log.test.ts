/** The logger's two forms, levels, secrets, and the text of lines. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createLogger,
  type LoggerOptions,
  type LogLine,
} from '../../../../../src/daemon/outlets/log/log.ts';
import {
  MESSAGE_CHARACTERS_MAX,
  renderText,
  singleLine,
  type TextStyle,
  withoutSecrets,
} from '../../../../../src/daemon/outlets/log/log-text.ts';

const LINE: LogLine = { id: 'x.y', component: 'vrrp', message: 'VI_1: up', fields: { n: 1 } };

function collect(options: Partial<LoggerOptions> & { readonly style?: TextStyle }): {
  lines: string[];
  logger: ReturnType<typeof createLogger>;
} {
  const lines: string[] = [];
  const logger = createLogger({
    format: options.format ?? 'text',
    level: options.level ?? 'debug',
    target: {
      kind: 'sink',
      style: options.style ?? 'plain',
      write: (line) => {
        lines.push(line);
      },
    },
  });
  return { lines, logger };
}

describe('Logger', () => {
  test('writes JSON with id, level name, component, fields and time', () => {
    const { lines, logger } = collect({ format: 'json' });
    logger.log('notice', LINE);
    const record: unknown = JSON.parse(lines[0] ?? '');
    expect(record).toMatchObject({
      id: 'x.y',
      level: 'notice',
      component: 'vrrp',
      message: 'VI_1: up',
      n: 1,
    });
    expect(record).toHaveProperty('time', expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/));
  });

  test('writes the time at which it happened, where the line tells it', () => {
    const { lines, logger } = collect({ format: 'json' });
    logger.log('notice', { ...LINE, timeMs: 1_700_000_000_000 });
    logger.log('notice', LINE);
    expect(lines[0]).toContain('"time":"2023-11-14T22:13:20.000Z"');
    expect(lines[1]).not.toContain('2023');
  });

  test('prefixes the syslog priority for journald and leaves the time to it', () => {
    const { lines, logger } = collect({ style: 'journal' });
    for (const level of ['error', 'warning', 'notice', 'info', 'debug'] as const) {
      logger.log(level, LINE);
    }
    expect(lines).toEqual([3, 4, 5, 6, 7].map((priority) => `<${priority}>vrrp: VI_1: up\n`));
  });

  test('writes time, level and component where nobody else adds them', () => {
    const { lines, logger } = collect({ style: 'plain' });
    logger.log('warning', LINE);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning vrrp: VI_1: up\n$/);
  });

  test('leaves out what is less severe than its level', () => {
    const { lines, logger } = collect({ level: 'notice' });
    logger.log('info', LINE);
    logger.log('notice', LINE);
    expect(lines).toHaveLength(1);
    expect(logger.enabled('info')).toBe(false);
    expect(logger.enabled('warning')).toBe(true);
  });

  test('never writes the value of a field that is named like a secret', () => {
    const { lines, logger } = collect({ format: 'json' });
    logger.log('info', { ...LINE, fields: { secret: 'hunter2', auth_pass: 'hunter2' } });
    expect(lines.join('')).not.toContain('hunter2');
  });

  test('never writes a secret that a message quotes', () => {
    const { lines, logger } = collect({});
    logger.log('info', { ...LINE, message: 'a.conf:3: unknown word in "auth_pass hunter2"' });
    expect(lines.join('')).not.toContain('hunter2');
  });

  test('writes to a file and has everything in it when closed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tandem-log-'));
    try {
      const path = join(directory, 'log');
      const logger = createLogger({
        format: 'text',
        level: 'info',
        target: { kind: 'file', path },
      });
      for (let i = 0; i < 100; i++) logger.log('info', { ...LINE, message: `line ${i}` });
      await logger.close();
      await logger.close();
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
      expect(lines).toHaveLength(100);
      expect(lines[99]).toContain('line 99');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('Text of a line', () => {
  test('stays one line whatever the message holds', () => {
    expect(singleLine('a\nb\tc\u0000d\u001b[31m')).toBe('a | b\\x09c\\x00d\\x1b[31m');
  });

  test('is cut at the limit', () => {
    expect(singleLine('x'.repeat(MESSAGE_CHARACTERS_MAX + 1))).toHaveLength(
      MESSAGE_CHARACTERS_MAX + 3,
    );
  });

  test.each([
    ['auth_pass 1111', 'auth_pass [secret]'],
    ['authentication { auth_pass "a b c" }', 'authentication { auth_pass [secret] }'],
    ['password = x', 'password = [secret]'],
    ['keyboard 7', 'keyboard 7'],
    ['key 1 "a long one"', 'key 1 [secret]'],
    ['auth_hmac {\n  key 1 hex:00ff\n}', 'auth_hmac {\n  key 1 [secret]\n}'],
    ['"password x1" is not a keyword', '"password [secret] is not a keyword'],
    ['it was called with --password=x1', 'it was called with --password=[secret]'],
  ])('hides the secret in %j', (text, expected) => {
    expect(withoutSecrets(text)).toBe(expected);
  });

  test.each([
    'dropped an advertisement that is signed with a key that is not known here',
    'PASS on both sides, with another secret (and 3084 more since)',
    'heartbeat "b" has a key of 12 bytes and is ignored, expected: 32 to 64 bytes',
    'web: the password was refused',
    'the key "lb01" comes twice in one map',
    'Set the same `auth_pass` on all routers.',
  ])('leaves a sentence alone: %j', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });

  test('has colours on a terminal only', () => {
    const record = { level: 'error', component: 'main', message: 'x', timeMs: 0 } as const;
    expect(renderText(record, 'terminal')).toContain('\u001b[31m');
    expect(renderText(record, 'plain')).not.toContain('\u001b');
  });
});
