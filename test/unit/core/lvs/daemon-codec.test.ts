/** Synchronisation daemons as kernels reported them, read into records. */
import { describe, expect, it } from 'vitest';
import * as abi from '../../../../src/core/lvs/abi.ts';
import { decodeDaemon } from '../../../../src/core/lvs/daemon-codec.ts';
import { hostU32 } from '../../../../src/core/netlink/attributes.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { ipvsVector } from '../../../vectors/ipvs.ts';
import { answer, block } from './answers.ts';

describe('decodeDaemon', () => {
  it('reads both daemons of a dump; MCAST_PORT is in host order', () => {
    const name = 'GET_DAEMON dump';
    const first = decodeDaemon(block(answer(name), abi.IPVS_CMD_ATTR_DAEMON));
    expect(first).toEqual({
      role: 'master',
      interface: 'eth0',
      syncId: 5,
      maxLength: 1472,
      group: ip('224.0.0.81'),
      port: 8848,
      ttl: 1,
    });
    const length = hostU32(ipvsVector(name).replies[0] ?? new Uint8Array(0));
    const second = decodeDaemon(block(answer(name, length), abi.IPVS_CMD_ATTR_DAEMON));
    expect(second).toEqual({
      role: 'backup',
      interface: 'eth0',
      syncId: 5,
      maxLength: 1400,
      group: ip('239.1.2.3'),
      port: 9000,
      ttl: 4,
    });
  });

  it('is no daemon without a role', () => {
    expect(decodeDaemon(new Map())).toBeUndefined();
  });
});
