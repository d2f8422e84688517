/** Decoders of packets: VRRP, its authentication header, BFD, ARP, neighbour advertisements, and the headers around them. */
import assert from 'node:assert/strict';
import type { IpFamily } from '../../src/core/base/address.ts';
import { instant, seconds } from '../../src/core/base/time.ts';
import { BfdSessions } from '../../src/core/bfd/sessions.ts';
import { decodeArp, encodeGratuitousArp } from '../../src/core/wire/arp.ts';
import { type BfdPacket, decodeBfd, encodeBfd } from '../../src/core/wire/bfd.ts';
import { decodeEthernetHeader } from '../../src/core/wire/ethernet.ts';
import { decodeIpv4Header } from '../../src/core/wire/ipv4.ts';
import { decodeIpv6Header } from '../../src/core/wire/ipv6.ts';
import { decodeNeighbourAdvertisement } from '../../src/core/wire/neighbour-advertisement.ts';
import {
  checksumStyleOf,
  decodeAdvertisement,
  encodeAdvertisement,
} from '../../src/core/wire/vrrp.ts';
import { AH_LENGTH, decodeAh } from '../../src/core/wire/vrrp-ah.ts';
import { ip } from '../support/builders/addresses.ts';
import { instance, instance6 } from '../support/builders/instance.ts';
import { DIGESTS } from '../support/builders/packet.ts';
import { Bench } from '../support/vrrp-bench.ts';
import { hex, packetOf, VECTORS } from '../vectors/vrrp.ts';
import { checkResult } from './check-views.ts';
import type { FuzzTarget } from './engine.ts';

const FRAMES = VECTORS.advertisements.map((vector) => hex(vector.frame));
const PACKETS = VECTORS.advertisements.map((vector) => packetOf(vector));
/** Behind an IPv4 header of 20 bytes, or an IPv6 one of 40. */
const MESSAGES = PACKETS.map((packet) => packet.slice((packet[0] ?? 0) >> 4 === 6 ? 40 : 20));

const BFD_UP: BfdPacket = {
  diagnostic: 'none',
  state: 'Up',
  poll: false,
  final: false,
  demand: false,
  multiplier: 3,
  myDiscriminator: 7,
  yourDiscriminator: 9,
  desiredMinTx: seconds(1),
  requiredMinRx: seconds(1),
};
const BFD_PACKETS = [
  BFD_UP,
  { ...BFD_UP, state: 'Down' as const, yourDiscriminator: 0 },
  { ...BFD_UP, state: 'Init' as const, poll: true },
  { ...BFD_UP, final: true, diagnostic: 'detection-time-expired' as const },
].map(encodeBfd);

const ENDS = {
  ipv4: { source: new Uint8Array(4).fill(1), destination: new Uint8Array(4).fill(2) },
  ipv6: { source: new Uint8Array(16).fill(1), destination: new Uint8Array(16).fill(2) },
};

function advertisement(family: IpFamily, input: Uint8Array): void {
  const decoded = decodeAdvertisement(input, family);
  checkResult(input, decoded);
  if (!decoded.ok) return;
  const { value } = decoded;
  assert.equal(value.addresses.length, input[3]);
  checksumStyleOf(input, value.version, family, 0xffff);
  if (value.version === 2 && family === 'ipv6') return;
  const encoded = encodeAdvertisement(value, family, ENDS[family], 'pseudo-header');
  const again = decodeAdvertisement(encoded, family);
  assert.ok(again.ok, 'what was encoded is decoded');
  const { checksum: _, ...fields } = value;
  const { checksum: __, ...fieldsAgain } = again.value;
  assert.deepEqual(fieldsAgain, fields);
}

/** A Backup and a Master that hear it: no exception, and a damaged packet changes nothing. */
function router(config: Parameters<typeof instance>[0], family: IpFamily) {
  const make = family === 'ipv4' ? instance : instance6;
  return (input: Uint8Array): void => {
    const bench = new Bench(make(config)).run(1);
    const event = bench.packetEvent({});
    bench.send({ ...event, message: input });
    bench.send({ ...event, message: input, ipPacket: input });
    bench.send({ ...event, message: input, cutFrom: 5_000 });
    assert.equal(bench.state(), 'BACKUP');
    bench.run(9);
    bench.send({ ...event, message: input, receivedAt: bench.now });
    bench.run(12);
  };
}

