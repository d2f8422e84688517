/** Timeouts and module facts. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../../src/core/base/bytes.ts';
import {
  decodeInfo,
  decodeTimeouts,
  encodeTimeouts,
} from '../../../../src/core/lvs/config-codec.ts';
import { answer } from './answers.ts';

describe('configuration', () => {
  it('reads timeouts, version and table size', () => {
    expect(decodeTimeouts(answer('GET_CONFIG'))).toEqual({ tcp: 900, tcpFin: 120, udp: 300 });
    expect(decodeInfo(answer('GET_INFO'))).toEqual({ version: '1.2.1', connectionTableSize: 4096 });
  });

  it('leaves out timeouts that are not given', () => {
    expect(toHex(encodeTimeouts({ udp: 300 }))).toBe('080006002c010000');
    expect(decodeTimeouts(new Map())).toEqual({ tcp: 0, tcpFin: 0, udp: 0 });
  });
});
