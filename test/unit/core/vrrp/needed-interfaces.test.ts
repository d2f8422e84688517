/** Interfaces that an instance cannot do without. */
import { describe, expect, it, test } from 'vitest';
import { causeText } from '../../../../src/core/facts/causes.ts';
import type { StaticsConfig } from '../../../../src/core/model/statics.ts';
import { neededInterfaces, staticNeeds } from '../../../../src/core/vrrp/needed-interfaces.ts';
import { HOST, hostWith } from '../../../support/builders/host.ts';
import { configuration, instance as vrrpInstance } from '../../../support/builders/instance.ts';
import { routeEntries } from '../../../support/builders/routing.ts';
import { instance, parse } from '../../../support/parse-text.ts';
import { Bench } from '../../../support/vrrp-bench.ts';

function configOf(text: string) {
  const { config, diagnostics } = parse(text);
  if (config === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return config;
}

test('are those of its addresses, of routes with one hop and of rules, unless they have no_track', () => {
  const [one] = configOf(
    instance(`virtual_ipaddress_excluded {
198.51.100.1/24 dev eth1
198.51.100.2/24 dev eth1
198.51.100.3/24 dev eth2 no_track
}
virtual_routes {
10.1.0.0/16 dev eth3
10.2.0.0/16 dev eth4 no_track
10.3.0.0/16 nexthop via 192.0.2.1 dev eth5 nexthop via 192.0.2.2 dev eth6
10.4.0.0/16 via 192.0.2.1
}
virtual_rules {
iif eth7 table 5 preference 1
oif eth8 table 5 preference 2
iif eth9 table 5 preference 3 no_track
}`),
  ).vrrpInstances;
  if (one === undefined) throw new Error('no instance');
  expect(neededInterfaces(one)).toEqual([
    { name: 'eth1', addressed: '198.51.100.1' },
    { name: 'eth3', used: 'route 10.1.0.0/16 dev eth3' },
    { name: 'eth7', used: 'rule preference 1 iif eth7 table 5' },
  ]);
  expect(neededInterfaces(one), 'made once').toBe(neededInterfaces(one));
});

test('are those of static entries, by the members of their track group', () => {
  const { statics } = configOf(`track_group G {
group {
V
}
}
static_ipaddress {
198.51.100.1/24 dev eth1 track_group G
198.51.100.2/24 dev eth2 track_group G no_track
198.51.100.3/24 dev eth3
}
static_routes {
10.1.0.0/16 dev eth4 track_group G
10.2.0.0/16 dev eth5
}
static_rules {
iif eth6 table 5 preference 1 track_group G
}
${instance('')}`);
  expect([...staticNeeds(statics)]).toEqual([
    [
      statics?.trackGroups[0]?.members[0],
      [
        { name: 'eth1', used: 'static address 198.51.100.1/24 track_group G' },
        { name: 'eth4', used: 'static route 10.1.0.0/16 dev eth4 track_group G' },
        {
          name: 'eth6',
          used: 'static rule preference 1 iif eth6 table 5 track_group G',
        },
      ],
    ],
  ]);
  expect(staticNeeds(undefined).size).toBe(0);
});

describe('an instance', () => {
  const DOWN = hostWith('eth1', { up: false, disabled: true });
  const [entry] = routeEntries('10.1.0.0/16 dev eth1');
  const route = entry?.kind === 'route' ? entry.route : undefined;
  const routes = route === undefined ? [] : [route];

  it('is in FAULT while the interface of its route is down', () => {
    const bench = new Bench(configuration([vrrpInstance({ routes })])).run(4);
    expect(bench.state()).toBe('MASTER');
    bench.network(DOWN);
    expect(bench.view()).toMatchObject({ state: 'FAULT', reason: 'routing-interface' });
    expect(causeText(bench.view().cause ?? { kind: 'socket', interface: '' })).toBe(
      'eth1, the interface of route 10.1.0.0/16 dev eth1, is administratively down',
    );
    expect(bench.network(HOST).view()).toMatchObject({ reason: 'interface-recovered' });
    const untracked = routes.map((one) => ({ ...one, isWatched: false }));
    const other = new Bench(configuration([vrrpInstance({ routes: untracked })])).run(4);
    expect(other.network(DOWN).state()).toBe('MASTER');
  });

  it('is in FAULT while a static entry of its track group cannot be', () => {
    const statics: StaticsConfig = {
      addresses: [],
      routes: routes.map((one) => ({ ...one, trackGroup: 'G' })),
      rules: [],
      trackGroups: [{ name: 'G', members: ['VI'] }],
    };
    const other = vrrpInstance({ name: 'OTHER', vrid: 52, addresses: [] });
    const bench = new Bench({ ...configuration([vrrpInstance(), other]), statics }).run(4);
    bench.network(DOWN);
    expect(bench.view('VI')).toMatchObject({ state: 'FAULT', reason: 'track-group' });
    expect(bench.state('OTHER')).toBe('MASTER');
    expect(bench.network(HOST).state('VI')).toBe('BACKUP');
  });

  it('gives mastership away when a tracked route was removed and cannot be set again', () => {
    const bench = new Bench(configuration([vrrpInstance({ routes })])).run(4);
    bench.send({ type: 'routingLost', instance: 'VI' });
    expect(bench.view()).toMatchObject({ state: 'BACKUP', reason: 'routing-lost' });
    expect(bench.actions('sendAdvertisement').at(-1)).toMatchObject({ priority: 0 });
    expect(bench.actions('setAddresses').at(-1)).toMatchObject({ present: false, routing: [{}] });
    expect(bench.run(9).state()).toBe('MASTER');
    expect(bench.actions('setAddresses').at(-1)).toMatchObject({ present: true, routing: [{}] });
  });
});
