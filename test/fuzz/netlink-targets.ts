/** Decoders of netlink: attributes, datagrams, links and addresses, and the objects of IPVS. */
import assert from 'node:assert/strict';
import type { IpFamily } from '../../src/core/base/address.ts';
import { decodeInfo, decodeTimeouts } from '../../src/core/lvs/config-codec.ts';
import { decodeDaemon } from '../../src/core/lvs/daemon-codec.ts';
import { decodeDestination } from '../../src/core/lvs/destination-codec.ts';
import { decodeService } from '../../src/core/lvs/service-codec.ts';
import { decodeStats } from '../../src/core/lvs/stats-codec.ts';
import {
  type Attributes,
  AttributeWriter,
  readAttributes,
  readNested,
} from '../../src/core/netlink/attributes.ts';
import { genericAttributes } from '../../src/drivers/genetlink.ts';
import { decodeDatagram } from '../../src/drivers/netlink-frames.ts';
import {
  decodeAddressMessage,
  decodeChange,
  decodeLink,
} from '../../src/drivers/rtnetlink-messages.ts';
import { IPVS_VECTORS } from '../vectors/ipvs.ts';
import { checkResult, checkViews } from './check-views.ts';
import type { FuzzTarget } from './engine.ts';

const REPLIES: readonly Uint8Array[] = IPVS_VECTORS.flatMap((vector) => vector.replies);

function ipvs(attributes: Attributes, family: IpFamily): void {
  decodeService(attributes);
  decodeDestination(attributes, family);
  decodeDaemon(attributes);
  decodeInfo(attributes);
  decodeTimeouts(attributes);
  decodeStats(attributes, 10, 12);
}

/** Netlink. */
export const NETLINK_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'netlink-attributes',
    samples: REPLIES,
    run: (input, random) => {
      const result = readAttributes(input);
      checkResult(input, result);
      if (!result.ok) return;
      for (const value of result.value.values()) checkViews(input, { value });
      readNested(result.value, random.between(0, 20));
      const writer = new AttributeWriter();
      for (const [type, value] of result.value) writer.bytes(type, value);
      const again = readAttributes(writer.finish());
      assert.ok(again.ok, 'what was written is read');
      assert.deepEqual(
        [...again.value].map(([type, value]) => [type, [...value]]),
        [...result.value].map(([type, value]) => [type, [...value]]),
      );
    },
  },
  {
    name: 'netlink-datagrams',
    samples: REPLIES,
    run: (input, random) => {
      decodeDatagram(input, (reply) => {
        if (reply.kind !== 'data') return;
        decodeLink(reply.payload);
        decodeAddressMessage(reply.payload);
        decodeChange(reply.type, reply.payload);
      });
      decodeLink(input);
      decodeAddressMessage(input);
      decodeChange(random.between(16, 40), input);
    },
  },
  {
    // Any attributes, in the right framing.
    name: 'ipvs-attributes',
    samples: [Uint8Array.from({ length: 120 }, (_, i) => (i * 37) % 251)],
    run: (input, random) => {
      const writer = new AttributeWriter();
      for (let at = 0; at + 2 <= input.length; ) {
        const [type = 0, length = 0] = input.subarray(at, at + 2);
        writer.bytes(type % 21, input.subarray(at + 2, at + 2 + (length % 25)));
        at += 2 + (length % 25);
      }
      const result = readAttributes(writer.finish());
      assert.ok(result.ok);
      ipvs(result.value, random.pick(['ipv4', 'ipv6'] as const));
    },
  },
  {
    name: 'ipvs',
    samples: REPLIES,
    run: (input, random) => {
      const family = random.pick(['ipv4', 'ipv6'] as const);
      const outer = genericAttributes(input);
      if (!outer.ok) return;
      ipvs(outer.value, family);
      for (const type of outer.value.keys()) {
        const inner = readNested(outer.value, type);
        if (inner.ok) ipvs(inner.value, family);
      }
    },
  },
];