/** Packets of VRRP and what lies around them. */
export const PACKET_TARGETS: readonly FuzzTarget[] = [
  { name: 'vrrp-ipv4', samples: MESSAGES, run: (input) => advertisement('ipv4', input) },
  { name: 'vrrp-ipv6', samples: MESSAGES, run: (input) => advertisement('ipv6', input) },
  { name: 'vrrp-router-2', samples: MESSAGES, run: router({ vrid: 51 }, 'ipv4') },
  { name: 'vrrp-router-3', samples: MESSAGES, run: router({ vrid: 51, version: 3 }, 'ipv4') },
  { name: 'vrrp-router-ipv6', samples: MESSAGES, run: router({}, 'ipv6') },
  {
    name: 'vrrp-router-ah',
    samples: PACKETS,
    run: router({ vrid: 51, authentication: { type: 'AH', secret: 's3cr3t' } }, 'ipv4'),
  },
  {
    name: 'ah',
    samples: PACKETS,
    run: (input) => {
      const opened = decodeAh(input, { key: new Uint8Array(8), ...DIGESTS, unicast: false });
      checkResult(input, opened);
      if (opened.ok) assert.ok(opened.value.message.length <= input.length - AH_LENGTH);
    },
  },
  {
    name: 'bfd',
    samples: BFD_PACKETS,
    run: (input) => {
      const decoded = decodeBfd(input);
      checkResult(input, decoded);
      if (!decoded.ok) return;
      const again = decodeBfd(encodeBfd(decoded.value));
      assert.ok(again.ok, 'what was encoded is decoded');
      assert.deepEqual(again.value, decoded.value);
    },
  },
  {
    name: 'bfd-session',
    samples: BFD_PACKETS,
    run: (input, random) => {
      const sessions = new BfdSessions(() => random.next());
      sessions.handle(instant(0), { type: 'configured', sessions: [BFD_SESSION] });
      for (let i = 1; i <= 4; i++) {
        const now = instant(i * 300_000);
        const address = { source: ip('192.0.2.2'), destination: ip('192.0.2.1') };
        const about = { ttl: 255, multihop: false, receivedAt: now, message: input };
        sessions.handle(now, { type: 'packet', ...address, ...about });
        sessions.handle(now, { type: 'deadline' });
      }
      assert.ok((sessions.deadline ?? 0) >= 0);
    },
  },
  {
    name: 'arp',
    samples: VECTORS.arp.map(({ frame }) => hex(frame)),
    run: (input) => {
      const decoded = decodeArp(input);
      checkResult(input, decoded);
      checkResult(input, decodeEthernetHeader(input));
      const valid = decodeArp(encodeGratuitousArp(input.slice(0, 6), input.slice(6, 10)));
      assert.ok(valid.ok || input.length < 10);
    },
  },
  {
    name: 'neighbour-advertisement',
    samples: VECTORS.neighbourAdvertisements.map(({ frame }) => hex(frame)),
    run: (input) => checkResult(input, decodeNeighbourAdvertisement(input)),
  },
  {
    name: 'ip-headers',
    samples: [...FRAMES, ...PACKETS],
    run: (input) => {
      checkResult(input, decodeEthernetHeader(input));
      checkResult(input, decodeIpv4Header(input));
      checkResult(input, decodeIpv6Header(input));
    },
  },
];

const BFD_SESSION = {
  name: 'BFD',
  neighbour: ip('192.0.2.2'),
  source: ip('192.0.2.1'),
  minReceive: seconds(0.3),
  minTransmit: seconds(0.3),
  idleTransmit: seconds(1),
  multiplier: 3,
  passive: false,
  maxHops: 0,
  multihop: false,
  forVrrp: true,
  forCheckers: false,
};
