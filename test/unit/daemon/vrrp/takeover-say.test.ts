/** Heartbeats and witnesses on sockets that are made up: what is opened, sent, told, and closed at the end. */
import { OsError } from 'dgram-extensions';
import { expect, test } from 'vitest';
import { after, instant, milliseconds } from '../../../../src/core/base/time.ts';
import { troubleText } from '../../../../src/core/facts/troubles.ts';
import { HeartbeatSessions } from '../../../../src/core/heartbeat/sessions.ts';
import { Witnesses } from '../../../../src/core/heartbeat/witnesses.ts';
import type { SaidRouter, TakeoverConfig } from '../../../../src/core/model/takeover.ts';
import type { TakeoverNews } from '../../../../src/core/vrrp/takeover-facts.ts';
import { decodeHeartbeat, HEARTBEAT_LENGTH_MAX } from '../../../../src/core/wire/heartbeat.ts';
import { MachineLoop } from '../../../../src/daemon/frame/loop.ts';
import { TakeoverSay } from '../../../../src/daemon/vrrp/takeover-say.ts';
import type { ConnectedSocketOptions } from '../../../../src/drivers/connected-socket.ts';
import { heartbeat, hmacSha256, said, witness } from '../../../support/builders/heartbeat.ts';

const ECONNREFUSED = 111;
const EADDRNOTAVAIL = 99;
const EPERM = 1;
const EHOSTUNREACH = 113;

interface Port {
  readonly options: ConnectedSocketOptions;
  readonly sent: Uint8Array[];
  isClosed: boolean;
}

const BOTH: TakeoverConfig = { heartbeats: [heartbeat()], witnesses: [witness()] };

/** The work with its clock, sockets and reports; each part may fail. */
function setUp(failing: { open?: number; send?: number[] } = {}) {
  let now = instant(1_000_000);
  const wakes = new Set<() => void>();
  const ports: Port[] = [];
  const troubles: string[] = [];
  const reports: string[] = [];
  const news: TakeoverNews[] = [];
  let own: readonly SaidRouter[] = [];
  let ids = 0;
  const clock = {
    now: () => now,
    timer: (callback: () => void) => {
      wakes.add(callback);
      return { arm: () => {}, close: () => void wakes.delete(callback) };
    },
  };
  const say = new TakeoverSay({
    parts: {
      heartbeats: new HeartbeatSessions({
        hmacSha256,
        newId: () => (++ids).toString(16).padStart(16, '0'),
        keyOf: () => new Uint8Array(32),
      }),
      witnesses: new Witnesses(),
      open: (options) => {
        if (failing.open !== undefined) throw new OsError('bind', -failing.open);
        const port: Port = { options, sent: [], isClosed: false };
        ports.push(port);
        return {
          send: (bytes) => {
            const errno = failing.send?.shift();
            if (errno !== undefined && errno > 0) return -errno;
            port.sent.push(bytes);
            return bytes.length;
          },
          drain: () => {},
          close: () => {
            port.isClosed = true;
          },
        };
      },
      random16: () => 7,
    },
    now: () => now,
    drive: (options) => new MachineLoop({ ...options, clock }),
    report: (report) => reports.push(report.type),
    onNews: (told) => news.push(told),
    onTrouble: (trouble) => troubles.push(troubleText(trouble)),
    own: () => own,
  });
  /** Time goes on, and what is due happens. */
  const pass = (ms: number): void => {
    now = after(now, milliseconds(ms));
    for (const wake of wakes) wake();
  };
  return {
    say,
    ports,
    troubles,
    reports,
    news,
    pass,
    isQuiet: () => wakes.size === 0,
    setOwn: (routers: readonly SaidRouter[]) => {
      own = routers;
    },
    /** The sockets of a peer or a host. */
    of: (peer: string) => ports.filter(({ options }) => options.peer === peer),
  };
}

const entries = (bytes: Uint8Array | undefined) => {
  const decoded = decodeHeartbeat(bytes ?? new Uint8Array(0));
  return decoded.ok ? decoded.value.entries : undefined;
};

test('each peer has a socket of its own, which hears at once and says what the instances are', () => {
  const it = setUp();
  it.setOwn([said()]);
  it.say.configure(BOTH);
  const [port] = it.of('10.2.0.2');
  expect(port?.options).toMatchObject({ port: 5798, sizeBytes: HEARTBEAT_LENGTH_MAX + 1 });
  it.pass(0);
  expect(entries(port?.sent[0])).toMatchObject([{ vrid: 51, state: 2 }]);
  it.setOwn([said({ state: 'BACKUP' })]);
  it.say.changed();
  it.pass(10);
  expect(entries(port?.sent[1])).toMatchObject([{ vrid: 51, state: 1 }]);
});

