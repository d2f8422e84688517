/** What servers answer to checks: HTTP in any pieces, chunks, SMTP, DNS, echo replies, datagrams. */
import assert from 'node:assert/strict';
import { ByteBudget } from '../../src/core/checkers/byte-budget.ts';
import { dnsQuery, dnsReply } from '../../src/core/checkers/dns/message.ts';
import { ResponseReader } from '../../src/core/checkers/http/response.ts';
import { echoRequest, isEchoReply } from '../../src/core/checkers/ping/echo.ts';
import { SmtpDialogue } from '../../src/core/checkers/smtp/dialogue.ts';
import { matchesStart, patternBytes } from '../../src/core/checkers/udp/hex-pattern.ts';
import { cutUp } from './damage-bytes.ts';
import type { FuzzTarget } from './engine.ts';
import { texts } from './texts.ts';

const RESPONSES = texts(
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.0 200 OK\r\n\r\nuntil the end',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX: y\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 304 Not Modified\nETag: "1"\n\n',
  'HTTP/1.1 503 Busy\r\nServer: x\r\nContent-Length: 0\r\n\r\n',
);
const HTTP_PIECES = texts(
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  'HTTP/1.1 200 OK\r\n',
  'Content-Length: 99999\r\n',
  'Content-Length: 999999999999999\r\n',
  'Content-Length: -1\r\n',
  'Transfer-Encoding: chunked\r\n',
  'ffffffff\r\n',
  '0\r\n\r\n',
  '00000000005\r\n',
  ';',
  '\0',
);

/** What a reader makes of a response that comes in pieces. */
function httpOf(pieces: readonly Uint8Array[]): object {
  const memory = new ByteBudget();
  const [raw, unframed]: [number[], number[]] = [[], []];
  let heads = 0;
  const reader = new ResponseReader(
    {
      head: () => {
        heads += 1;
      },
      raw: (bytes) => raw.push(...bytes),
      unframed: (bytes) => unframed.push(...bytes),
    },
    memory,
  );
  for (const piece of pieces) reader.push(piece);
  const open = reader.state;
  const state = reader.end();
  assert.ok(state === 'complete' || state === 'broken', state);
  assert.equal(state === 'broken', reader.problem !== undefined);
  assert.ok(heads <= 1);
  reader.close();
  assert.equal(memory.used, 0);
  return { open, state, problem: reader.problem, head: reader.head, raw, unframed };
}

/** What a dialogue makes of answers that come in pieces, and what it says. */
function smtpOf(pieces: readonly Uint8Array[]): object {
  const said: string[] = [];
  const dialogue = new SmtpDialogue('director.example', (bytes) =>
    said.push(new TextDecoder().decode(bytes)),
  );
  for (const piece of pieces) {
    const finding = dialogue.push(piece);
    if (finding !== undefined) return { finding, said };
  }
  return { finding: dialogue.end(), said };
}

/** Answers of servers. */
export const CHECKER_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'http',
    samples: RESPONSES,
    pieces: HTTP_PIECES,
    run: (input, random) => assert.deepEqual(httpOf(cutUp(input, random)), httpOf([input])),
  },
  {
    name: 'smtp',
    samples: texts(
      '220 mail ESMTP\r\n',
      '250 director.example\r\n',
      '421 busy\r\n',
      '220-a\r\n220 b\r\n',
      '221 bye\n',
    ),
    pieces: texts('\r\n', '\n', '220', '250 ', '-', '\0', ' '.repeat(600)),
    run: (input, random) => {
      // Each line is an answer to what was said last: a server does not speak before it is asked.
      const lines = input.length === 0 ? [] : linesOf(input);
      const pieces = lines.flatMap((line) => cutUp(line, random));
      assert.deepEqual(smtpOf(pieces), smtpOf(lines));
    },
  },
  {
    name: 'dns',
    samples: [
      dnsQuery(7, 'www.example.net', 'A'),
      Uint8Array.of(0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0),
    ],
    run: (input) => {
      const reply = dnsReply(7, input);
      if (reply === undefined) return;
      assert.ok(reply.code >= 0 && reply.code <= 15);
      assert.match(reply.codeName, /^[A-Za-z]+$/);
    },
  },
  {
    name: 'echo',
    samples: [
      echoRequest('ipv4', { id: 1, sequence: 2 }),
      echoRequest('ipv6', { id: 1, sequence: 2 }),
    ],
    run: (input) => {
      isEchoReply('ipv4', { id: 1, sequence: 2 }, input);
      isEchoReply('ipv6', { id: 1, sequence: 2 }, input);
    },
  },
  {
    name: 'udp',
    samples: texts('pong', 'PONG 1'),
    run: (input) => {
      const digits = Buffer.from(input.slice(0, 20)).toString('hex');
      assert.ok(matchesStart(patternBytes(digits), input));
      matchesStart(patternBytes(`${digits}xx0`), input);
    },
  },
];

function linesOf(input: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let at = 0; at < input.length; ) {
    const feed = input.indexOf(0x0a, at);
    const end = feed < 0 ? input.length : feed + 1;
    lines.push(input.subarray(at, end));
    at = end;
  }
  return lines;
}
