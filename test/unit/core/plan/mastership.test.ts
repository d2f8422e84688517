/**
 * What plans say about masterships, first as a table, then against the router itself: it is put into states,
 * given the new configuration, and must do at once what the plan is certain about, and nothing else.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../../src/core/model/config.ts';
import type { RunningFacts, RunningInstance } from '../../../../src/core/plan/config-plan.ts';
import { predictMastership } from '../../../../src/core/plan/mastership.ts';
import { Bench } from '../../../support/vrrp-bench.ts';
import { anyConfig, config, planOf, vrrp } from './support.ts';

const MASTER: RunningInstance = { state: 'MASTER', effectivePriority: 100 };
const backup = (masterPriority: number): RunningInstance => ({
  state: 'BACKUP',
  effectivePriority: 100,
  masterPriority,
});
const facts = (states: Readonly<Record<string, RunningInstance>>): RunningFacts => ({
  vrrp: new Map(Object.entries(states)),
});
const priority = (text: string, wanted: number): string =>
  text.replace('priority 100', `priority ${wanted}`);

interface Case {
  readonly it: string;
  readonly from: string;
  readonly to: string;
  readonly states?: Readonly<Record<string, RunningInstance>>;
  /** Of the host; not known when absent. */
  readonly interfaces?: readonly string[];
  /** `V moves: reason`, reasons as a beginning. */
  readonly says: readonly (string | RegExp)[];
}

const V = vrrp('V');
const W = vrrp('W', '', 52, '192.0.2.101');
const CHK = 'vrrp_script chk {\n  script /bin/true\n}\n';
const BFD = 'bfd_instance peer {\n  neighbor_ip 192.0.2.6\n}\n';
const HEARTBEAT =
  'heartbeat lb02 {\n  neighbor_ip 10.9.0.2\n  source_ip 10.9.0.1\n  key hex:5f0c1e8a7b3d49264d1f6c02a98e7b354411d20c9fe0a7683b5e2c7791ad0f46\n}\n';
const HELD: RunningInstance = { ...backup(150), heldBy: { kind: 'heartbeat', name: 'lb02' } };
const GROUP = 'vrrp_sync_group G {\n  group {\n    V\n    W\n  }\n}\n';

const PASSWORD = (word: string): string =>
  `authentication {\n    auth_type PASS\n    auth_pass ${word}\n  }`;

