/** What the host and other processes say: lines of the control socket, messages between processes, /proc, files with numbers and names. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILE_BYTES_MAX, fileValue } from '../../src/core/tracking/file-value.ts';
import { matches } from '../../src/core/tracking/process-match.ts';
import { ControlLines, parseRequest } from '../../src/daemon/control/lines.ts';
import { dispatch, kindOf } from '../../src/daemon/frame/dispatch.ts';
import { numberIn } from '../../src/drivers/name-table.ts';
import { ProcessList } from '../../src/drivers/process-list.ts';
import { cutUp } from './damage-bytes.ts';
import type { FuzzTarget } from './engine.ts';
import { texts } from './texts.ts';

const DECODER = new TextDecoder();
/** Longest line in the test of lines. */
const LINE_MAX = 60;

const REQUESTS = texts(
  '{"version":1,"command":"status"}\n',
  '{"command":"resign","instance":"VI_1"}\n',
  '{"command":"reload","wait":true}\n{"command":"metrics"}\n',
);
const JSON_PIECES = texts(
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ':',
  ',',
  'null',
  'true',
  '1e999',
  '"__proto__":',
  '"constructor":',
  '"command":',
  '"type":',
  '\\u0000',
  '\ud800',
  '\n',
);

function linesOf(pieces: readonly Uint8Array[]): object {
  const lines = new ControlLines(LINE_MAX);
  for (const piece of pieces) lines.push(Buffer.from(piece));
  const all: string[] = [];
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) all.push(line);
  return { all, overflowed: lines.overflowed };
}

/** One process whose files say what the input says. */
function processes(input: Uint8Array): void {
  const root = mkdtempSync(join(tmpdir(), 'tandem-fuzz-'));
  try {
    mkdirSync(join(root, '12'));
    writeFileSync(join(root, '12/stat'), input);
    writeFileSync(join(root, '12/cmdline'), input);
    const list = new ProcessList(root);
    const look = { commandLines: true, again: 'new' as const, counts: () => true };
    for (const fact of list.look(look)) {
      assert.equal(typeof fact.comm, 'string');
      for (const match of ['any', 'exact', 'initial', 'partial'] as const) {
        const pattern = {
          program: 'haproxy',
          parameters: ['-f', '/etc'],
          match,
          wholeCommand: true,
        };
        matches(pattern, fact);
      }
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The host. */
export const HOST_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'control-lines',
    samples: REQUESTS,
    pieces: JSON_PIECES,
    run: (input, random) => assert.deepEqual(linesOf(cutUp(input, random)), linesOf([input])),
  },
  {
    name: 'control-requests',
    samples: REQUESTS,
    pieces: JSON_PIECES,
    run: (input) => {
      const result = parseRequest(DECODER.decode(input));
      if (result.ok) assert.equal(typeof result.value.command, 'string');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these may not reach a terminal
      else assert.doesNotMatch(result.error.message, /[\x00-\x08\x0b-\x1f\x7f]|undefined|\[object/);
    },
  },
  {
    name: 'ipc',
    samples: texts(
      '{"type":"configure","serial":1}',
      '{"type":"shutdown"}',
      '[]',
      '"text"',
      'null',
    ),
    pieces: JSON_PIECES,
    run: (input) => {
      let message: unknown;
      try {
        message = JSON.parse(DECODER.decode(input));
      } catch {
        return;
      }
      let calls = 0;
      const handlers = {
        shutdown: () => {
          calls += 1;
        },
      };
      const isTaken = dispatch<{ readonly type: 'shutdown' }>(message, handlers);
      assert.equal(calls, isTaken ? 1 : 0);
      assert.equal(isTaken, kindOf(message) === 'shutdown');
    },
  },
  {
    name: 'processes',
    samples: texts(
      '12 (haproxy) S 1 12',
      '12 (a) b) (c) R 1',
      'haproxy\0-f\0/etc/haproxy.cfg\0',
      '12 (x) Z 1',
    ),
    pieces: texts('(', ')', ' ', '\0', ') Z'),
    run: processes,
  },
  {
    name: 'track-file',
    samples: texts('7\n', '-300', '0x7fffffff', '017', ' +5 apples', '99999999999999999999'),
    pieces: texts('0x', '-', '+', ' ', '0', '9'.repeat(40), '\0'),
    run: (input) => {
      const value = fileValue(DECODER.decode(input.slice(0, FILE_BYTES_MAX)));
      assert.ok(value === undefined || (Number.isInteger(value) && Math.abs(value) <= 2 ** 31));
      assert.ok(value === undefined || Object.is(value, value + 0), 'no negative zero');
    },
  },
  {
    name: 'iproute-names',
    samples: texts(
      '255\tlocal\n254\tmain\n# a comment\n0x10 hex\n',
      'icmp 1 ICMP # control\nvrrp 112 VRRP\n',
    ),
    pieces: texts('\n', '\t', '#', ' ', 'main', '-1', '1e3', '0x', '99999999999999999999'),
    run: (input) => {
      const number = numberIn(DECODER.decode(input), 'main');
      assert.ok(number === undefined || Number.isInteger(number));
    },
  },
];
