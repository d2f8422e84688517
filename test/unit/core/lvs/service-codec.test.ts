/** Services as kernels reported them, read into records. */
import { describe, expect, it } from 'vitest';
import * as abi from '../../../../src/core/lvs/abi.ts';
import { NOT_A_PREFIX } from '../../../../src/core/lvs/netmask.ts';
import { decodeService } from '../../../../src/core/lvs/service-codec.ts';
import { NO_TRAFFIC } from '../../../../src/core/lvs/stats-codec.ts';
import { AttributeWriter, readAttributes } from '../../../../src/core/netlink/attributes.ts';
import { service } from '../../../support/builders/ipvs.ts';
import { addressService } from '../../../support/builders/service.ts';
import { answer, block, unwrap } from './answers.ts';

describe('decodeService', () => {
  it.each(['GET_SERVICE single', 'GET_SERVICE reply with PAD attributes'])(
    '%s: HASHED is not one of the flags, PAD is passed over',
    (name) => {
      const decoded = decodeService(block(answer(name), abi.IPVS_CMD_ATTR_SERVICE));
      expect(decoded).toEqual({
        ok: true,
        value: {
          service: service(addressService('192.0.2.10', 80), {
            scheduler: 'wrr',
            flags: 1,
            timeoutSeconds: 300,
          }),
          stats: NO_TRAFFIC,
        },
      });
    },
  );

  it('counts traffic as ipvsadm --stats --exact does', () => {
    const attributes = block(answer('GET_SERVICE with counters'), abi.IPVS_CMD_ATTR_SERVICE);
    const decoded = decodeService(attributes);
    expect(decoded.ok && decoded.value.stats).toEqual({
      connections: 2,
      packetsIn: 25,
      packetsOut: 21,
      bytesIn: 1472,
      bytesOut: 21249,
    });
  });

  it.each([
    [0xffff_ffff, 32],
    [0xffff_ff00, 24],
    [0x8000_0000, 1],
    [0, 0],
    [0xff00_ff00, NOT_A_PREFIX],
  ])('reads the mask %i as prefix %i', (mask, prefix) => {
    const writer = new AttributeWriter();
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, mask, false);
    writer
      .u16(abi.IPVS_SVC_ATTR_AF, abi.AF_INET)
      .u32(abi.IPVS_SVC_ATTR_FWMARK, 7)
      .string(abi.IPVS_SVC_ATTR_SCHED_NAME, 'rr')
      .u32s(abi.IPVS_SVC_ATTR_FLAGS, [0, 0])
      .u32(abi.IPVS_SVC_ATTR_TIMEOUT, 0)
      .bytes(abi.IPVS_SVC_ATTR_NETMASK, bytes);
    const decoded = decodeService(unwrap(readAttributes(writer.finish())));
    expect(decoded.ok && decoded.value.service.netmaskPrefix).toBe(prefix);
  });

  it('says which attribute is missing or unknown', () => {
    const whole = block(answer('GET_SERVICE single'), abi.IPVS_CMD_ATTR_SERVICE);
    for (const type of [
      abi.IPVS_SVC_ATTR_AF,
      abi.IPVS_SVC_ATTR_PROTOCOL,
      abi.IPVS_SVC_ATTR_ADDR,
      abi.IPVS_SVC_ATTR_PORT,
      abi.IPVS_SVC_ATTR_SCHED_NAME,
      abi.IPVS_SVC_ATTR_FLAGS,
      abi.IPVS_SVC_ATTR_TIMEOUT,
      abi.IPVS_SVC_ATTR_NETMASK,
    ]) {
      const part = new Map(whole);
      part.delete(type);
      const error = { kind: 'missing-attribute', attribute: type };
      expect(decodeService(part)).toEqual({ ok: false, error });
    }
    const icmp = new Map(whole).set(abi.IPVS_SVC_ATTR_PROTOCOL, Uint8Array.of(1, 0));
    expect(decodeService(icmp)).toMatchObject({ ok: false, error: { kind: 'unknown-protocol' } });
    const odd = new Map(whole).set(abi.IPVS_SVC_ATTR_AF, Uint8Array.of(17, 0));
    expect(decodeService(odd)).toMatchObject({ ok: false, error: { kind: 'unknown-family' } });
  });
});
