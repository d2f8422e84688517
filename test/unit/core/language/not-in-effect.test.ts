/** What is understood and kept although nothing acts on it yet: trackers, notify commands, own interfaces. */
import { describe, expect, it } from 'vitest';
import { printTree } from '../../../../src/core/language/print.ts';
import type { Config } from '../../../../src/core/model/config.ts';
import { diffConfig } from '../../../../src/core/plan/diff-config.ts';
import { instance, parse } from '../../../support/parse-text.ts';

function config(text: string): Config {
  const { config: found, diagnostics } = parse(text);
  if (found === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return found;
}

const SCRIPT = `vrrp_script chk {
  script "/bin/true -x 1"
  interval 2
  weight -20
  fall 3
  user nobody nogroup
}
`;
const PROCESS = `vrrp_track_process web {
  process haproxy -f "a b"
  param_match initial
  quorum 2
  quorum_max 1
  delay 3
  terminate_delay 1
}
`;
const FILE = 'track_file load {\n  file /var/run/x/load\n  weight 2\n  init_file 5 overwrite\n}\n';
const BFD = `bfd_instance peer {
  neighbor_ip 192.0.2.2
  source_ip 192.0.2.1
  min_rx 50
  multiplier 3
  vrrp
}
`;
const SERVICE = `virtual_server 192.0.2.100 80 {
  lvs_sched rr
  lvs_method NAT
  protocol TCP
  quorum_up "/bin/q up"
  real_server 10.0.0.1 80 {
    notify_down "/bin/n down" root
    smtp_alert off
    TCP_CHECK {
    }
  }
}
`;
const TRACKS =
  'track_script {\nchk\n}\ntrack_process {\nweb weight 5 reverse\n}\ntrack_file {\nload\n}\ntrack_bfd {\npeer weight 7\n}';
const NOTIFY = 'notify_master "/bin/m a"\nnotify "/bin/any" root root\nsmtp_alert';
const VMAC = 'use_vmac v51 02:00:00:00:01 group 7\nvmac_xmit_base\nuse_vmac_addr';
const ALL = SCRIPT + PROCESS + FILE + BFD + instance(`${TRACKS}\n${NOTIFY}\n${VMAC}`) + SERVICE;

describe('what can be tracked', () => {
  it('is kept with its defaults', () => {
    expect(config(SCRIPT + PROCESS + FILE + BFD).tracked).toEqual({
      scripts: [
        {
          name: 'chk',
          command: { argv: ['/bin/true', '-x', '1'], user: 'nobody', group: 'nogroup' },
          interval: 2_000_000,
          timeout: 2_000_000,
          rise: 1,
          fall: 3,
          failsAtStart: false,
        },
      ],
      processes: [
        {
          name: 'web',
          program: 'haproxy',
          parameters: ['-f', 'a b'],
          match: 'initial',
          wholeCommand: false,
          quorum: 2,
          forkDelay: 3_000_000,
          terminateDelay: 1_000_000,
        },
      ],
      files: [{ name: 'load', path: '/var/run/x/load', initial: 5, overwrite: true }],
      bfd: [
        {
          name: 'peer',
          neighbour: '192.0.2.2',
          source: '192.0.2.1',
          minReceive: 50_000,
          minTransmit: 10_000,
          idleTransmit: 1_000_000,
          multiplier: 3,
          passive: false,
          maxHops: 0,
          multihop: false,
          forVrrp: true,
          forCheckers: false,
        },
      ],
    });
  });

  it('runs as script_user where a script names nobody', () => {
    const globals = 'global_defs {\nscript_user alice users\n}\n';
    const text = `${globals}${SCRIPT.replace('user nobody nogroup', '')}`;
    const [script] = config(text).tracked.scripts;
    expect(script?.command).toMatchObject({ user: 'alice', group: 'users' });
  });

  it('leaves out definitions that lack something and sessions that come twice', () => {
    const text = `vrrp_script none {\ninterval 1\n}\n${BFD}${BFD.replace('peer', 'twin')}`;
    const { scripts, bfd } = config(text).tracked;
    expect(scripts).toEqual([]);
    expect(bfd.map(({ name }) => name)).toEqual(['peer']);
  });
});

describe('an instance keeps', () => {
  const [vrrp] = config(ALL).vrrpInstances;

  it('its trackers with the weights that count', () => {
    expect(vrrp?.trackers).toEqual([
      { kind: 'script', name: 'chk', weight: -20 },
      { kind: 'process', name: 'web', weight: 5, reverse: true },
      { kind: 'file', name: 'load', weight: 2 },
      { kind: 'bfd', name: 'peer', weight: 7 },
    ]);
  });

  it('no tracker that is not defined, and none with a weight for an address owner', () => {
    const text = SCRIPT + instance('priority 255\ntrack_script {\nchk\nabsent\n}');
    expect(config(text).vrrpInstances[0]).not.toHaveProperty('trackers');
  });

  it('whom it tells', () => {
    expect(vrrp?.notify).toEqual({
      master: { argv: ['/bin/m', 'a'] },
      any: { argv: ['/bin/any'], user: 'root', group: 'root' },
      mail: true,
    });
  });

  it('the interface it wants', () => {
    expect(vrrp?.ownLink).toEqual({
      kind: 'vmac',
      name: 'v51',
      mac: '02:00:00:00:01',
      group: '7',
      announcesLink: false,
      sendsFromBase: true,
    });
    expect(vrrp?.options).toMatchObject({ vmacForAddresses: true });
    const ipvlan = config(instance('use_ipvlan ipv1 192.0.2.9/24 private')).vrrpInstances[0];
    expect(ipvlan?.ownLink).toEqual({
      kind: 'ipvlan',
      name: 'ipv1',
      address: '192.0.2.9',
      prefixLength: 24,
      mode: 'private',
    });
  });

  it('nothing of it where nothing is written', () => {
    const plain = config(instance('')).vrrpInstances[0];
    for (const field of ['trackers', 'notify', 'ownLink']) expect(plain).not.toHaveProperty(field);
  });
});

it('a sync group, a virtual server and a real server keep whom they tell', () => {
  const group =
    'vrrp_sync_group G {\ngroup {\nV\nW\n}\nnotify_fault "/bin/f"\ntrack_script {\nchk weight 5\n}\n}\n';
  const two = instance('') + instance('', 'W').replace('id 51', 'id 52').replace('.100/', '.101/');
  const { syncGroups, virtualServers } = config(SCRIPT + two + group + SERVICE);
  expect(syncGroups[0]).toMatchObject({
    notify: { fault: { argv: ['/bin/f'] } },
    trackers: [{ kind: 'script', name: 'chk', weight: 5 }],
  });
  expect(virtualServers[0]).toMatchObject({
    notify: { quorumUp: { argv: ['/bin/q', 'up'] } },
    realServers: [{ notify: { down: { argv: ['/bin/n', 'down'], user: 'root' }, mail: false } }],
  });
});

it('survives printing', () => {
  expect(config(printTree(parse(ALL).tree))).toEqual(config(ALL));
});

describe('the plan', () => {
  const changes = (from: string, to: string): readonly string[] =>
    diffConfig(config(from), config(to)).changes.map(
      ({ change, type, name, effect, fields }) =>
        `${change} ${type} ${name} ${effect}: ${fields.map(({ field, from: a, to: b, note }) => `${field} ${a} -> ${b}${note === undefined ? '' : ` (${note})`}`).join('; ')}`,
    );

  it('shows what nothing acts on yet, and says so', () => {
    expect(changes(SCRIPT, SCRIPT.replace('fall 3', 'fall 4'))).toEqual([
      'change vrrp_script chk in-place: fall 3 -> 4',
    ]);
    const both = changes(BFD, FILE);
    expect(both).toContain('add track_file load in-place: ');
    expect(both).toContain('remove bfd_instance peer in-place: ');
    expect(changes(instance('use_vmac'), instance('use_vmac vrrp.9'))).toEqual([
      'change vrrp_instance V in-place: use_vmac or use_ipvlan vmac -> vmac name vrrp.9',
    ]);
  });

  it('an instance that changes otherwise too changes in place', () => {
    const found = changes(instance(''), instance('smtp_alert\nadvert_int 2'));
    expect(found.filter((line) => line.includes('vrrp_instance V in-place'))).toHaveLength(1);
  });

  it('takes a running Tandem that does not tell of definitions for one without', () => {
    const { tracked: _, ...older } = config(SCRIPT);
    const { changes: found } = diffConfig(older as Config, config(SCRIPT));
    expect(found.map(({ change, name }) => `${change} ${name}`)).toEqual(['add chk']);
  });
});
