/** SMTP_CHECK against real sockets on loopback. */
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../../../src/core/base/time.ts';
import { smtpCheck } from '../../../support/builders/check.ts';
import { closedPort, eventually, listen, probe, target } from '../../../support/probing.ts';

/** A mail server that answers each line with the next of these; undefined = not at all. */
function answering(...answers: readonly (string | undefined)[]): (socket: Socket) => void {
  return (socket) => {
    let next = 0;
    const say = (): void => {
      const answer = answers[next++];
      if (answer !== undefined) socket.write(answer);
    };
    say();
    socket.on('data', say);
    socket.on('end', () => socket.end());
  };
}

const GOOD = ['220 mx ESMTP\r\n', '250 mx\r\n', '221 bye\r\n'] as const;
const soon = { connectTimeout: milliseconds(150) };

describe('SMTP_CHECK', () => {
  it('speaks with a mail server, and closes', async () => {
    let said = '';
    let ended = false;
    const port = await listen((socket) => {
      socket.on('data', (data) => {
        said += String(data);
      });
      socket.on('end', () => {
        ended = true;
      });
      answering(...GOOD)(socket);
    });
    const result = await probe(smtpCheck({ target: target(port) }));
    expect(result).toMatchObject({ outcome: 'ok', detail: 'greeting and HELO answered' });
    await eventually(() => ended).toBe(true);
    expect(said).toBe('HELO lb.example.org\r\nQUIT\r\n');
  });

  it.each([
    ['greeting', []],
    ['answer to HELO', GOOD.slice(0, 1)],
    ['answer to QUIT', GOOD.slice(0, 2)],
  ])('waits for the %s no longer than its time-out', async (what, answers) => {
    const port = await listen(answering(...answers));
    const result = await probe(smtpCheck({ target: target(port, soon) }));
    expect(result).toMatchObject({ outcome: 'timeout', detail: `no ${what} within 0.15 s` });
    expect(result.elapsed).toBeGreaterThanOrEqual(150_000);
  });

  it('ends a greeting that comes byte by byte', async () => {
    const port = await listen((socket) => {
      const timer = setInterval(() => socket.write('2'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const check = smtpCheck({ target: target(port, { connectTimeout: milliseconds(200) }) });
    expect(await probe(check)).toMatchObject({
      outcome: 'timeout',
      detail: 'no greeting within 2 s',
    });
  });

  it('takes no more than a line of a gigabyte', async () => {
    let sent = 0;
    const port = await listen((socket) => {
      const more = (): void => {
        while (!socket.destroyed && sent < 1e9) {
          sent += 65_536;
          if (!socket.write(Buffer.alloc(65_536, '2'))) return;
        }
      };
      socket.on('drain', more);
      more();
    });
    expect(await probe(smtpCheck({ target: target(port) }))).toMatchObject({
      outcome: 'too-large',
    });
    expect(sent).toBeLessThan(1e8);
  });

  it('reports who closes, and who is not there', async () => {
    const port = await listen((socket) => socket.end('220 mx\r\n'));
    expect(await probe(smtpCheck({ target: target(port) }))).toMatchObject({ outcome: 'closed' });
    expect(await probe(smtpCheck({ target: target(await closedPort()) }))).toMatchObject({
      outcome: 'refused',
    });
  });

  it('asks one host after another, up to the first that fails', async () => {
    const visits: string[] = [];
    const host = async (name: string, answers: readonly string[]): Promise<number> =>
      await listen((socket) => {
        visits.push(name);
        answering(...answers)(socket);
      });
    const [a, b, c] = [
      await host('a', GOOD),
      await host('b', ['554 no\r\n']),
      await host('c', GOOD),
    ];
    const check = smtpCheck({ target: target(a), others: [target(b), target(c)] });
    expect(await probe(check)).toMatchObject({
      outcome: 'bad-status',
      detail: 'greeting: code 554, expected 220',
    });
    expect(visits).toEqual(['a', 'b']);
  });
});