test('all hosts of a witness are asked; an answer is news, that of another program is none', () => {
  const it = setUp();
  it.say.configure(BOTH);
  it.pass(0);
  const hosts = BOTH.witnesses[0]?.addresses ?? [];
  expect(it.ports.filter(({ options }) => options.port === undefined)).toHaveLength(3);
  for (const host of hosts) {
    const [port] = it.of(host);
    const request = port?.sent[0];
    expect(request?.subarray(0, 2)).toEqual(Uint8Array.of(8, 0));
    const reply = Uint8Array.of(0, 0, 0, 0, ...(request?.subarray(4, 8) ?? []));
    const foreign = Uint8Array.of(0, 0, 0, 0, 9, 9, 0, 1);
    for (const message of [foreign, request ?? foreign, new Uint8Array(3)]) {
      port?.options.onMessage(message, Number.NaN);
    }
    const before = it.news.length;
    port?.options.onMessage(reply, Number.NaN);
    expect(it.news.length).toBe(before + 1);
  }
  expect(it.news.at(-1)?.witnesses).toMatchObject([{ answering: 3, awaited: 0 }]);
  expect(it.reports).toEqual(['witnessChanged']);
});

test('a peer that does not listen is no trouble: the datagram is sent once more', () => {
  const it = setUp({ send: [ECONNREFUSED, 0, ECONNREFUSED, ECONNREFUSED] });
  it.say.configure({ ...BOTH, witnesses: [] });
  it.pass(0);
  expect(it.ports[0]?.sent).toHaveLength(1);
  it.pass(200);
  it.ports[0]?.options.onError(new OsError('recvmsg', -ECONNREFUSED));
  expect(it.troubles).toEqual([]);
});

test('what cannot be opened or sent is told once, and tried again', () => {
  const failing: { open?: number; send?: number[] } = { open: EADDRNOTAVAIL };
  const it = setUp(failing);
  it.say.configure({ ...BOTH, witnesses: [] });
  for (let count = 0; count < 5; count++) it.pass(200);
  expect(it.troubles).toHaveLength(1);
  expect(it.troubles[0]).toMatch(/^hear the heartbeat LB2 of 10\.2\.0\.2 failed, EADDRNOTAVAIL/);
  delete failing.open;
  failing.send = [EPERM, EPERM];
  for (let count = 0; count < 5; count++) it.pass(200);
  expect(it.troubles).toEqual([it.troubles[0], 'send the heartbeat LB2 to 10.2.0.2 failed, EPERM']);
  expect(it.ports).toHaveLength(1);
});

test('no way to a host is no trouble; its silence counts', () => {
  const it = setUp({ send: Array.from({ length: 9 }, () => EHOSTUNREACH) });
  it.say.configure({ ...BOTH, heartbeats: [] });
  it.pass(0);
  it.pass(500);
  expect(it.troubles).toEqual([]);
  expect(it.news.at(-1)?.witnesses).toMatchObject([{ answering: 0, awaited: 0 }]);
});

test('a reload keeps sockets whose path stays; another path takes leave on the old one', () => {
  const it = setUp();
  it.say.configure(BOTH);
  it.pass(0);
  it.say.configure({ ...BOTH, heartbeats: [heartbeat({ multiplier: 9 })] });
  expect(it.of('10.2.0.2')).toHaveLength(1);
  it.say.configure({ heartbeats: [heartbeat({ port: 6000 })], witnesses: [] });
  const [old, fresh] = it.of('10.2.0.2');
  expect(decodeHeartbeat(old?.sent.at(-1) ?? new Uint8Array(0))).toMatchObject({
    value: { isLeaving: true },
  });
  expect(old?.isClosed).toBe(true);
  expect(fresh?.options.port).toBe(6000);
  expect(it.ports.filter(({ isClosed }) => !isClosed)).toEqual([fresh]);
});

test('at the end the peers hear that it goes, and nothing is left open', () => {
  const it = setUp();
  it.say.configure(BOTH);
  it.pass(0);
  it.say.close();
  expect(decodeHeartbeat(it.of('10.2.0.2')[0]?.sent.at(-1) ?? new Uint8Array(0))).toMatchObject({
    value: { isLeaving: true },
  });
  expect(it.ports.every(({ isClosed }) => isClosed)).toBe(true);
  expect(it.isQuiet()).toBe(true);
});
