/** Files that are no text are one finding; odd texts are read. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../../src/core/language/parse-config.ts';
import { loaderOf, parse } from '../../../support/parse-text.ts';

const TEXT = 'global_defs {\n  router_id lb01\n}\n';
/** Each byte value in a mixed order, as in compressed data. */
const MIXED = Buffer.from(Uint8Array.from({ length: 4096 }, (_, at) => (at * 167 + 13) % 256));

const read = (bytes: Buffer) =>
  parseConfig({ file: '/m.conf', loader: loaderOf({ '/m.conf': bytes.toString('utf8') }) });

describe('a file that is no text', () => {
  test.each([
    ['compressed data', MIXED],
    ['text in UTF-16', Buffer.from(TEXT, 'utf16le')],
    ['a program', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(300), MIXED])],
  ])('%s is one finding', (_, bytes) => {
    const { diagnostics, verdict } = read(bytes);
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['file-not-read', 'the configuration file "/m.conf" is not a text file'],
    ]);
    expect(verdict.refused).toBe(true);
  });

  test('is one finding as an include, too', () => {
    const { diagnostics } = parse('include /b\n', { files: { '/b': MIXED.toString('utf8') } });
    const found = diagnostics.filter(({ message }) => message.includes('"/b" is not a text file'));
    expect(found).toHaveLength(1);
    expect(diagnostics.filter(({ code }) => code === 'unknown-keyword')).toEqual([]);
  });
});

test.each([
  [
    'in an old character set',
    Buffer.from(`# ${'\u00e4\u00f6\u00fc'.repeat(200)}\n${TEXT}`, 'latin1'),
  ],
  ['with colours', Buffer.from(TEXT.replaceAll('router', '\u001b[31mrouter\u001b[0m').repeat(2))],
  ['with a stray control character', Buffer.from(`${TEXT}\u0000\n`)],
])('a text %s is read', (_, bytes) => {
  expect(read(bytes).diagnostics.map(({ code }) => code)).not.toContain('file-not-read');
});