const CASES: readonly Case[] = [
  {
    it: 'a removed master resigns',
    from: V,
    to: W,
    states: { V: MASTER },
    says: [/^V moves: it is removed and resigns/],
  },
  { it: 'a removed backup does not matter', from: V, to: W, states: { V: backup(150) }, says: [] },
  {
    it: 'without states a removal is conditional',
    from: V,
    to: W,
    says: [/^V may-move: if it is master/],
  },
  ...['', 'takeover_heartbeat lb02 allow'].map((word) => ({
    it: `a takeover that a heartbeat holds is free${word === '' ? '' : ` with ${word}`}`,
    from: HEARTBEAT + vrrp('V', 'takeover_heartbeat lb02 veto'),
    to: HEARTBEAT + vrrp('V', word),
    states: { V: HELD },
    says: [
      'V may-move: heartbeat lb02 holds its takeover now and has no say any more: it becomes master',
    ],
  })),
  {
    it: 'a takeover that a heartbeat goes on to hold',
    from: HEARTBEAT + vrrp('V', 'takeover_heartbeat lb02 veto'),
    to: HEARTBEAT + vrrp('V', 'takeover_heartbeat lb02 veto\n  garp_master_repeat 2'),
    states: { V: HELD },
    says: [],
  },
  {
    it: 'a restart resigns and listens',
    from: V,
    to: vrrp('V', '', 52),
    states: { V: MASTER },
    says: [/^V moves: it restarts .* listens for 3\.6 s/],
  },
  {
    it: 'a restarted owner is back at once',
    from: priority(V, 255),
    to: priority(vrrp('V', '', 52), 255),
    states: { V: { state: 'MASTER', effectivePriority: 255 } },
    says: [/master again at once/],
  },
  {
    it: 'a restarted member is taken along by its group',
    from: GROUP + V + W,
    to: GROUP + vrrp('V', '', 53) + W,
    states: { V: MASTER, W: MASTER },
    says: [/^V moves: .*sync group, which is master, takes it along/],
  },
  {
    it: 'a restart on an interface that is not there ends in FAULT',
    from: V,
    to: V.replace('eth0', 'eth9'),
    states: { V: MASTER },
    interfaces: ['eth0'],
    says: [
      'V moves: it restarts as another virtual router and resigns; it enters FAULT: eth9 does not exist on this host',
    ],
  },
  {
    it: 'a master that gets an interface which is not there enters FAULT',
    from: V,
    to: vrrp('V', 'track_interface {\n    eth8\n    eth7\n  }'),
    states: { V: MASTER },
    interfaces: ['eth0', 'eth7'],
    says: ['V moves: it enters FAULT: eth8 does not exist on this host'],
  },
  {
    it: 'an interface that is there may be down',
    from: V,
    to: vrrp('V', 'track_interface {\n    eth8\n  }'),
    states: { V: MASTER },
    interfaces: ['eth0', 'eth8'],
    says: ['V may-move: if eth8 is down, it enters FAULT'],
  },
  {
    it: 'a member that enters FAULT takes its group along',
    from: GROUP + V + W,
    to: GROUP + vrrp('V', '', 53).replace('eth0', 'eth9') + W,
    states: { V: MASTER, W: MASTER },
    interfaces: ['eth0'],
    says: [
      /^V moves: it restarts .* enters FAULT: eth9 does not exist/,
      'W moves: it steps down: V of sync group G enters FAULT',
    ],
  },
  {
    it: 'a lower priority may give mastership away',
    from: V,
    to: priority(V, 90),
    states: { V: MASTER },
    says: [/^V may-move: a backup with a priority above 90/],
  },
  {
    it: 'a higher priority of a master does not matter',
    from: V,
    to: priority(V, 150),
    states: { V: MASTER },
    says: [],
  },
  {
    it: 'weights of trackers count',
    from: V,
    to: priority(V, 110),
    states: { V: { state: 'MASTER', effectivePriority: 80 } },
    says: [],
  },
  {
    it: 'a backup above its master takes over',
    from: V,
    to: priority(V, 160),
    states: { V: backup(150) },
    says: [/^V moves: with priority 160 it takes over/],
  },
  {
    it: 'a backup below its master does not',
    from: V,
    to: priority(V, 140),
    states: { V: backup(150) },
    says: [],
  },
  {
    it: 'a backup of equal priority does not',
    from: V,
    to: priority(V, 150),
    states: { V: backup(150) },
    says: [],
  },
  {
    it: 'with nopreempt a backup stays',
    from: vrrp('V', 'nopreempt'),
    to: priority(vrrp('V', 'nopreempt'), 160),
    states: { V: backup(150) },
    says: [],
  },
  {
    it: 'the end of nopreempt lets it take over',
    from: vrrp('V', 'nopreempt'),
    to: V,
    states: { V: backup(90) },
    says: [/^V moves/],
  },
  {
    it: 'addresses come and go without it',
    from: V,
    to: vrrp('V', '', 51, '192.0.2.100/24\n    192.0.2.101/24'),
    states: { V: MASTER },
    says: [],
  },
  {
    it: 'a new interface to track is a condition',
    from: V,
    to: vrrp('V', 'track_interface {\n    eth7\n  }'),
    states: { V: MASTER },
    says: [/^V may-move: if eth7 is down/],
  },
  {
    it: 'a new script to track without a weight is a condition',
    from: CHK + V,
    to: CHK + vrrp('V', 'track_script {\n    chk\n  }'),
    states: { V: MASTER },
    says: [/^V may-move: if script chk is not well, it enters FAULT/],
  },
  {
    it: 'a new script that takes priority away lets a backup take over',
    from: CHK + V,
    to: CHK + vrrp('V', 'track_script {\n    chk weight -20\n  }'),
    states: { V: MASTER },
    says: [/^V may-move: a backup with a priority above 80 takes over/],
  },
  {
    it: 'a new BFD session to track without a weight is a condition',
    from: BFD + V,
    to: BFD + vrrp('V', 'track_bfd {\n    peer\n  }'),
    states: { V: MASTER },
    says: [/^V may-move: if bfd peer is not well, it enters FAULT/],
  },
  {
    it: 'a new BFD session that takes priority away lets a backup take over',
    from: BFD + V,
    to: BFD + vrrp('V', 'track_bfd {\n    peer weight -20\n  }'),
    states: { V: MASTER },
    says: [/^V may-move: a backup with a priority above 80 takes over/],
  },
  {
    it: 'an interface that takes priority away while it is up, too',
    from: V,
    to: vrrp('V', 'track_interface {\n    eth7 weight 20 reverse\n  }'),
    states: { V: MASTER },
    says: [/^V may-move: a backup with a priority above 80 takes over/],
  },
  {
    it: 'version 2 wants the interval everywhere',
    from: V.replace('version 3', 'version 2'),
    to: V.replace('version 3', 'version 2').replace('advert_int 1', 'advert_int 2'),
    states: { V: MASTER },
    says: [/^V may-move: advert_int in version 2/],
  },
  {
    it: 'O2: another password makes two masters, and how not to',
    from: vrrp('V', PASSWORD('one')).replace('version 3', 'version 2'),
    to: vrrp('V', PASSWORD('two')).replace('version 3', 'version 2'),
    states: { V: MASTER },
    says: [
      'V may-move: authentication: each side drops what the other sends and both are master, until all routers have the change: reload all of them within 3 s',
    ],
  },
  {
    it: 'O2: another address list makes two masters in version 2, where routers are strict',
    from: V.replace('version 3', 'version 2'),
    to: V.replace('version 3', 'version 2').replace('192.0.2.100', '192.0.2.101'),
    states: { V: MASTER },
    says: [
      'V may-move: the address list in version 2 (+192.0.2.101 -192.0.2.100): until the other routers have it too, those that are strict about the list drop what this one sends, and both are master: reload all of them within 3 s',
    ],
  },
  {
    it: 'O2: another address list does not matter in version 3',
    from: V,
    to: V.replace('192.0.2.100', '192.0.2.101'),
    states: { V: MASTER },
    says: [],
  },
  {
    it: 'version 3 learns it',
    from: V,
    to: V.replace('advert_int 1', 'advert_int 2'),
    states: { V: MASTER },
    says: [],
  },
  {
    it: 'what a group begins to track counts for its members',
    from: CHK + GROUP + V + W,
    to: CHK + GROUP.replace(/\}\n$/, 'track_script {\n    chk\n  }\n}\n') + V + W,
    states: { V: MASTER, W: MASTER },
    says: [/^V may-move: if script chk is not well/, /^W may-move: if script chk is not well/],
  },
  {
    it: 'the end of what holds an instance in FAULT lets it take over',
    from: CHK + vrrp('V', 'track_script {\n    chk\n  }'),
    to: CHK + V,
    states: { V: { ...MASTER, state: 'FAULT' } },
    says: [/^V may-move: if script chk is why it is in FAULT: it takes part again, and takes over/],
  },
  {
    it: 'a new group of a master and a backup steps down',
    from: V + W,
    to: GROUP + V + W,
    states: { V: MASTER, W: backup(150) },
    says: [/^V moves: it steps down: not all members/],
  },
  {
    it: 'a new group of masters stays',
    from: V + W,
    to: GROUP + V + W,
    states: { V: MASTER, W: MASTER },
    says: [],
  },
  {
    it: 'a new group of unknown states is a condition',
    from: V + W,
    to: GROUP + V + W,
    says: [/^V may-move/, /^W may-move/],
  },
  {
    it: 'V21: a renamed master goes on',
    from: V,
    to: vrrp('NEW'),
    states: { V: MASTER },
    says: [],
  },
  {
    it: 'V21: a renamed master with a lower priority is known by its old name',
    from: V,
    to: priority(vrrp('NEW'), 90),
    states: { V: MASTER },
    says: [/^NEW may-move: a backup with a priority above 90/],
  },
  {
    it: 'V21: another version is a condition of all routers',
    from: V,
    to: V.replace('version 3', 'version 2'),
    states: { V: MASTER },
    says: [
      /^V may-move: version 2: each side drops what the other sends and both are master, until all routers have the change/,
    ],
  },
  {
    it: 'V21: unicast is a condition of all routers',
    from: V,
    to: vrrp('V', 'unicast_src_ip 192.0.2.1\n  unicast_peer {\n    192.0.2.2\n  }'),
    states: { V: MASTER },
    says: [/^V may-move: unicast instead of multicast: each side drops/],
  },
  { it: 'an unchanged group says nothing', from: GROUP + V + W, to: GROUP + V + W, says: [] },
  {
    it: 'an instance at fault has nothing to lose',
    from: V,
    to: priority(V, 90),
    states: { V: { state: 'FAULT', effectivePriority: 100 } },
    says: [],
  },
];

