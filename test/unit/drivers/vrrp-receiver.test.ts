/** The filter of receivers below the IP layer, run as the kernel runs it. */
import { describe, expect, test } from 'vitest';
import { ipBytes } from '../../../src/core/base/address.ts';
import { concatBytes } from '../../../src/core/base/bytes.ts';
import { HOST_IS_LITTLE_ENDIAN } from '../../../src/core/netlink/attributes.ts';
import { encodeIpv4Header } from '../../../src/core/wire/ipv4.ts';
import { filterOf } from '../../../src/drivers/vrrp-receiver.ts';
import { ip } from '../../support/builders/addresses.ts';

const GROUP4 = ip('224.0.0.18');
const GROUP6 = ip('ff02::12');

/** True when the program lets the packet pass: the instructions of it, one after another (linux/filter.h). */
function passes(program: Uint8Array, packet: Uint8Array): boolean {
  const view = new DataView(program.buffer);
  const data = new DataView(packet.buffer, packet.byteOffset, packet.length);
  let a = 0;
  let x = 0;
  for (let at = 0; at < program.length; at += 8) {
    const code = view.getUint16(at, HOST_IS_LITTLE_ENDIAN);
    const [yes, no] = [view.getUint8(at + 2), view.getUint8(at + 3)];
    const k = view.getUint32(at + 4, HOST_IS_LITTLE_ENDIAN);
    try {
      if (code === 0x30) a = data.getUint8(k);
      else if (code === 0x28) a = data.getUint16(k);
      else if (code === 0x20) a = data.getUint32(k);
      else if (code === 0x50) a = data.getUint8(x + k);
      else if (code === 0xb1) x = (data.getUint8(k) & 0x0f) * 4;
      else if (code === 0x15) at += 8 * (a === k ? yes : no);
      else if (code === 0x45) at += 8 * ((a & k) !== 0 ? yes : no);
      else if (code === 0x06) return k !== 0;
      else throw new Error(`unknown instruction ${code}`);
    } catch (error) {
      // A load beyond the packet ends the program.
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
  throw new Error('the program has no end');
}

function packet4(changes: {
  protocol?: number;
  to?: string;
  vrid?: number;
  fragment?: number;
}): Uint8Array {
  const { protocol = 112, to = '224.0.0.18', vrid = 51, fragment = 0 } = changes;
  const message = Uint8Array.of(0x31, vrid, 100, 1, 0, 100, 0, 0, 192, 0, 2, 100);
  const header = encodeIpv4Header({
    tos: 0xc0,
    payloadLength: message.length,
    identification: 1,
    dontFragment: false,
    ttl: 255,
    protocol,
    source: ipBytes(ip('192.0.2.2')),
    destination: ipBytes(ip(to)),
  });
  header[6] = fragment;
  return concatBytes([header, message]);
}

function packet6(next: number, to: string, vrid: number): Uint8Array {
  const header = new Uint8Array(40);
  header[0] = 0x60;
  header[6] = next;
  header[7] = 255;
  header.set(ipBytes(ip(to)), 24);
  return concatBytes([header, Uint8Array.of(0x31, vrid, 100, 1, 0, 100, 0, 0)]);
}

describe('the filter for IPv4', () => {
  const program = filterOf({ family: 'ipv4', protocol: 112, group: GROUP4, vrid: 51 });

  test('passes advertisements of the virtual router to its group', () => {
    expect(passes(program, packet4({}))).toBe(true);
    const any = filterOf({ family: 'ipv4', protocol: 112, group: GROUP4 });
    expect(passes(any, packet4({ vrid: 9 }))).toBe(true);
  });

  test('passes nothing else: another router, protocol, destination, a fragment, a stump', () => {
    expect(passes(program, packet4({ vrid: 52 }))).toBe(false);
    expect(passes(program, packet4({ protocol: 17 }))).toBe(false);
    expect(passes(program, packet4({ to: '224.0.0.5' }))).toBe(false);
    expect(passes(program, packet4({ to: '192.0.2.1' }))).toBe(false);
    expect(passes(program, packet4({ fragment: 0x20 }))).toBe(false);
    for (let length = 0; length < 22; length++) {
      expect(passes(program, packet4({}).subarray(0, length))).toBe(false);
    }
  });

  test('finds the router behind options of IP and behind an authentication header', () => {
    const plain = packet4({});
    const options = concatBytes([plain.subarray(0, 20), new Uint8Array(8), plain.subarray(20)]);
    options[0] = 0x47;
    expect(passes(program, options)).toBe(true);
    const ah = filterOf({ family: 'ipv4', protocol: 51, group: GROUP4, vrid: 51 });
    const packet = packet4({ protocol: 51 });
    const protectedOne = concatBytes([
      packet.subarray(0, 20),
      new Uint8Array(24),
      packet.subarray(20),
    ]);
    expect(passes(ah, protectedOne)).toBe(true);
    expect(passes(ah, plain)).toBe(false);
  });
});

test('the filter for IPv6 passes advertisements of the virtual router to its group, and nothing else', () => {
  const program = filterOf({ family: 'ipv6', protocol: 112, group: GROUP6, vrid: 61 });
  expect(passes(program, packet6(112, 'ff02::12', 61))).toBe(true);
  expect(passes(program, packet6(112, 'ff02::12', 62))).toBe(false);
  expect(passes(program, packet6(58, 'ff02::12', 61))).toBe(false);
  expect(passes(program, packet6(112, 'ff02::1', 61))).toBe(false);
  expect(passes(program, packet6(112, 'fe80::1', 61))).toBe(false);
});
