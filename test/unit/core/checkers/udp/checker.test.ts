/** UDP_CHECK: its bytes and its verdicts, as measured on keepalived 2.4.3. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../../../src/core/base/bytes.ts';
import { seconds } from '../../../../../src/core/base/time.ts';
import type { UdpCheckConfig } from '../../../../../src/core/model/config.ts';
import { udpCheck } from '../../../../support/builders/check.ts';
import { parse } from '../../../../support/parse-text.ts';
import { attemptOf, taken } from '../attempt.ts';

function written(lines: string): UdpCheckConfig | undefined {
  const text = `virtual_server 10.0.0.1 53 {\nprotocol UDP\nlvs_sched rr\nlvs_method NAT\nreal_server 10.0.1.1 53 {\nUDP_CHECK {\n${lines}\n}\n}\n}\n`;
  const [check] = parse(text).config?.virtualServers[0]?.realServers[0]?.checks ?? [];
  return check?.type === 'UDP_CHECK' ? check : undefined;
}

function sent(lines: string): string {
  const check = written(lines);
  return check === undefined ? '' : toHex(attemptOf(check).request);
}

describe('what UDP_CHECK sends', () => {
  it('is 32 bytes of text by default', () => {
    expect(sent('')).toBe('6b656570616c6976656420636865636b202d206b656570616c69766564206368');
  });

  it('is what payload says; a digit alone is a byte', () => {
    expect(sent('payload Ab12f 3 456')).toBe('ab120f034506');
    expect(sent('payload Ab12f 3 456 546443123')).toBe('ab120f03450654644312' + '03');
  });

  it('leaves wildcards to the reply', () => {
    expect(written('require_reply x1 2x')).toMatchObject({ reply: 'x12x' });
    expect(written('require_reply')).toMatchObject({ reply: '' });
    expect(written('')).not.toHaveProperty('reply');
  });
});

const ECHO = '00'.repeat(4);

describe('what UDP_CHECK makes of a reply', () => {
  it.each<[string, Partial<UdpCheckConfig>, string, string]>([
    ['any, none required', {}, ECHO, 'ok'],
    ['any, as long as it likes, none required', {}, '00'.repeat(304), 'ok'],
    ['echo, word only', { reply: '' }, ECHO, 'ok'],
    ['empty, word only', { reply: '' }, '', 'ok'],
    ['304 bytes, word only', { reply: '' }, '00'.repeat(304), 'ok'],
    ['the bytes that are required', { reply: '01020304' }, '01020304', 'ok'],
    ['another first byte, high digit free', { reply: 'x1020304' }, 'ff020304', 'bad-content'],
    ['the free digit', { reply: 'x12x' }, 'f12f', 'ok'],
    ['the low digit', { reply: 'x12x' }, 'f22f', 'bad-content'],
    ['1 byte of 4', { reply: '01020304' }, '01', 'ok'],
    ['empty', { reply: '01020304' }, '', 'ok'],
    ['4 bytes of 5', { reply: '0102030405' }, '01020304', 'ok'],
    ['254 bytes', { reply: '01020304' }, `01020304${'00'.repeat(250)}`, 'ok'],
    ['255 bytes', { reply: '01020304' }, `01020304${'00'.repeat(251)}`, 'ok'],
    ['256 bytes', { reply: '01020304' }, `01020304${'00'.repeat(252)}`, 'too-large'],
    [
      '304 bytes, 400 allowed',
      { reply: '01020304', maxReplyLength: 400 },
      `01020304${'00'.repeat(300)}`,
      'ok',
    ],
    ['4 bytes, 5 required', { reply: '01020304', minReplyLength: 5 }, '01020304', 'bad-content'],
  ])('%s', (_what, change, bytes, outcome) => {
    expect(taken(udpCheck(change), bytes)?.outcome).toBe(outcome);
  });

  it('calls silence a success unless a reply is required', () => {
    const { target } = udpCheck();
    const within2s = { target: { ...target, connectTimeout: seconds(2) } };
    expect(attemptOf(udpCheck(within2s)).silence).toEqual({
      outcome: 'ok',
      detail: 'nothing was refused within 2 s',
    });
    expect(attemptOf(udpCheck({ ...within2s, reply: '' })).silence).toEqual({
      outcome: 'timeout',
      detail: 'no reply within 2 s',
    });
  });
});
