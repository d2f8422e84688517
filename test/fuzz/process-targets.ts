/** What other processes hand over: events of the kernel about processes, answers between processes, records on disk, the lines of a FIFO. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseReply } from '../../src/cli/control-client.ts';
import { instant } from '../../src/core/base/time.ts';
import { leftBehind } from '../../src/core/holdings/left-behind.ts';
import { FifoLane } from '../../src/core/notifications/fifo-lane.ts';
import { LINES_AT_ONCE, LINES_MAX } from '../../src/core/notifications/limits.ts';
import type { NotifyAction } from '../../src/core/notifications/orders.ts';
import { parseReloadTime } from '../../src/core/plan/reload-time.ts';
import { VERSION } from '../../src/daemon/frame/version.ts';
import { asReply } from '../../src/daemon/supervisor/child-commands.ts';
import { HoldingsRecord } from '../../src/daemon/supervisor/holdings-record.ts';
import { RuntimeRecord } from '../../src/daemon/supervisor/runtime-record.ts';
import { changedProcess } from '../../src/drivers/process-events.ts';
import type { FuzzTarget } from './engine.ts';
import { texts } from './texts.ts';

const DECODER = new TextDecoder();
const BOOT_ID = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Pieces of JSON, and values that are none of what was expected. */
const JSON_PIECES = texts(
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  'null',
  '0',
  '-1',
  '1e999',
  '""',
  '{}',
  '[]',
  'true',
  '"entry":',
  '"kind":',
  '"route":',
  '"address":',
  '"__proto__":',
);

