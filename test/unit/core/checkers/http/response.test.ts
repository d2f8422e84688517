/** The response reader as a function of bytes: pieces do not matter, and nothing makes it throw. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../../../../src/core/checkers/byte-budget.ts';
import {
  HEAD_BYTES_MAX,
  INTERIM_MAX,
  type ResponseHead,
  ResponseReader,
  type ResponseState,
} from '../../../../../src/core/checkers/http/response.ts';

interface Read {
  readonly state: ResponseState;
  readonly head: ResponseHead | undefined;
  readonly raw: string;
  readonly content: string;
  readonly problem: string | undefined;
}

/** Reads `bytes` cut at the given places, then the end of the connection. */
function read(bytes: Uint8Array, cuts: readonly number[] = []): Read {
  const parts = { raw: '', content: '' };
  const reader = new ResponseReader(
    {
      head: () => {},
      raw: (piece) => {
        parts.raw += Buffer.from(piece).toString('latin1');
      },
      unframed: (piece) => {
        parts.content += Buffer.from(piece).toString('latin1');
      },
    },
    new ByteBudget(),
  );
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (const [index, from] of places.slice(0, -1).entries()) {
    // Overwritten after each call, as the prober's reply buffer is.
    const piece = Uint8Array.from(bytes.subarray(from, places[index + 1]));
    reader.push(piece);
    piece.fill(0xff);
  }
  reader.end();
  return { state: reader.state, head: reader.head, ...parts, problem: reader.problem?.outcome };
}

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n';

describe('ResponseReader', () => {
  it.each([
    ['HTTP/1.0 200 OK\r\n\r\nhello', 'complete', 'hello'],
    ['HTTP/1.0 200 OK\n\nhello\r\n\r\n', 'complete', 'hello\r\n\r\n'],
    ['HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nhello', 'complete', 'hel'],
    ['HTTP/1.0 200 OK\r\nCONTENT-length:  0 \r\n\r\nhello', 'complete', ''],
    ['HTTP/1.0 304 Not Modified\r\nContent-Length: 3\r\n\r\n', 'complete', ''],
    ['HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nhello', 'broken', 'hello'],
    [
      `${chunked}2\r\nhe\r\n3;a="b"\r\nllo\r\n0\r\n\r\nmore`,
      'complete',
      '2\r\nhe\r\n3;a="b"\r\nllo\r\n0\r\n\r\n',
    ],
    [`${chunked}2\r\nhex\r\n`, 'broken', '2\r\nhex\r\n'],
    [`${chunked}-1\r\n`, 'broken', '-1\r\n'],
    [
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello',
      'complete',
      'hello',
    ],
    ['HTTP/1.1 103 Early Hints\r\n\r\n', 'broken', ''],
    ['', 'broken', ''],
    ['\r\n\r\n', 'broken', ''],
    ['HTTP/1.0 600 What\r\n\r\n', 'broken', ''],
    ['HTTP/1.0\r\n\r\n', 'broken', ''],
  ])('%j: %s', (text, state, raw) => {
    expect(read(Buffer.from(text))).toMatchObject({ state, raw });
  });

  it('hands out the content of chunks', () => {
    const text = `${chunked}2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`;
    expect(read(Buffer.from(text)).content).toBe('hello');
  });

  it('accepts a head of its limit and no longer', () => {
    const head = (length: number): Uint8Array => {
      const start = 'HTTP/1.0 200 OK\r\nX: ';
      return Buffer.from(`${start}${'x'.repeat(length - start.length - 4)}\r\n\r\n`);
    };
    expect(read(head(HEAD_BYTES_MAX)).state).toBe('complete');
    expect(read(head(HEAD_BYTES_MAX + 1)).problem).toBe('too-large');
  });

  it('H3: passes over interim responses, a number of them', () => {
    const interim = 'HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n';
    const behind = (count: number): Read =>
      read(Buffer.from(`${interim.repeat(count)}HTTP/1.1 200 OK\r\n\r\nhello`));
    expect(behind(1)).toMatchObject({ state: 'complete', head: { status: 200 }, raw: 'hello' });
    expect(behind(INTERIM_MAX)).toMatchObject({ state: 'complete', head: { status: 200 } });
    expect(behind(INTERIM_MAX + 1)).toMatchObject({ problem: 'bad-response', raw: '' });
    const switching = Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    expect(read(switching).head?.status).toBe(101);
  });

  it('limits the lines of the framing', () => {
    expect(read(Buffer.from(`${chunked}1;${'x'.repeat(9_000)}\r\n`)).problem).toBe('bad-response');
  });

  it('H1: limits framing that outweighs the content: tiny chunks, extensions, trailers', () => {
    const endings = [`1\r\nx\r\n`.repeat(20_000), `1;abc\r\nx\r\n`.repeat(10_000)];
    for (const body of [...endings, `0\r\n${'a:b\r\n'.repeat(20_000)}`]) {
      expect(read(Buffer.from(chunked + body))).toMatchObject({
        state: 'broken',
        problem: 'bad-response',
      });
    }
    const flushed = `10\r\n${'x'.repeat(16)}\r\n`.repeat(20_000);
    expect(read(Buffer.from(`${chunked}${flushed}0\r\n\r\n`)).state).toBe('complete');
    const small = '1\r\nx\r\n'.repeat(10_000);
    expect(read(Buffer.from(`${chunked}${small}0\r\n\r\n`)).state).toBe('complete');
  });

  const piece = fc.oneof(
    fc.constantFrom(
      'HTTP/1.1 200 OK',
      'HTTP/1.1 100 Continue',
      '\r\n',
      '\n',
      '\r\n\r\n',
      'Content-Length: 4',
      'a',
      '5',
    ),
    fc.constantFrom('Transfer-Encoding: chunked', '3\r\nabc\r\n', '0\r\n\r\n', '2;x\r\n', ' 200 '),
    fc.string({ maxLength: 5 }),
  );
  const bytes = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((parts) => Buffer.from(parts.join(''))),
    fc
      .array(piece, { maxLength: 8 })
      .map((parts) =>
        Buffer.from(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${parts.join('')}`),
      ),
    fc.uint8Array({ maxLength: 60 }),
  );

  it('reads the same however the bytes are cut, and always comes to an end', () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(100), { maxLength: 6 }), (all, cuts) => {
        const inside = cuts.filter((cut) => cut <= all.length);
        const whole = read(all);
        expect(read(all, inside)).toEqual(whole);
        expect(['complete', 'broken']).toContain(whole.state);
      }),
      { numRuns: 500 },
    );
  });
});
