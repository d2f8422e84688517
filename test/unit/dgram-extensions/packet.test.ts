/** Raw, packet and netlink sockets and probes inside network namespaces of the test's own. Needs root. */

import { AF, ICMP, IPPROTO, SOCK, SOL, Socket, sockaddrIn } from 'dgram-extensions';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runChild, startChild } from '../../support/dgram-extensions/child.ts';
import {
  Namespace,
  namespaceObstacle,
  skipWithReason,
} from '../../support/dgram-extensions/namespace.ts';
import { LOOPBACK } from '../../support/dgram-extensions/udp.ts';
import { until } from '../../support/dgram-extensions/wait.ts';

// Programs of their own start slowly on a busy machine; they are killed after half a minute.
vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

const made: Namespace[] = [];
function namespace(): Namespace {
  const space = new Namespace();
  made.push(space);
  return space;
}

afterEach(() => {
  for (const space of made.splice(0)) space.remove();
});

/** Two namespaces joined by a cable, v0 in each; 10.9.0.1 and .2, fe80::1 and fe80::2. */
function pair(): [Namespace, Namespace] {
  const left = namespace();
  const right = namespace();
  left.ip('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v0', 'netns', right.name);
  for (const [space, number] of [
    [left, 1],
    [right, 2],
  ] as const) {
    space.ip('link', 'set', 'v0', 'addrgenmode', 'none');
    space.ip('link', 'set', 'v0', 'up');
    space.ip('addr', 'add', `10.9.0.${number}/24`, 'dev', 'v0');
    space.ip('addr', 'add', `fe80::${number}/64`, 'dev', 'v0', 'nodad');
  }
  return [left, right];
}

describe.skipIf(skipWithReason('raw and packet sockets', namespaceObstacle()))('as root', () => {
  it('receives protocol 112 and ARP with TTL, interface, destination, source and time', async () => {
    const [left, right] = pair();
    const receiver = startChild('adverts-receive.mjs', ['v0'], { namespace: right.name });
    await until('the receiver', () => receiver.lines.some((line) => 'ready' in line));
    const sender = await runChild('adverts-send.mjs', ['v0'], { namespace: left.name });
    expect(sender).toMatchObject({ code: 0, stderr: '' });
    expect(sender.lines).toEqual([{ v4: 8 }, { v6: 8 }, { hdrincl: 28 }, { arp: 42 }]);
    const heard = (kind: string) => receiver.lines.filter((line) => line['kind'] === kind);
    await until('all four', () =>
      ['v4', 'v4', 'v6', 'arp'].every((kind) => heard(kind).length > 0),
    );
    await until('both of IPv4', () => heard('v4').length === 2);
    receiver.stop();
    expect(await receiver.outcome).toMatchObject({ code: 0, signal: null, stderr: '' });

    const common = { onDevice: true, truncated: false, receivedInThePast: true };
    const payload = '3133960100640000';
    const [multicast, own] = heard('v4');
    expect(multicast).toMatchObject({
      ...common,
      ttl: 255,
      trafficClass: 0xc0,
      destination: 'e0000012',
      source: '0a090001',
      length: 28,
      payload: expect.stringMatching(new RegExp(`^45c0.*${payload}$`)),
    });
    expect(own).toMatchObject({ ...common, ttl: 17, source: '0a09004d' });
    expect(heard('v6')[0]).toMatchObject({
      ...common,
      ttl: 255,
      trafficClass: 0xc0,
      destination: 'ff020000000000000000000000000012',
      source: 'fe800000000000000000000000000001',
      length: 8,
      payload,
    });
    expect(heard('arp')[0]).toMatchObject({
      ...common,
      ttl: -1,
      destination: '',
      source: '',
      length: 42,
      payload: expect.stringMatching(/^ffffffffffff00005e0001330806/),
    });
    for (const kind of ['v4', 'v6', 'arp']) expect(heard(kind)[0]?.['ageUs']).toBeLessThan(5e6);
  });

  it('survives a link going down under a packet socket: ENETDOWN, then frames again', async () => {
    const space = namespace();
    space.ip('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1');
    for (const name of ['v0', 'v1']) space.ip('link', 'set', name, 'addrgenmode', 'none', 'up');
    const outcome = await runChild('link-down.mjs', [], { namespace: space.name });
    expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(outcome.lines).toEqual([
      { stage: 'up', length: 60, onDevice: true },
      { sendWhileDown: -100 },
      { error: 'ENETDOWN', syscall: 'recvmmsg' },
      { stage: 'up again', length: 60 },
    ]);
  });

  it('survives an overrun of netlink: ENOBUFS, the queued messages, then new ones', async () => {
    const space = namespace();
    const outcome = await runChild('overrun.mjs', [], { namespace: space.name });
    expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(outcome.lines).toEqual([{ error: 'ENOBUFS' }, { queued: true }, { afterOverrun: true }]);
  });

  it('pings with a raw ICMP socket and a filter that lets only echo replies in', async () => {
    const socket = new Socket({ family: AF.INET, type: SOCK.RAW, protocol: IPPROTO.ICMP });
    const types: (number | undefined)[] = [];
    try {
      // A bit for each type to drop: all but echo reply, type 0.
      socket.setOption(SOL.RAW, ICMP.FILTER, 0xfffffffe);
      socket.onMessage((data) => types.push(data[20]));
      // Echo request with a correct checksum, so that loopback answers it.
      socket.send(Uint8Array.of(8, 0, 0xf7, 0xff, 0, 0, 0, 0), sockaddrIn(LOOPBACK));
      await until('the reply', () => types.length > 0);
      expect(types).toEqual([0]);
    } finally {
      socket.close();
    }
  });
});

describe.skipIf(skipWithReason('probes in namespaces', namespaceObstacle()))('probes', () => {
  it('runs 4096 at once into a timeout, none early, and refuses one more', async () => {
    const [left] = pair();
    left.ip('neigh', 'add', '10.9.0.2', 'lladdr', '02:00:00:00:00:99', 'dev', 'v0');
    const outcome = await runChild('probes.mjs', ['timeouts'], { namespace: left.name });
    expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(outcome.lines).toEqual([
      { started: [0], active: 4096 },
      { whenFull: -105 },
      { outcomes: { 'connect -110': 4096 }, neverEarly: true, active: 0 },
    ]);
  });

  it('does not take the event of a cancelled probe for the next one in its slot', async () => {
    const [left] = pair();
    left.ip('neigh', 'add', '10.9.0.2', 'lladdr', '02:00:00:00:00:99', 'dev', 'v0');
    const outcome = await runChild('probes.mjs', ['reusedSlots'], { namespace: left.name });
    expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(outcome.lines).toEqual([
      { id: 0, errno: -111, phase: 'connect' },
      { id: 100, errno: -110, phase: 'connect' },
    ]);
  });

  it('shares source ports between destinations (IP_BIND_ADDRESS_NO_PORT, ip(7))', async () => {
    const space = namespace();
    const outcome = await runChild('probes.mjs', ['sourcePorts'], { namespace: space.name });
    expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(outcome.lines).toEqual([{ errnos: Array.from({ length: 16 }, () => -110) }]);
  });

  it('goes through the interface it is given', async () => {
    const space = namespace();
    const outcome = await runChild('probes.mjs', ['device'], { namespace: space.name });
    expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(outcome.lines).toEqual([{ absent: -19 }, { id: 1, errno: -111, phase: 'connect' }]);
  });
});
