/** UDP_CHECK, DNS_CHECK and PING_CHECK against real sockets on loopback. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import process from 'node:process';
import { AF, IPPROTO, Socket as RawSocket, SOCK, sockaddrIn } from 'dgram-extensions';
import { describe, expect, it, onTestFinished } from 'vitest';
import { internetChecksum } from '../../../../src/core/base/checksum.ts';
import { milliseconds } from '../../../../src/core/base/time.ts';
import type { DatagramAttempt, DatagramStep } from '../../../../src/core/checkers/types.ts';
import type { CheckTarget } from '../../../../src/core/model/config.ts';
import { datagramTransport } from '../../../../src/drivers/probes/datagram-transport.ts';
import { ProbeJob } from '../../../../src/drivers/probes/probe-job.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { dnsCheck, pingCheck, udpCheck } from '../../../support/builders/check.ts';
import { Prober, probe, target } from '../../../support/probing.ts';

type Serve = (data: Buffer, from: RemoteInfo, socket: Socket) => void;

/** The port of a UDP server on loopback, closed when the test ends. */
async function serving(serve: Serve, address = '127.0.0.1'): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (data, from) => serve(data, from, socket));
  socket.bind(0, address);
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket.address().port;
}

/** A UDP port of loopback at which nobody listens. */
async function closedUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

const echo: Serve = (data, { port, address }, socket) => socket.send(data, port, address);
const silent: Serve = () => undefined;

function soon(port: number, change: Partial<CheckTarget> = {}): CheckTarget {
  return target(port, { connectTimeout: milliseconds(150), ...change });
}

describe('UDP_CHECK', () => {
  it('sends its payload and takes a reply', async () => {
    const seen: string[] = [];
    const port = await serving((data, from, socket) => {
      seen.push(data.toString('hex'));
      echo(data, from, socket);
    });
    const check = udpCheck({ target: target(port), payload: 'ab12', reply: 'ab' });
    expect(await probe(check)).toMatchObject({ outcome: 'ok', detail: 'a reply of 2 bytes' });
    expect(seen).toEqual(['ab12']);
  });

  it('over IPv6', async () => {
    const port = await serving(echo, '::1');
    const check = udpCheck({ target: target(port, { address: ip('::1') }) });
    expect(await probe(check)).toMatchObject({ outcome: 'ok' });
  });

  it('waits for its whole time-out when no reply is required', async () => {
    const result = await probe(udpCheck({ target: soon(await serving(silent)) }));
    expect(result).toMatchObject({ outcome: 'ok', detail: 'nothing was refused within 0.15 s' });
    expect(result.elapsed).toBeGreaterThanOrEqual(150_000);
  });

  it('fails on silence when a reply is required', async () => {
    const check = udpCheck({ target: soon(await serving(silent)), reply: '' });
    expect(await probe(check)).toMatchObject({ outcome: 'timeout' });
  });

  it.each([{}, { reply: '' }])('fails at once when nobody listens: %j', async (change) => {
    const check = udpCheck({ target: target(await closedUdpPort()), ...change });
    const result = await probe(check);
    expect(result).toMatchObject({ outcome: 'refused', detail: 'ICMP: port unreachable' });
    expect(result.elapsed).toBeLessThan(1_000_000);
  });

  it('looks at no more than it compares, and knows the length of the whole', async () => {
    const port = await serving((_data, { port: to, address }, socket) =>
      socket.send(Buffer.alloc(9_000, 1), to, address),
    );
    const check = udpCheck({ target: target(port), reply: '01' });
    expect(await probe(check)).toMatchObject({
      outcome: 'too-large',
      detail: 'a reply of 9000 bytes, at most 255 expected',
    });
  });

  it('comes from the address and port that are configured, again and again', async () => {
    const seen: string[] = [];
    const port = await serving((data, from, socket) => {
      seen.push(`${from.address} ${from.port}`);
      echo(data, from, socket);
    });
    const sourcePort = await closedUdpPort();
    const from = { sourceAddress: ip('127.0.0.9'), sourcePort };
    const prober = new Prober();
    for (let i = 0; i < 3; i++) {
      const result = await prober.run(udpCheck({ target: target(port, from) }));
      expect(result).toMatchObject({ outcome: 'ok' });
    }
    expect(seen).toEqual(Array(3).fill(`127.0.0.9 ${sourcePort}`));
  });

  it.each([
    ['source address', { sourceAddress: ip('192.0.2.77') }],
    ['interface', { sourceInterface: 'no-such-if0' }],
  ])('calls a %s that is not on this host a local error', async (_what, change) => {
    const check = udpCheck({ target: target(await serving(echo), change) });
    expect(await probe(check)).toMatchObject({ outcome: 'local-error' });
  });

  it('reports nothing of a probe that is cancelled', async () => {
    const port = await serving(silent);
    const prober = new Prober();
    prober.runner.start(1, 1, udpCheck({ target: soon(port) }));
    prober.runner.cancel(1, 1);
    expect(await prober.run(udpCheck({ target: soon(port) }))).toMatchObject({ outcome: 'ok' });
    expect(prober.results).toEqual([{ checkId: 1, generation: 1 }]);
    expect(prober.runner.running).toBe(0);
  });
});

