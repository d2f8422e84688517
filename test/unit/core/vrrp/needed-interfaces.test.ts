/** Interfaces that an instance cannot do without. */
import { expect, test } from 'vitest';
import { neededInterfaces, staticNeeds } from '../../../../src/core/vrrp/needed-interfaces.ts';
import { instance, parse } from '../../../support/parse-text.ts';

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
