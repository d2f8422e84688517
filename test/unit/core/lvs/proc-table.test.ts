/** The file /proc/net/ip_vs against the table that it shows; the text is as kernels 6.1 to 7.2 write it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Bytes } from '../../../../src/core/base/bytes.ts';
import type { IpvsServiceEntry } from '../../../../src/core/lvs/ipvs-table.ts';
import {
  type ProcTable,
  ProcTableParser,
  procKey,
  procNumber,
} from '../../../../src/core/lvs/proc-table.ts';
import { destination, entry, service } from '../../../support/builders/ipvs.ts';
import { addressService, markService } from '../../../support/builders/service.ts';

const TITLES = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
`;
const TEXT = `${TITLES}TCP  C000020A:0050 rr  
  -> C6336402:1F90      Masq    65535  3          17        
  -> C6336401:0050      Route   0      0          0         
  -> [2001:0db8:0001:0000:0000:0000:0000:0006]:0050      Tunnel  1      0          0         
UDP  C000020A:13C4 wlc ops persistent 30000 FFFFFF00
SCTP [2001:0db8:0000:0000:0000:0000:0000:0010]:01BB wrr persistent 60000 00000040
FWM  00000007 sh 
`;
const TABLE = new Map<string, IpvsServiceEntry>([
  entry(service(addressService('192.0.2.10', 80)), [
    destination('198.51.100.1', 80, { weight: 0 }),
    destination('198.51.100.2', 8080, { weight: 65_535, forwarding: 'masquerade' }),
    destination('2001:db8:1::6', 80, { forwarding: 'tunnel' }),
  ]),
  entry(
    service(addressService('192.0.2.10', 5060, 'UDP'), {
      scheduler: 'wlc',
      flags: 5,
      timeoutSeconds: 300,
      netmaskPrefix: 24,
    }),
  ),
  entry(service(addressService('2001:db8::10', 443, 'SCTP'), { scheduler: 'wrr', flags: 1 })),
  entry(service(markService(7), { scheduler: 'sh' })),
]);

function parsed(text: string, pieces: readonly number[] = []): ProcTable {
  const parser = new ProcTableParser();
  const bytes = utf8Bytes(text);
  let from = 0;
  for (const piece of pieces) {
    parser.feed(bytes.subarray(from, from + piece));
    from += piece;
  }
  parser.feed(bytes.subarray(from));
  return parser.end();
}

function expected(): ProcTable {
  return new Map(
    [...TABLE.values()].map((one) => [procKey(one.service.identity), procNumber(one)]),
  );
}

describe('ProcTableParser', () => {
  it('gives each service the number that its entry has', () => {
    expect(parsed(TEXT)).toEqual(expected());
  });

  it('takes pieces of any size', () => {
    void fc.assert(
      fc.property(fc.array(fc.nat({ max: 90 }), { maxLength: 20 }), (pieces) => {
        expect(parsed(TEXT, pieces)).toEqual(expected());
      }),
    );
  });

  it('sees no service in an empty table, in no file at all, and in anything', () => {
    expect(parsed(TITLES).size).toBe(0);
    expect(parsed('').size).toBe(0);
    void fc.assert(fc.property(fc.string(), (text) => parsed(text) instanceof Map));
  });

  it.each([
    ['a weight', '65535', '65534'],
    ['a forwarding method', 'Masq   ', 'Route  '],
    ['a server', 'C6336402', 'C6336403'],
    ['the port of a server', ':1F90', ':1F91'],
    ['a scheduler', 'wlc', 'wrr'],
    ['persistence that is gone', ' persistent 30000 FFFFFF00', ' '],
    ['a server that is gone', '  -> C6336401:0050      Route   0      0          0         \n', ''],
  ])('%s makes a difference', (_, before, after) => {
    expect(TEXT).toContain(before);
    expect(parsed(TEXT.replace(before, after))).not.toEqual(expected());
  });

  it('connections and the sequence of servers make none', () => {
    const busy = TEXT.replace('3          17 ', '12345      99 ');
    expect(parsed(busy)).toEqual(expected());
    const lines = TEXT.split('\n');
    const turned = [...lines.slice(0, 4), lines[6], lines[5], lines[4], ...lines.slice(7)];
    expect(parsed(turned.join('\n'))).toEqual(expected());
  });

  it('marks of both families have one number', () => {
    const two = `${TITLES}FWM  00000007 sh \n  -> C6336401:0000      Route   1      0          0         \nFWM  00000007 sh \n`;
    const numbers = [
      entry(service(markService(7), { scheduler: 'sh' }), [destination('198.51.100.1', 0)]),
      entry(service(markService(7, 'ipv6'), { scheduler: 'sh' })),
    ].map(([, one]) => procNumber(one));
    expect([...parsed(two)]).toEqual([
      ['FWM 00000007', ((numbers[0] ?? 0) + (numbers[1] ?? 0)) | 0],
    ]);
  });
});
