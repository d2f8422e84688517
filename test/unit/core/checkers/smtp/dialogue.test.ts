/** Conversations of SMTP_CHECK, as measured on keepalived 2.4.3. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../../src/core/base/time.ts';
import type { Finding } from '../../../../../src/core/checkers/outcome.ts';
import { SmtpDialogue } from '../../../../../src/core/checkers/smtp/dialogue.ts';
import { checkerOf } from '../../../../../src/core/checkers/table.ts';
import type { SmtpCheckConfig } from '../../../../../src/core/model/config.ts';
import { parse } from '../../../../support/parse-text.ts';

interface Course {
  readonly said: string;
  readonly finding: Finding;
}

/** What is said and found when the server sends these pieces and then ends the connection. */
function talk(...pieces: readonly string[]): Course {
  let said = '';
  const dialogue = new SmtpDialogue('lb.example.org', (bytes) => {
    said += Buffer.from(bytes).toString('latin1');
  });
  for (const piece of pieces) {
    const finding = dialogue.push(Buffer.from(piece, 'latin1'));
    if (finding !== undefined) return { said, finding };
  }
  return { said, finding: dialogue.end() };
}

const HELO = 'HELO lb.example.org\r\n';
const QUIT = 'QUIT\r\n';

describe('SMTP_CHECK', () => {
  it('greets and takes its leave', () => {
    expect(talk('220 hi\r\n', '250 ok\r\n', '221 bye\r\n')).toEqual({
      said: HELO + QUIT,
      finding: { outcome: 'ok', detail: 'greeting and HELO answered' },
    });
  });

  it.each<[string, readonly string[]]>([
    ['a greeting that ends with LF only', ['220 x\n', '250 ok\r\n', '221 bye\r\n']],
    ['a greeting in two pieces', ['220 ', 'rest\r\n', '250 ok\r\n', '221 bye\r\n']],
    [
      'greeting and more in one piece, which is passed over',
      ['220 x\r\n250 early\r\n', '250 ok\r\n', '221 bye\r\n'],
    ],
    ['a code with LF right behind it', ['220\n', '250\n', '221\n']],
    ['QUIT answered with an error', ['220 x\r\n', '250 ok\r\n', '500 what\r\n']],
  ])('takes %s', (_what, pieces) => {
    expect(talk(...pieces).finding.outcome).toBe('ok');
  });

  it.each<[string, readonly string[], Partial<Finding>, string]>([
    [
      'a greeting of several lines',
      ['220-a\r\n220 b\r\n'],
      { outcome: 'bad-response', detail: 'greeting: a reply of several lines' },
      '',
    ],
    ['no blank behind the code', ['220\r\n'], { outcome: 'bad-response' }, ''],
    ['a tab behind the code', ['220\tx\r\n'], { outcome: 'bad-response' }, ''],
    [
      'another code',
      ['554 no\r\n'],
      { outcome: 'bad-status', detail: 'greeting: code 554, expected 220' },
      '',
    ],
    ['no code', ['hello\r\n'], { outcome: 'bad-response', detail: 'greeting: no reply code' }, ''],
    ['a line too long', [`220 ${'x'.repeat(600)}\r\n`], { outcome: 'too-large' }, ''],
    ['a line that never ends', Array(600).fill('2'), { outcome: 'too-large' }, ''],
    [
      'a bad answer to HELO',
      ['220 x\r\n', '500 no\r\n'],
      { outcome: 'bad-status', detail: 'answer to HELO: code 500, expected 250' },
      HELO,
    ],
    [
      'an answer of several lines to HELO',
      ['220 x\r\n', '250-a\r\n250 b\r\n'],
      { outcome: 'bad-response' },
      HELO,
    ],
    [
      'an end before the greeting',
      [],
      { outcome: 'closed', detail: 'closed before the greeting' },
      '',
    ],
    [
      'an end without an answer to QUIT',
      ['220 x\r\n', '250 ok\r\n'],
      { outcome: 'closed', detail: 'closed before the answer to QUIT' },
      HELO + QUIT,
    ],
  ])('does not take %s', (_what, pieces, finding, said) => {
    const course = talk(...pieces);
    expect(course.finding).toMatchObject(finding);
    expect(course.said).toBe(said);
  });

  it('comes to an end whatever is sent', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (pieces) => {
        expect(talk(...pieces).finding.detail).not.toBe('');
      }),
    );
  });
});

function written(lines: string): SmtpCheckConfig | undefined {
  const text = `virtual_server 10.0.0.1 25 {\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\nconnect_timeout 4\nreal_server 10.0.1.1 2525 {\nSMTP_CHECK {\n${lines}\n}\n}\n}\n`;
  const [check] = parse(text).config?.virtualServers[0]?.realServers[0]?.checks ?? [];
  return check?.type === 'SMTP_CHECK' ? check : undefined;
}

describe('the block of SMTP_CHECK', () => {
  it('asks the server at its own port, under keepalived’s name', () => {
    expect(written('')).toMatchObject({
      target: { address: '10.0.1.1', port: 2525, connectTimeout: seconds(4) },
      others: [],
      heloName: 'smtpchecker.keepalived.org',
    });
    expect(written('helo_name xx')).toMatchObject({ heloName: 'xx' });
  });

  it('asks each host instead, with the words of its block', () => {
    const check = written(
      'connect_timeout 3\nhost {\nconnect_ip 10.0.1.2\n}\nhost {\nconnect_ip 10.0.1.3\nconnect_port 25\n}\nhost {\nconnect_port 2526\nconnect_timeout 1\n}',
    );
    expect(check && checkerOf(check).endpoints(check)).toEqual([
      { address: '10.0.1.2', port: 2525, connectTimeout: seconds(3) },
      { address: '10.0.1.3', port: 25, connectTimeout: seconds(3) },
      { address: '10.0.1.1', port: 2526, connectTimeout: seconds(1) },
    ]);
    expect(check && checkerOf(check).steps(check)).toHaveLength(3);
    expect(check && checkerOf(check).attemptTime(check)).toBe(seconds(7));
  });
});
