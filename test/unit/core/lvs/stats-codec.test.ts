/** Traffic counters of services and destinations. */
import { describe, expect, it } from 'vitest';
import * as abi from '../../../../src/core/lvs/abi.ts';
import { decodeStats, NO_TRAFFIC } from '../../../../src/core/lvs/stats-codec.ts';
import { answer, block } from './answers.ts';

describe('decodeStats', () => {
  it('reads the 32-bit counters of a kernel without 64-bit ones (before 4.1)', () => {
    const all = block(answer('GET_SERVICE with counters'), abi.IPVS_CMD_ATTR_SERVICE);
    const old = new Map(all);
    old.delete(abi.IPVS_SVC_ATTR_STATS64);
    const stats = decodeStats(old, abi.IPVS_SVC_ATTR_STATS, abi.IPVS_SVC_ATTR_STATS64);
    expect(stats).toMatchObject({ connections: 2, bytesOut: 21249 });
  });

  it('is zeros where the kernel sends no counters, or garbled ones', () => {
    expect(decodeStats(new Map(), 10, 12)).toEqual(NO_TRAFFIC);
    expect(decodeStats(new Map([[12, Uint8Array.of(1)]]), 10, 12)).toEqual(NO_TRAFFIC);
  });
});