describe('mastership in plans', () => {
  it.each(CASES)('$it', ({ from, to, states, interfaces, says }) => {
    const { mastership } = planOf(from, to, {
      ...(states === undefined ? {} : facts(states)),
      ...(interfaces === undefined ? {} : { interfaces: new Set(interfaces) }),
    });
    const found = mastership.map(
      (one) => `${one.instance} ${one.verdict}: ${one.reasons.join('; ')}`,
    );
    expect(found).toHaveLength(says.length);
    for (const [index, wanted] of says.entries()) expect(found[index]).toMatch(wanted);
  });
});

describe('mastership in plans and the router', () => {
  const host = {
    interfaces: [0, 1, 5, 7, 8].map((n) => ({
      ifindex: n + 2,
      name: `eth${n}`,
      up: true,
      mtu: 1500,
      noArp: false,
    })),
    addresses: [],
  };
  const address = (text: string) =>
    config(vrrp('V', '', 51, text)).vrrpInstances.flatMap((one) => one.addresses[0]?.address ?? []);
  const picture = {
    ...host,
    // One of its own on each interface, and the source that some configurations name: without it, which a plan cannot know, they are at fault.
    addresses: host.interfaces.flatMap(({ ifindex }) =>
      [`198.51.100.${ifindex}`, '192.0.2.1']
        .flatMap(address)
        .map((own) => ({ ifindex, address: own, prefixLength: 24, flags: 0x80, scope: 0 })),
    ),
  };
  const vrrpOf = (one: Config) => ({
    instances: one.vrrpInstances,
    syncGroups: one.syncGroups,
    startupDelay: one.global.vrrpStartupDelay,
    bfd: [],
  });

  it('agree about who resigns at the reload', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, fc.subarray(['A', 'B', 'C']), (running, next, heard) => {
        const bench = new Bench(vrrpOf(running), { host: picture });
        const others = running.vrrpInstances.filter(({ name }) => heard.includes(name));
        for (let second = 0; second < 20; second++) {
          for (const { name, unicastPeers } of others) {
            if (unicastPeers.length === 0)
              bench.packet({ priority: 254, source: '198.51.100.99' }, name);
          }
          bench.run(second + 0.4);
        }
        const before = new Map(
          bench.router.view().instances.map((view) => [
            view.name,
            {
              state: view.state,
              effectivePriority: view.effectivePriority,
              ...(view.masterPriority === undefined ? {} : { masterPriority: view.masterPriority }),
            },
          ]),
        );
        bench.forget().reload(vrrpOf(next));
        const resigned = bench
          .actions('transition')
          .filter(({ from }) => from === 'MASTER')
          .map(({ instance }) => instance);
        const predicted = predictMastership(running, next, { vrrp: before })
          .filter(({ state, verdict }) => state === 'MASTER' && verdict === 'moves')
          .map(({ instance }) => instance);
        expect(new Set(predicted)).toEqual(new Set(resigned));
      }),
    );
  });

  it('agree about who takes over from a master that goes on', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, fc.integer({ min: 50, max: 250 }), (a, b, peer) => {
        const [before] = a.vrrpInstances.filter(({ unicastPeers }) => unicastPeers.length === 0);
        const changed = b.vrrpInstances[0];
        if (before === undefined || changed === undefined) return;
        const { interface: device, vrid, family, unicastPeers } = before;
        const after = {
          ...changed,
          name: before.name,
          interface: device,
          vrid,
          family,
          unicastPeers,
        };
        const bench = new Bench(before, { host: picture });
        const hear = (from: number, until: number): void => {
          for (let tenth = from * 10; tenth < until * 10; tenth++) {
            bench.run(tenth / 10).packet({ priority: peer, source: '198.51.100.99', interval: 20 });
          }
        };
        hear(0, 20);
        if (bench.state() !== 'BACKUP') return;
        const view = bench.view();
        const running = {
          state: 'BACKUP' as const,
          effectivePriority: view.effectivePriority,
          ...(view.masterPriority === undefined ? {} : { masterPriority: view.masterPriority }),
        };
        const only = (one: typeof before): Config => ({
          ...a,
          vrrpInstances: [one],
          syncGroups: [],
        });
        const predicted = predictMastership(only(before), only(after), {
          vrrp: new Map([[before.name, running]]),
        });
        bench.reload(after);
        hear(20, 50);
        const verdict = predicted[0]?.verdict;
        if (verdict !== 'may-move') {
          expect(bench.state()).toBe(verdict === 'moves' ? 'MASTER' : 'BACKUP');
        }
      }),
      { numRuns: 40 },
    );
  });
});