/** Puts a text there as the record of this boot and version, and reads it back. */
function recorded<T>(name: string, input: Uint8Array, read: (directory: string) => T): T {
  const text = DECODER.decode(input).replace('{', `{"bootId":"${BOOT_ID}","version":"${VERSION}",`);
  const directory = mkdtempSync(join(tmpdir(), 'tandem-fuzz-'));
  try {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return read(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Refusals of the FIFO, in the order of their bytes. */
const PROBLEMS = [undefined, undefined, 'broken', 'full'] as const;

/** Lines that are written, refused, half written and written again: the last of each subject arrives, whole, once the reader is there. */
function fifo(input: Uint8Array): void {
  const orders: Extract<NotifyAction, { readonly type: 'write' }>[] = [];
  const lane = new FifoLane('all', { path: '/run/f' } as never, (action) => {
    if (action.type === 'write') orders.push(action);
  });
  const latest = new Map<string, string>();
  const arrived: string[] = [];
  let now = 0;
  let isUp = false;
  const answer = (part: number, problem: string | undefined): void => {
    const order = orders.shift();
    if (order === undefined) return;
    assert.ok(order.lines.length <= LINES_AT_ONCE);
    const written =
      problem === undefined ? order.lines.length : Math.floor(order.lines.length * part);
    arrived.push(...order.lines.slice(0, written));
    lane.written({ name: 'all', id: order.id, written, ...(problem && { problem }) }, instant(now));
  };
  for (const [i, byte] of input.entries()) {
    now += 1_000;
    const value = byte >> 2;
    if ((byte & 3) === 0) {
      const key = `key${value % 7}`;
      latest.set(key, `${key} ${i}`);
      lane.add(key, `${key} ${i}`, instant(now));
    } else if ((byte & 3) === 1) {
      answer((value & 15) / 16, PROBLEMS[value >> 4]);
    } else if ((byte & 3) === 2) {
      now += value * 400_000;
      lane.deadlineReached(instant(now));
    } else {
      isUp = !isUp;
      orders.length = 0;
      lane.runner(isUp, instant(now));
    }
    assert.ok(lane.lines <= LINES_MAX + LINES_AT_ONCE);
  }
  orders.length = 0;
  lane.runner(true, instant(now));
  for (let i = 0; i < 1_000 && !lane.isIdle; i++) {
    now = Math.max(now + 1, lane.deadline ?? 0);
    lane.deadlineReached(instant(now));
    answer(1, undefined);
  }
  assert.ok(lane.isIdle, 'all of it is written in the end');
  for (const line of arrived) assert.match(line, /^key\d \d+\n$/);
  for (const [key, text] of latest) {
    const last = arrived.filter((line) => line.startsWith(`${key} `)).at(-1);
    assert.equal(last, `${text}\n`, 'the newest of a subject comes last');
  }
}

/** Between processes. */
export const PROCESS_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'process-events',
    samples: [new Uint8Array(76).fill(3), new Uint8Array(60)],
    run: (input) => {
      const pid = changedProcess(input);
      assert.equal(pid === undefined, input.length < 60);
      assert.ok(pid === undefined || (Number.isInteger(pid) && pid >= 0 && pid < 2 ** 32));
    },
  },
  {
    name: 'child-replies',
    samples: texts(
      '{"ok":true,"value":{"message":"done"}}',
      '{"ok":false,"error":{"code":"refused","message":"not Master"}}',
      '{"ok":true}',
      'null',
    ),
    pieces: JSON_PIECES,
    run: (input) => {
      let value: unknown;
      try {
        value = JSON.parse(DECODER.decode(input));
      } catch {
        return;
      }
      const reply = asReply(value);
      if (reply === undefined || reply.ok) return;
      assert.equal(typeof reply.error.message, 'string');
      assert.equal(typeof reply.error.code, 'string');
    },
  },
  {
    name: 'control-replies',
    samples: texts(
      '{"version":1,"ok":true,"result":{}}\n',
      '{"version":1,"ok":false,"error":{"code":"refused","message":"no"}}\n',
    ),
    pieces: JSON_PIECES,
    run: (input) => {
      const reply = parseReply(Buffer.from(input));
      if (!reply.ok) assert.equal(typeof reply.error.message, 'string');
    },
  },
  {
    name: 'runtime-record',
    samples: texts(
      '{"owned":["a"],"health":{"down":["x"],"alive":[],"quorumUp":[],"shares":[{"server":"s","check":"c","share":{"kind":"add","amount":1}}]},"orders":{"orders":[{"server":"s","since":1,"kind":"drain","isDrained":false}],"leaving":[]},"firewall":[{"method":"nftables","table":"t"}]}',
    ),
    pieces: JSON_PIECES,
    run: (input) => {
      const {
        owned,
        health,
        orders,
        rules = {},
      } = recorded('state.json', input, (directory) =>
        new RuntimeRecord(
          directory,
          () => ({}) as never,
          () => undefined,
        ).read(),
      );
      for (const text of [...owned, ...health.down, ...health.alive, ...health.quorumUp])
        assert.equal(typeof text, 'string');
      for (const { server } of orders.orders) assert.equal(typeof server, 'string');
      for (const { method } of Object.values(rules).flat()) {
        assert.match(method, /^(nftables|iptables|chain)$/);
      }
    },
  },
  {
    name: 'holdings-record',
    samples: texts(
      '{"held":[{"instance":"V","address":"192.0.2.1","prefixLength":24,"interface":"eth0"},{"instance":"V","entry":{"kind":"route","route":{"isWatched":true}}}],"links":{"links":[{"name":"v","parent":"eth0"}],"settings":[]},"programs":[{"group":7,"bornAt":"1"}],"seenAt":3}',
    ),
    pieces: JSON_PIECES,
    run: (input) => {
      const { held, programs, seenAt } = recorded('holdings.json', input, (directory) =>
        new HoldingsRecord(
          directory,
          () => ({}) as never,
          () => undefined,
        ).read(),
      );
      for (const { group } of programs) assert.ok(group > 1);
      assert.equal(typeof seenAt, 'number');
      for (const wish of leftBehind(held, { instances: [] })) {
        assert.equal(typeof wish.instance, 'string');
        assert.equal(wish.present, false);
        for (const one of wish.addresses) assert.equal(typeof one.address, 'string');
      }
    },
  },
  {
    name: 'reload-time',
    samples: texts('12:30:00', '2026-11-29 07:05:09Z', '26-1-2T1:00:00\nmore', '  23:59:59  '),
    pieces: texts('-', ':', 'T', 'Z', ' ', '\n', '\r', '99', '00', '２'),
    run: (input) => {
      const time = parseReloadTime(DECODER.decode(input));
      if (time === undefined) return;
      const { date, hour, minute, second } = time;
      assert.ok(hour < 24 && minute < 60 && second < 60);
      if (date !== undefined) {
        assert.ok(date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= 31);
        assert.ok(date.year >= 100 && date.year <= 9999);
      }
      const two = (number: number): string => String(number).padStart(2, '0');
      const day =
        date && `${String(date.year).padStart(4, '0')}-${two(date.month)}-${two(date.day)} `;
      const text = `${day ?? ''}${two(hour)}:${two(minute)}:${two(second)}${time.isUtc ? 'Z' : ''}`;
      assert.deepEqual(parseReloadTime(text), time, text);
    },
  },
  {
    name: 'fifo-lines',
    samples: [
      Uint8Array.from({ length: 300 }, (_, i) => (i % 5 === 0 ? 3 : 4 * i)),
      Uint8Array.from({ length: 80 }, (_, i) => (i * 37) % 251),
    ],
    run: fifo,
  },
];
