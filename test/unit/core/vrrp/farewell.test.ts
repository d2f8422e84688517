/** What another process says and removes in the place of a vrrp process that is gone. */
import { describe, expect, test } from 'vitest';
import type { VrrpAction } from '../../../../src/core/vrrp/events-and-actions.ts';
import { farewells } from '../../../../src/core/vrrp/farewell.ts';
import { vip } from '../../../support/builders/addresses.ts';
import { HOST } from '../../../support/builders/host.ts';
import { configuration, instance } from '../../../support/builders/instance.ts';
import { DIGESTS } from '../../../support/builders/packet.ts';
import { describeAction } from '../../../support/vrrp-bench.ts';

const A = instance({ name: 'A', vrid: 1, addresses: [vip('192.0.2.11')] });
const B = instance({ name: 'B', vrid: 2, addresses: [vip('192.0.2.12')] });

function orders(masters: readonly string[], host = HOST): readonly VrrpAction[] {
  return farewells(
    configuration([A, B]),
    { ...host, masters: new Set(masters) },
    { digests: DIGESTS, unixMicroseconds: 0 },
  );
}

function sent(
  actions: readonly VrrpAction[],
): { instance: string; priority: number | undefined }[] {
  return actions.flatMap((action) =>
    action.type === 'sendAdvertisement'
      ? [{ instance: action.instance, priority: action.message[2] }]
      : [],
  );
}

describe('V10: in the place of a dead process', () => {
  test('the instances that were MASTER say farewell, and only they', () => {
    expect(sent(orders(['B']))).toEqual([{ instance: 'B', priority: 0 }]);
    expect(sent(orders([]))).toEqual([]);
  });

  test('the addresses of all are removed, behind the farewells', () => {
    expect(orders(['A', 'B']).map((action) => action.type)).toEqual([
      'sendAdvertisement',
      'sendAdvertisement',
      'setAddresses',
      'setAddresses',
    ]);
    const removed = orders(['A']).filter((action) => action.type === 'setAddresses');
    expect(removed.map(({ instance: name, present }) => [name, present])).toEqual([
      ['A', false],
      ['B', false],
    ]);
  });

  test('an instance without its interface says nothing and is removed all the same', () => {
    const actions = orders(['A'], { interfaces: [], addresses: [] });
    expect(actions.map(describeAction)).toHaveLength(2);
    expect(sent(actions)).toEqual([]);
  });
});
