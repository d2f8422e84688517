/** What is read again after a look. */
import { describe, expect, it } from 'vitest';
import type { IpvsServiceEntry, IpvsTable } from '../../../../src/core/lvs/ipvs-table.ts';
import { type ProcTable, procKey, procNumber } from '../../../../src/core/lvs/proc-table.ts';
import { TableWatch } from '../../../../src/core/lvs/table-watch.ts';
import { destination, entry, service } from '../../../support/builders/ipvs.ts';
import { addressService, markService } from '../../../support/builders/service.ts';

const WEB = addressService('192.0.2.10', 80);
const KEY = 'tcp:192.0.2.10:80';

function web(weight: number): [string, IpvsServiceEntry] {
  return entry(service(WEB), [destination('198.51.100.1', 80, { weight })]);
}

function shown(table: IpvsTable): ProcTable {
  return new Map(
    [...table.values()].map((one) => [procKey(one.service.identity), procNumber(one)]),
  );
}

describe('TableWatch', () => {
  it('names what differs: another weight, a service that is gone, one that was thought to be gone', () => {
    const believed = new Map([web(1), entry(service(addressService('192.0.2.11', 80)))]);
    const watch = new TableWatch();
    expect(watch.differing(shown(believed), believed, [])).toEqual([]);
    expect(watch.differing(shown(new Map([web(2)])), believed, [])).toEqual([
      KEY,
      'tcp:192.0.2.11:80',
    ]);
    expect(watch.differing(shown(believed), new Map(), [WEB])).toEqual([KEY]);
    expect(watch.differing(shown(believed), new Map(), [])).toEqual([]);
  });

  it('asks once about what netlink has confirmed, and again when either side changes', () => {
    const believed = new Map([web(1)]);
    const strange: ProcTable = new Map([[procKey(WEB), 42]]);
    const watch = new TableWatch();
    watch.confirm(new Set([KEY]), strange, believed, []);
    expect(watch.differing(strange, believed, [])).toEqual([]);
    expect(watch.differing(new Map([[procKey(WEB), 43]]), believed, [])).toEqual([KEY]);
    expect(watch.differing(strange, new Map([web(2)]), [])).toEqual([KEY]);
    // Once it looked as it should, what was strange is strange again.
    expect(watch.differing(shown(believed), believed, [])).toEqual([]);
    expect(watch.differing(strange, believed, [])).toEqual([KEY]);
  });

  it('names both services of a mark when their sum differs', () => {
    const both = new Map([
      entry(service(markService(7)), [destination('198.51.100.1', 0)]),
      entry(service(markService(7, 'ipv6'))),
    ]);
    const watch = new TableWatch();
    const sum = [...both.values()].reduce((total, one) => (total + procNumber(one)) | 0, 0);
    expect(watch.differing(new Map([['FWM 00000007', sum]]), both, [])).toEqual([]);
    expect(watch.differing(new Map([['FWM 00000007', sum + 1]]), both, [])).toEqual([
      'fwmark:7:ipv4',
      'fwmark:7:ipv6',
    ]);
  });
});
