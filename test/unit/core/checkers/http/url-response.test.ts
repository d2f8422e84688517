/** A response and its verdict, fed by hand. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../../../../src/core/checkers/byte-budget.ts';
import { BODY_BYTES_MAX } from '../../../../../src/core/checkers/http/body-digests.ts';
import { UrlResponse } from '../../../../../src/core/checkers/http/url-response.ts';
import type { Finding } from '../../../../../src/core/checkers/outcome.ts';
import type { HttpUrlConfig } from '../../../../../src/core/model/config.ts';
import { PROBE_TOOLS } from '../../../../../src/drivers/probes/probe-tools.ts';

function response(url: Partial<HttpUrlConfig>): UrlResponse {
  return new UrlResponse({ path: '/', statusCodes: [], ...url }, PROBE_TOOLS);
}

const HEAD = Buffer.from('HTTP/1.0 200 OK\r\n\r\n');

describe('UrlResponse', () => {
  it('keeps no view of the bytes it was given: the buffer is used again', () => {
    const regex = { pattern: '^hello$', flags: '', negate: false };
    const checked = response({ regex, digest: createHash('md5').update('hello').digest('hex') });
    for (const text of ['HTTP/1.0 200', ' OK\r\n\r\nhe', 'llo']) {
      const buffer = Buffer.from(text);
      expect(checked.push(buffer)).toBeUndefined();
      buffer.fill('x');
    }
    expect(checked.end()).toMatchObject({ outcome: 'ok' });
  });

  it('fails a wrong status before the body is there', () => {
    const checked = response({ digest: '0'.repeat(32) });
    expect(checked.push(Buffer.from('HTTP/1.0 500 No\r\n\r\n'))).toMatchObject({
      outcome: 'bad-status',
    });
  });

  it('reports the status before the digest, and the digest before the regex', () => {
    const checked = response({
      digest: '0'.repeat(32),
      regex: { pattern: 'x', flags: '', negate: false },
    });
    checked.push(HEAD);
    expect(checked.end()).toMatchObject({ outcome: 'bad-digest' });
  });

  it('H2: decides at the header where the status alone counts', () => {
    expect(response({}).push(HEAD)).toMatchObject({ outcome: 'ok' });
    const long = Buffer.from('HTTP/1.0 200 OK\r\nContent-Length: 50\r\n\r\nhel');
    expect(response({}).push(long)).toMatchObject({ outcome: 'ok' });
    expect(response({}).end()).toMatchObject({ outcome: 'closed' });
    expect(response({ digest: '0'.repeat(32) }).push(long)).toBeUndefined();
  });

  it('H1: keeps a body that comes byte by byte in one piece, and gives up what a pattern may not search', () => {
    const regex = { pattern: 'x{500}y', flags: '', negate: false };
    const checked = response({ regex });
    checked.push(HEAD);
    const byte = Buffer.from('x');
    let finding: Finding | undefined;
    for (let sent = 0; finding === undefined && sent < 1_000_000; sent++) {
      finding = checked.push(byte);
    }
    expect(finding).toMatchObject({
      outcome: 'too-large',
      detail: expect.stringMatching(/the most that this regular expression may search$/),
    });
  });

  it('many answers at once share memory: the one that holds it longest is not judged, and no server fails for it', () => {
    const tools = { ...PROBE_TOOLS, memory: new ByteBudget(100_000, 1_000) };
    const url = { path: '/', statusCodes: [], regex: { pattern: 'x$', flags: '', negate: false } };
    const [slow, waiting, quick] = [1, 2, 3].map(() => new UrlResponse(url, tools));
    const body = Buffer.alloc(40_000, 'x');
    for (const one of [slow, waiting]) one?.push(Buffer.concat([HEAD, body]));
    const search = waiting?.end().search;
    quick?.push(Buffer.concat([HEAD, body, body]));
    expect(quick?.end().search?.run()).toMatchObject({ outcome: 'ok' });
    for (const lost of [slow?.push(body), search?.run()]) {
      expect(lost).toMatchObject({
        outcome: 'local-error',
        detail: expect.stringContaining('the answers to all checks together reached the limit'),
      });
    }
    for (const one of [slow, waiting, quick]) one?.close();
    expect(tools.memory.used).toBe(0);
  });

  it('a head that comes in pieces is limited in the same way', () => {
    const tools = { ...PROBE_TOOLS, memory: new ByteBudget(40_000, 1_000) };
    const [slow, quick] = [1, 2].map(() => new UrlResponse({ path: '/', statusCodes: [] }, tools));
    const head = Buffer.from(`HTTP/1.0 200 OK\r\nX: ${'x'.repeat(20_000)}`);
    slow?.push(head);
    quick?.push(head);
    expect(quick?.push(Buffer.from('\r\n\r\n'))).toMatchObject({ outcome: 'ok' });
    expect(slow?.push(Buffer.from('\r\n\r\n'))).toMatchObject({ outcome: 'local-error' });
    expect(tools.memory.used).toBe(0);
  });

  it('gives up a body too long for a digest', () => {
    const checked = response({ digest: '0'.repeat(32) });
    checked.push(HEAD);
    const piece = Buffer.alloc(1024 * 1024);
    for (let sent = 0; sent < BODY_BYTES_MAX; sent += piece.length) {
      expect(checked.push(piece)).toBeUndefined();
    }
    expect(checked.push(piece)).toMatchObject({ outcome: 'too-large' });
  });
});
