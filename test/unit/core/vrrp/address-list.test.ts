/** Another address list than ours: what is said, and what becomes of the packet (V22). */

import { describe, expect, it } from 'vitest';
import { vip } from '../../../support/builders/addresses.ts';
import { instance, instance6 } from '../../../support/builders/instance.ts';
import { noticeText } from '../../../support/facts.ts';
import { Bench, heldBackup } from '../../../support/vrrp-bench.ts';

const two = instance({ addresses: [vip('192.0.2.100'), vip('192.0.2.101')] });

function notices(bench: Bench): readonly string[] {
  return bench.actions('notice').map(noticeText);
}

describe('V22: a version 2 advertisement with another list', () => {
  it.each([
    [['192.0.2.100'], 'only here: 192.0.2.101'],
    [['192.0.2.100', '192.0.2.101', '192.0.2.102'], 'only there: 192.0.2.102'],
    [['192.0.2.100', '192.0.2.9'], 'only there: 192.0.2.9; only here: 192.0.2.101'],
    [[], 'only here: 192.0.2.100, 192.0.2.101'],
    [['192.0.2.100', '192.0.2.101', '192.0.2.100'], 'an address is listed twice there'],
  ])('of %j is accepted, and the difference is named', (addresses, difference) => {
    const bench = heldBackup(two).run(0.7).packet({ addresses });
    expect(bench.router.deadline).toBe(700_000 + 3_609_375);
    expect(notices(bench)).toEqual([
      `an advertisement lists other addresses than ours: from 192.0.2.2 (${difference}), accepted all the same`,
    ]);
    expect(bench.counters()).toMatchObject({ addressListErrors: 1, advertisementsReceived: 2 });
  });

  it('is dropped in strict mode, and the line says so', () => {
    const bench = heldBackup({ ...two, strict: true }).run(0.7);
    bench.packet({ addresses: ['192.0.2.100'] });
    expect(bench.router.deadline).toBe(3_609_375);
    expect(notices(bench)).toEqual([
      'an advertisement lists other addresses than ours: from 192.0.2.2 (only here: 192.0.2.101), dropped',
    ]);
  });

  it('a long difference is a number', () => {
    const addresses = Array.from({ length: 200 }, (_, i) => `198.51.100.${i}`);
    expect(notices(heldBackup(two).packet({ addresses }))[0]).toContain(
      '198.51.100.3 and 196 more; only here: 192.0.2.100,',
    );
  });

  it('is named at most every 30 seconds, with the number of the others', () => {
    const bench = heldBackup(two);
    for (let i = 0; i < 32; i++) bench.run(i).packet({ addresses: ['192.0.2.100'] });
    expect(notices(bench).length).toBe(2);
    expect(notices(bench)[1]).toMatch(/ \(and 29 more since\)$/);
  });

  it('lets neither the longer nor the shorter list win', () => {
    const longer = ['192.0.2.100', '192.0.2.101', '192.0.2.102'];
    for (const addresses of [['192.0.2.100'], longer]) {
      const bench = new Bench(two).run(4).forget().packet({ priority: 50, addresses });
      expect(bench.state()).toBe('MASTER');
      expect(bench.packet({ priority: 200, addresses }).state()).toBe('BACKUP');
    }
  });
});

it('V22: an IPv6 list without a link-local address is named as that', () => {
  const bench = new Bench(instance6({ addresses: [vip('2001:db8:1::100')] })).packet();
  expect(notices(bench)[0]).toContain('(its first address is not link-local), accepted all');
});
