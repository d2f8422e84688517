/** Destinations as kernels reported them, read into records. */
import { describe, expect, it } from 'vitest';
import * as abi from '../../../../src/core/lvs/abi.ts';
import { decodeDestination } from '../../../../src/core/lvs/destination-codec.ts';
import type { Attributes } from '../../../../src/core/netlink/attributes.ts';
import { destination } from '../../../support/builders/ipvs.ts';
import { answer, block } from './answers.ts';

describe('decodeDestination', () => {
  const whole = (): Attributes =>
    block(answer('GET_DEST dump with counters'), abi.IPVS_CMD_ATTR_DEST);

  it('reads configuration, connections and counters', () => {
    expect(decodeDestination(whole(), 'ipv4')).toEqual({
      ok: true,
      value: {
        ...destination('192.168.20.11', 80, {
          forwarding: 'masquerade',
          weight: 3,
          upperThreshold: 1000,
          lowerThreshold: 800,
        }),
        activeConnections: 0,
        inactiveConnections: 2,
        persistentConnections: 1,
        stats: {
          connections: 2,
          packetsIn: 25,
          packetsOut: 21,
          bytesIn: 1472,
          bytesOut: 21249,
        },
      },
    });
  });

  it('is of the family of its service where the kernel names none (before 3.18)', () => {
    const old = new Map(whole());
    old.delete(abi.IPVS_DEST_ATTR_ADDR_FAMILY);
    const decoded = decodeDestination(old, 'ipv4');
    expect(decoded.ok && decoded.value.family).toBe('ipv4');
    const unspecified = new Map(old).set(abi.IPVS_DEST_ATTR_ADDR_FAMILY, Uint8Array.of(0, 0));
    expect(decodeDestination(unspecified, 'ipv6')).toMatchObject({ value: { family: 'ipv6' } });
  });

  it('has no tunnel record for a tunnel type that we do not know, so that it equals none of ours', () => {
    const odd = new Map(whole())
      .set(abi.IPVS_DEST_ATTR_FWD_METHOD, Uint8Array.of(2, 0, 0, 0))
      .set(abi.IPVS_DEST_ATTR_TUN_TYPE, Uint8Array.of(9));
    const decoded = decodeDestination(odd, 'ipv4');
    expect(decoded.ok && decoded.value).toMatchObject({ forwarding: 'tunnel' });
    expect(decoded.ok && decoded.value).not.toHaveProperty('tunnel');
  });

  it('reports what it can not read', () => {
    const noAddress = new Map(whole());
    noAddress.delete(abi.IPVS_DEST_ATTR_ADDR);
    const noPort = new Map(whole());
    noPort.delete(abi.IPVS_DEST_ATTR_PORT);
    const oddMethod = new Map(whole()).set(
      abi.IPVS_DEST_ATTR_FWD_METHOD,
      Uint8Array.of(7, 0, 0, 0),
    );
    const oddFamily = new Map(whole()).set(abi.IPVS_DEST_ATTR_ADDR_FAMILY, Uint8Array.of(1, 0));
    expect(decodeDestination(noAddress, 'ipv4')).toMatchObject({ ok: false });
    expect(decodeDestination(noPort, 'ipv4')).toMatchObject({ ok: false });
    expect(decodeDestination(oddMethod, 'ipv4')).toMatchObject({
      error: { kind: 'unknown-forwarding' },
    });
    expect(decodeDestination(oddFamily, 'ipv4')).toMatchObject({
      error: { kind: 'unknown-family' },
    });
  });
});