/** Answers a query with its own id and the given flags. */
function answering(flags: number, change: (answer: Buffer) => void = () => undefined): Serve {
  return (query, { port, address }, socket) => {
    const answer = Buffer.from(query);
    answer.writeUInt16BE(flags, 2);
    change(answer);
    socket.send(answer, port, address);
  };
}

describe('DNS_CHECK', () => {
  it.each<[string, Serve, string]>([
    ['an answer', answering(0x8180), 'ok'],
    ['an answer that is cut', answering(0x8380), 'ok'],
    ['an error', answering(0x8182), 'bad-status'],
    ['no answer', silent, 'timeout'],
    ['another id', answering(0x8180, (answer) => answer.writeUInt16BE(0, 0)), 'timeout'],
    ['its own query', echo, 'timeout'],
  ])('%s', async (_what, serve, outcome) => {
    const check = dnsCheck({ target: soon(await serving(serve)), name: 'example.org' });
    expect(await probe(check)).toMatchObject({ outcome });
  });

  it('waits on behind an answer with another id', async () => {
    const port = await serving((query, from, socket) => {
      answering(0x8180, (answer) => answer.writeUInt16BE(answer.readUInt16BE() ^ 1, 0))(
        query,
        from,
        socket,
      );
      setTimeout(() => answering(0x8180)(query, from, socket), 30);
    });
    expect(await probe(dnsCheck({ target: target(port) }))).toMatchObject({ outcome: 'ok' });
  });

  it('draws another id for each query', async () => {
    const ids: number[] = [];
    const port = await serving((query, from, socket) => {
      ids.push(query.readUInt16BE());
      answering(0x8180)(query, from, socket);
    });
    const prober = new Prober();
    for (let i = 0; i < 8; i++) await prober.run(dnsCheck({ target: target(port) }));
    expect(new Set(ids).size).toBeGreaterThan(1);
  });

  it('gives up a server that floods it with what is no answer', async () => {
    let left = 1_500;
    onTestFinished(() => {
      left = 0;
    });
    const port = await serving((_query, { port: to, address }, socket) => {
      const send = (): void => {
        if (--left < 0) return;
        socket.send('no answer', to, address);
        // Not faster than they are read: what finds no room in the socket is lost.
        setImmediate(send);
      };
      send();
    });
    const patient = target(port, { connectTimeout: milliseconds(20_000) });
    expect(await probe(dnsCheck({ target: patient }))).toMatchObject({
      outcome: 'bad-response',
      detail: 'more than 1000 datagrams, none of them the answer',
    });
  });
});

/** A raw socket needs CAP_NET_RAW. */
const isRoot = process.geteuid?.() === 0;

describe.runIf(isRoot)('PING_CHECK', () => {
  it.each(['127.0.0.1', '::1'])('is answered by %s', async (address) => {
    const check = pingCheck({ target: target(0, { address: ip(address) }) });
    expect(await probe(check)).toMatchObject({ outcome: 'ok', detail: 'answered' });
  });

  it('keeps many to one host apart', async () => {
    const prober = new Prober();
    const check = pingCheck({ target: target(0) });
    const results = await Promise.all(Array.from({ length: 50 }, () => prober.run(check)));
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
  });

  it('is not ended by an ICMP error, which anybody can send', async () => {
    const raw = new RawSocket({ family: AF.INET, type: SOCK.RAW, protocol: IPPROTO.ICMP });
    raw.connect(sockaddrIn(Uint8Array.of(127, 0, 0, 1), 0));
    onTestFinished(() => raw.close());
    const answer = icmp(0, Uint8Array.of(0x77, 0x77, 0, 1));
    const found = new Promise((resolve) => {
      const connector = { connect: () => 0, cancel: () => undefined };
      const job = new ProbeJob(connector as never, {} as never, resolve);
      const ask = (): DatagramAttempt => ({
        request: icmp(8, Uint8Array.of(1, 2, 0, 1)),
        take: (bytes) =>
          bytes[0] === 0 && bytes[4] === 0x77 ? { outcome: 'ok', detail: 'late' } : undefined,
        silence: { outcome: 'timeout', detail: 'silence' },
      });
      const step = { transport: 'datagram', protocol: 'icmp', looksAt: 8, target: target(0), ask };
      datagramTransport(job, step as DatagramStep, resolve);
    });
    expect(raw.send(icmp(3, Uint8Array.of(0, 0, 0, 0, ...FOREIGN_ECHO)))).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(raw.send(answer)).toBeGreaterThan(0);
    expect(await found).toEqual({ outcome: 'ok', detail: 'late' });
  });
});

/** An echo request of another program from 127.0.0.1 to 127.0.0.1, as an error quotes it. */
const FOREIGN_ECHO: readonly number[] = [
  ...[0x45, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1],
  ...[8, 0, 0, 0, 0xde, 0xad, 0, 9],
];

/** An ICMP message (RFC 792) with code 1, or 0 for an echo. */
function icmp(type: number, rest: Uint8Array): Uint8Array {
  const bytes = Uint8Array.of(type, type === 3 ? 1 : 0, 0, 0, ...rest);
  const sum = internetChecksum(bytes);
  bytes.set([sum >> 8, sum & 0xff], 2);
  return bytes;
}
