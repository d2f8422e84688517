/** Netlink messages <-> bytes, against what a kernel accepted and answered. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/core/base/bytes.ts';
import {
  decodeDatagram,
  encodeBatch,
  frameLength,
  type NetlinkReply,
} from '../../../src/drivers/netlink-frames.ts';
import { ipvsVector } from '../../vectors/ipvs.ts';

const NLM_F_ACK = 4;
const HEADER = 16;
const IPVS_FAMILY = 0x20;

function decode(datagram: Uint8Array): { replies: NetlinkReply[]; isSound: boolean } {
  const replies: NetlinkReply[] = [];
  const isSound = decodeDatagram(datagram, (reply) => {
    if (reply.kind === 'end') replies.push(reply);
    else replies.push({ ...reply, payload: Uint8Array.from(reply.payload) });
  });
  return { replies, isSound };
}

/** An NLMSG_ERROR that names a request of 20 bytes, whole or capped, with TLVs behind it. */
function errorMessage(options: { readonly isCapped: boolean; readonly tlvs: string }): Uint8Array {
  const request = '1400000020000500070000000000000007010000';
  const body = `eaffffff${options.isCapped ? request.slice(0, 32) : request}${options.tlvs}`;
  const bytes = new Uint8Array(HEADER + body.length / 2);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 0x200 | (options.isCapped ? 0x100 : 0), true);
  view.setUint32(8, 7, true);
  bytes.set(Uint8Array.from(Buffer.from(body, 'hex')), HEADER);
  return bytes;
}

describe('encodeBatch', () => {
  it('writes messages behind one another, numbered, with the flags of each', () => {
    const names = ['NEW_SERVICE tcp 192.0.2.10:80 rr', 'NEW_SERVICE dup'];
    const requests = names.map((name) => ipvsVector(name).request);
    const commands = requests.map((request) => ({
      type: IPVS_FAMILY,
      payload: request.subarray(HEADER),
      operation: '',
    }));
    const batch = encodeBatch(commands, 5, () => NLM_F_ACK);
    expect(toHex(batch)).toBe(requests.map(toHex).join(''));
    expect(commands.map(frameLength)).toEqual([104, 104]);
  });

  it('pads a message but does not count the padding', () => {
    const command = { type: 20, payload: Uint8Array.of(1, 2, 3, 4, 5), operation: '' };
    const batch = encodeBatch([command, command], 1, () => 0);
    expect(batch).toHaveLength(48);
    expect(batch[0]).toBe(21);
    expect(batch[24]).toBe(21);
  });
});

describe('decodeDatagram', () => {
  it('reads several messages of one datagram', () => {
    const [daemons = new Uint8Array(0)] = ipvsVector('GET_DAEMON dump').replies;
    const { replies, isSound } = decode(daemons);
    expect(isSound).toBe(true);
    expect(replies).toMatchObject([
      { kind: 'data', seq: 0x22, type: IPVS_FAMILY },
      { kind: 'data', seq: 0x22, type: IPVS_FAMILY },
    ]);
  });

  it('reads the end of a dump, an acknowledgement, and a refusal that repeats the request', () => {
    const done = ipvsVector('GET_DAEMON dump').replies[1] ?? new Uint8Array(0);
    const end = { kind: 'end', interrupted: false, errno: 0, explanation: '' };
    expect(decode(done).replies).toEqual([{ ...end, seq: 0x22 }]);
    const [ack = new Uint8Array(0)] = ipvsVector('ZERO all').replies;
    expect(decode(ack).replies).toEqual([{ ...end, seq: 0x1c }]);
    const [refusal = new Uint8Array(0)] = ipvsVector('NEW_SERVICE dup').replies;
    expect(decode(refusal).replies).toEqual([{ ...end, seq: 6, errno: 17 }]);
  });

  it.each([true, false])('finds the explanation behind the request (capped: %s)', (isCapped) => {
    const tlvs = '0800010062616400' + '0800020018000000';
    const { replies } = decode(errorMessage({ isCapped, tlvs }));
    expect(replies).toMatchObject([{ errno: 22, explanation: 'bad at offset 24' }]);
  });

  it.each(['ff000100', '0500010062000000', '07'])(
    'keeps the errno when the explanation is garbled: %s',
    (tlvs) => {
      const { replies } = decode(errorMessage({ isCapped: true, tlvs }));
      expect(replies).toMatchObject([{ errno: 22, explanation: '' }]);
    },
  );

  it('says when a datagram ends in something that is no message', () => {
    const [ack = new Uint8Array(0)] = ipvsVector('ZERO all').replies;
    const { replies, isSound } = decode(Uint8Array.from([...ack, 1, 2, 3, 4]));
    expect(replies).toHaveLength(1);
    expect(isSound).toBe(false);
    expect(decode(ack.subarray(0, 20))).toMatchObject({ replies: [], isSound: false });
  });

  it('never throws, whatever the bytes', () => {
    void fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        decode(bytes);
      }),
    );
  });
});
