/** BFD on sockets that are made up: what is opened, told, and sent at the end. */
import { OsError } from 'dgram-extensions';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../../src/core/base/seeded-random.ts';
import { after, instant, milliseconds, seconds } from '../../../../src/core/base/time.ts';
import { BfdSessions } from '../../../../src/core/bfd/sessions.ts';
import { troubleText } from '../../../../src/core/facts/troubles.ts';
import type { TrackerFact } from '../../../../src/core/model/tracker-fact.ts';
import {
  type BFD_STATES,
  type BfdPacket,
  decodeBfd,
  encodeBfd,
} from '../../../../src/core/wire/bfd.ts';
import { MachineLoop } from '../../../../src/daemon/frame/loop.ts';
import { BfdWork } from '../../../../src/daemon/vrrp/bfd-work.ts';
import type { BfdListenerOptions } from '../../../../src/drivers/bfd-socket.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { bfdConfig } from '../../../support/builders/bfd.ts';

const ENETUNREACH = 101;
const EADDRNOTAVAIL = 99;
const EADDRINUSE = 98;

/** A work with its clock, sockets and reports; each part may fail. */
function setUp(failing: { listen?: number; open?: number; send?: number } = {}) {
  let now = instant(1_000_000);
  let wake: (() => void) | undefined;
  const listeners = new Map<string, BfdListenerOptions>();
  const sent: { readonly to: string; readonly ttl: number; readonly packet: BfdPacket }[] = [];
  const changes: string[] = [];
  const facts: TrackerFact[] = [];
  const troubles: string[] = [];
  const closed: string[] = [];
  const clock = {
    now: () => now,
    timer: (callback: () => void) => {
      wake = callback;
      return { arm: () => {}, close: () => {} };
    },
  };
  const work = new BfdWork({
    parts: {
      machine: new BfdSessions(seededRandom(1)),
      listen: (options) => {
        if (failing.listen !== undefined) throw new OsError('bind', -failing.listen);
        const key = `${options.family} ${options.port}`;
        listeners.set(key, options);
        return { drain: () => {}, close: () => closed.push(key) };
      },
      openSender: ({ neighbour, port, ttl }) => {
        if (failing.open !== undefined) throw new OsError('bind', -failing.open);
        const to = `${neighbour} ${port}`;
        return {
          send: (bytes) => {
            if (failing.send !== undefined) return -failing.send;
            const decoded = decodeBfd(bytes);
            if (decoded.ok) sent.push({ to, ttl, packet: decoded.value });
            return bytes.length;
          },
          close: () => closed.push(to),
        };
      },
    },
    now: () => now,
    drive: (options) => new MachineLoop({ ...options, clock }),
    report: (report) =>
      changes.push(`${report.session} ${report.type === 'bfdChanged' ? report.to : 'is not back'}`),
    onFacts: (told) => facts.push(...told),
    onTrouble: (trouble) => troubles.push(troubleText(trouble)),
  });
  /** Time goes on, and what is due happens. */
  const pass = (ms: number): void => {
    now = after(now, milliseconds(ms));
    wake?.();
  };
  /** The neighbour of `bfdConfig` says its state. */
  const hear = (state: (typeof BFD_STATES)[number], yourDiscriminator = 0): void => {
    const message = encodeBfd({
      diagnostic: 'none',
      state,
      poll: false,
      final: false,
      demand: false,
      multiplier: 3,
      myDiscriminator: 7,
      yourDiscriminator,
      desiredMinTx: seconds(1),
      requiredMinRx: milliseconds(100),
    });
    listeners.get('ipv4 3784')?.onPacket({
      source: ip('192.0.2.2'),
      destination: ip('192.0.2.1'),
      ttl: 255,
      receivedUs: now,
      message,
    });
  };
  return { work, listeners, sent, changes, facts, troubles, closed, pass, hear, failing };
}

test('a port is heard for each family and kind of session, and no longer than needed', () => {
  const { work, listeners, closed } = setUp();
  const six = bfdConfig({ name: 'Y', neighbour: ip('2001:db8::2'), multihop: true });
  work.configure([bfdConfig(), six]);
  expect([...listeners.keys()]).toEqual(['ipv4 3784', 'ipv6 4784']);
  work.configure([six]);
  expect(closed).toEqual(['ipv4 3784']);
});

test('packets leave to the neighbour, and a change is told', () => {
  const { work, sent, changes, facts, pass, hear } = setUp();
  work.configure([bfdConfig()]);
  pass(0);
  expect(sent).toMatchObject([{ to: '192.0.2.2 3784', ttl: 255, packet: { state: 'Down' } }]);
  hear('Down');
  hear('Init', sent[0]?.packet.myDiscriminator);
  expect(changes).toEqual(['X Init', 'X Up']);
  expect(facts.map((fact) => fact.kind === 'bfd' && fact.isUp)).toEqual([false, false, true]);
  expect(work.view().sessions).toMatchObject([{ name: 'X', state: 'Up' }]);
});

test('at the end the neighbour is told, and everything is closed', () => {
  const { work, sent, closed, pass, hear } = setUp();
  work.configure([bfdConfig()]);
  pass(0);
  hear('Down');
  work.close();
  expect(sent.at(-1)?.packet).toMatchObject({
    state: 'Down',
    diagnostic: 'administratively-down',
  });
  expect(closed).toEqual(['192.0.2.2 3784', 'ipv4 3784']);
});

test.each([
  ['a source address that is missing', { open: EADDRNOTAVAIL }, 'EADDRNOTAVAIL'],
  ['a neighbour without a route', { send: ENETUNREACH }, 'ENETUNREACH'],
])('%s is told once, and tried with each packet', (_title, failing, errno) => {
  const { work, sent, troubles, pass, failing: still } = setUp(failing);
  work.configure([bfdConfig()]);
  for (let second = 0; second < 5; second += 1) pass(1000);
  expect(troubles).toEqual([
    expect.stringContaining(`send the BFD packets of X to 192.0.2.2 failed, ${errno}`),
  ]);
  Object.assign(still, { open: undefined, send: undefined });
  pass(1000);
  expect(sent).toHaveLength(1);
});

test('a port that another program has is told once, and heard when it is free', () => {
  const { work, listeners, troubles, pass, failing } = setUp({ listen: EADDRINUSE });
  work.configure([bfdConfig()]);
  for (let second = 0; second < 5; second += 1) pass(1000);
  expect(troubles).toEqual([
    expect.stringContaining('hear BFD on port 3784 (ipv4) failed, EADDRINUSE'),
  ]);
  Object.assign(failing, { listen: undefined });
  pass(1000);
  expect([...listeners.keys()]).toEqual(['ipv4 3784']);
});
