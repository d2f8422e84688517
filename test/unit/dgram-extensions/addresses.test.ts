/** Socket addresses against byte layouts written out by hand from the kernel's headers. */

import { endianness } from 'node:os';
import {
  addressOf,
  familyOf,
  sockaddrIn,
  sockaddrIn6,
  sockaddrLl,
  sockaddrNl,
} from 'dgram-extensions';
import { describe, expect, it } from 'vitest';

const HOST_IS_LITTLE_ENDIAN = endianness() === 'LE';

/** A host integer of `length` bytes. */
function host(value: number, length: number): number[] {
  const bytes = Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) & 0xff);
  return HOST_IS_LITTLE_ENDIAN ? bytes : bytes.reverse();
}

const V6 = Uint8Array.from({ length: 16 }, (_, i) => i + 1);

describe('sockaddrIn', () => {
  it('has the family in host order, the port in network order, and the address (ip(7))', () => {
    const bytes = sockaddrIn(Uint8Array.of(192, 0, 2, 1), 0x1234);
    expect([...bytes]).toEqual([...host(2, 2), 0x12, 0x34, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(familyOf(bytes)).toBe(2);
    expect([...addressOf(bytes)]).toEqual([192, 0, 2, 1]);
  });

  it('has port 0 when none is given', () => {
    expect([...sockaddrIn(Uint8Array.of(1, 2, 3, 4)).subarray(2, 4)]).toEqual([0, 0]);
  });

  it('refuses an address that is not 4 bytes', () => {
    expect(() => sockaddrIn(V6)).toThrow(RangeError);
  });
});

describe('sockaddrIn6', () => {
  it('has port and flow label in network order and the scope in host order (ipv6(7))', () => {
    const bytes = sockaddrIn6(V6, { port: 0x1234, scopeId: 7, flowInfo: 0x01020304 });
    expect([...bytes]).toEqual([...host(10, 2), 0x12, 0x34, 1, 2, 3, 4, ...V6, ...host(7, 4)]);
    expect([...addressOf(bytes)]).toEqual([...V6]);
  });

  it('refuses an address that is not 16 bytes', () => {
    expect(() => sockaddrIn6(Uint8Array.of(1, 2, 3, 4))).toThrow(RangeError);
  });
});

describe('sockaddrLl', () => {
  it('has the protocol in network order and the hardware address with its length (packet(7))', () => {
    const hardwareAddress = Uint8Array.of(0, 0, 0x5e, 0, 1, 51);
    const bytes = sockaddrLl({ ifindex: 3, protocol: 0x0806, hardwareAddress });
    expect([...bytes]).toEqual([
      ...[...host(17, 2), 8, 6, ...host(3, 4), 0, 0, 0, 6],
      ...[...hardwareAddress, 0, 0],
    ]);
    expect(addressOf(bytes)).toHaveLength(0);
  });

  it('refuses a hardware address of more than 8 bytes', () => {
    const hardwareAddress = new Uint8Array(9);
    expect(() => sockaddrLl({ ifindex: 1, protocol: 0, hardwareAddress })).toThrow(RangeError);
  });
});

describe('sockaddrNl', () => {
  it('has port id and groups in host order (netlink(7))', () => {
    const bytes = sockaddrNl({ portId: 0x01020304, groups: 5 });
    expect([...bytes]).toEqual([...host(16, 2), 0, 0, ...host(0x01020304, 4), ...host(5, 4)]);
  });

  it('means the kernel when nothing is given', () => {
    expect([...sockaddrNl().subarray(2)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('familyOf', () => {
  it('is 0 for no address at all', () => {
    expect(familyOf(new Uint8Array(0))).toBe(0);
  });
});
