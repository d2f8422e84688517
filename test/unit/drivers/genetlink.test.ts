/** Finding a generic netlink family. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/core/base/bytes.ts';
import {
  genericAttributes,
  genericCommand,
  resolveFamily,
} from '../../../src/drivers/genetlink.ts';
import { NetlinkSocket } from '../../../src/drivers/netlink-socket.ts';
import { FakeKernel } from '../../support/fake-kernel.ts';
import { FakeIpvs } from '../../support/fake-kernel-ipvs.ts';
import { ipvsVector } from '../../vectors/ipvs.ts';

describe('resolveFamily', () => {
  it('finds the number of a family by its name', async () => {
    const ipvs = new FakeIpvs();
    const socket = new NetlinkSocket(new FakeKernel(ipvs.handle).openPort());
    expect(await resolveFamily(socket, 'IPVS')).toEqual({ ok: true, value: 0x20 });
  });

  it('reports ENOENT for a family that nobody provides', async () => {
    const socket = new NetlinkSocket(new FakeKernel(new FakeIpvs().handle).openPort());
    expect(await resolveFamily(socket, 'nl80211')).toMatchObject({
      error: { errnoName: 'ENOENT', operation: 'find the generic netlink family nl80211' },
    });
  });

  it('reports an answer that names no number', async () => {
    const kernel = new FakeKernel(() => ({ data: [Uint8Array.of(1, 2, 0, 0)] }));
    const socket = new NetlinkSocket(kernel.openPort());
    expect(await resolveFamily(socket, 'IPVS')).toMatchObject({ error: { errnoName: 'EBADMSG' } });
  });
});

describe('generic messages', () => {
  it('has command and version in front of the attributes', () => {
    const vector = ipvsVector('ZERO one').request;
    const { payload, type } = genericCommand({
      family: 0x20,
      command: 16,
      version: 1,
      attributes: vector.subarray(20),
      operation: '',
    });
    expect(type).toBe(0x20);
    expect(toHex(payload)).toBe(toHex(vector.subarray(16)));
    expect(genericAttributes(payload)).toMatchObject({ ok: true });
  });
});
