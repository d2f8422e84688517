/**
 * Addresses on the kernel of this machine: what was there before, what moves in a reload, what somebody else removes, and a router that goes on
 * under another name beside a real peer.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import { labDirectory } from './kit/paths.ts';
import type { LabProcess } from './kit/process.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 15_000;

let lab: Lab;
let director: TandemDirector;
let peer: TandemDirector;
/** Every change of an address on lb01, as `ip monitor` tells it. */
let monitor: LabProcess;

interface Instance {
  readonly name?: string;
  readonly device?: string;
  readonly vrid?: number;
  readonly version?: 2 | 3;
  readonly priority?: number;
  /** Source and peer; multicast without. */
  readonly unicast?: readonly [string, string];
  readonly vips: readonly string[];
}

/** Seconds between advertisements: a peer waits for three of them, and a reload of both hosts fits into that on a busy machine. */
const ADVERT_SECONDS = 2;

function instance(one: Instance): string {
  return `
vrrp_instance ${one.name ?? 'VI_0'} {
    interface ${one.device ?? 'eth0'}
    virtual_router_id ${one.vrid ?? 7}
    version ${one.version ?? 3}
    priority ${one.priority ?? 250}
    advert_int ${ADVERT_SECONDS}
    ${one.unicast === undefined ? '' : `unicast_src_ip ${one.unicast[0]}\n    unicast_peer {\n        ${one.unicast[1]}\n    }`}
    virtual_ipaddress {
        ${one.vips.join('\n        ')}
    }
}
`;
}

const ALONE = instance({ name: 'VI_2', device: 'eth2', vrid: 9, vips: ['10.0.2.3/24'] });
const both = (first: readonly string[], second: readonly string[]): string =>
  instance({ vips: first }) + instance({ name: 'VI_1', vrid: 8, vips: second }) + ALONE;

const ip = (command: string) => director.node.exec(['ip', ...command.split(' ')]);
const log = (): string => director.process?.text() ?? '';
const held = async (device: string): Promise<string[]> =>
  (await director.node.addresses())
    .filter((one) => one.device === device && !one.address.includes(':'))
    .map(({ address, prefixLength }) => `${address}/${prefixLength}`)
    .toSorted();

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  lab = await Lab.open({
    name: 'a',
    topology: {
      nodes: {
        lb01: {
          links: {
            eth0: { segment: 'lan0', addresses: ['10.0.0.5/24'] },
            eth2: { segment: 'lan2', addresses: ['10.0.2.3/24'] },
          },
        },
        lb02: { links: { eth0: { segment: 'lan0', addresses: ['10.0.0.6/24'] } } },
      },
    },
    directory: labDirectory('addresses'),
  });
  director = new TandemDirector(lab.node('lb01'));
  peer = new TandemDirector(lab.node('lb02'));
  monitor = await lab.node('lb01').start('monitor', ['ip', 'monitor', 'address']);
  await ip('address add 10.0.0.3/32 dev eth0');
  await director.start(both(['10.0.0.3/24', '10.0.0.44/24'], ['10.0.0.4/24']));
  for (const vip of ['10.0.0.3', '10.0.0.4']) {
    await expectWithin(`lb01 holds ${vip}`, () => director.node.holds(vip), {
      withinMs: WITHIN_MS,
    });
  }
  await peer.start(instance({ priority: 100, vips: ['10.0.0.3/24', '10.0.0.44/24'] }));
}, 90_000);

afterAll(async () => {
  await lab?.close();
});

beforeEach(skipWithoutNamespaces);

describe('a start', () => {
  it('V5: never removes the only address of an interface, and says that it stays', async () => {
    expect(await held('eth2')).toEqual(['10.0.2.3/24']);
    expect(log()).toMatch(/VI_2: 10\.0\.2\.3\/24 stays on eth2/);
  });

  it('V6: removes what is there with another prefix length, with a line', async () => {
    expect(await held('eth0')).not.toContain('10.0.0.3/32');
    expect(await held('eth0')).toContain('10.0.0.3/24');
    expect(log()).toMatch(/VI_0: removed 10\.0\.0\.3\/32 from eth0/);
  });
});

describe('a reload', () => {
  it('V7: an address that moves between masters never leaves the interface', async () => {
    const reload = async (text: string): Promise<void> => {
      expect(await director.reload(text)).toMatchObject({ isAccepted: true });
      await expectWithin(
        'the status has the address in its new place',
        async () => (await director.run('status')).stdout.includes('10.0.0.44'),
        { withinMs: WITHIN_MS },
      );
    };
    for (let round = 0; round < 2; round++) {
      await reload(both(['10.0.0.3/24'], ['10.0.0.4/24', '10.0.0.44/24']));
      await reload(both(['10.0.0.3/24', '10.0.0.44/24'], ['10.0.0.4/24']));
    }
    await ip('address add 10.0.0.250/32 dev eth0');
    await expectWithin('the monitor is up to date', () => monitor.text().includes('10.0.0.250'), {
      withinMs: WITHIN_MS,
    });
    expect(monitor.text()).not.toMatch(/Deleted .*10\.0\.0\.44/);
    expect(await held('eth0')).toContain('10.0.0.44/24');
  });
});

describe('somebody else', () => {
  it('O5: who removes an address once: it is back, with a line', async () => {
    await ip('address del 10.0.0.44/24 dev eth0');
    await expectWithin('it is back', () => director.node.holds('10.0.0.44'), {
      withinMs: WITHIN_MS,
    });
    await expectWithin(
      'the line',
      () => /VI_0: somebody else removed 10\.0\.0\.44\/24 from eth0: added again/.test(log()),
      { withinMs: WITHIN_MS },
    );
  });

  it('V12: who removes an address in a loop: pauses, and one line that names the fight', async () => {
    const loop = 'for i in $(seq 60); do ip address del 10.0.0.4/24 dev eth0; sleep 0.1; done';
    const before = monitor.text().length;
    await director.node.exec(['sh', '-c', loop], { allowFailure: true });
    const removals =
      monitor
        .text()
        .slice(before)
        .match(/Deleted .*10\.0\.0\.4\//g) ?? [];
    expect(removals.length).toBeGreaterThan(3);
    expect(removals.length).toBeLessThan(12);
    expect(
      log().match(/VI_1: somebody else keeps removing 10\.0\.0\.4\/24 from eth0/g),
    ).toHaveLength(1);
    await expectWithin('it is back', () => director.node.holds('10.0.0.4'), {
      withinMs: WITHIN_MS,
    });
  });
});

describe('V21: the same router goes on beside its peer', () => {
  const vips = ['10.0.0.3/24', '10.0.0.44/24'];
  const web = (changes: Partial<Instance>) => instance({ name: 'WEB', vips, ...changes }) + ALONE;
  /** The peer's verdict on what it hears now: two advertisements more that it accepts, and it has not taken over before. */
  const noFailover = async (): Promise<void> => {
    const accepted = async (): Promise<number> =>
      (await peer.instance('VI_0')).advertisementsReceived ?? 0;
    const before = await accepted();
    await expectWithin('the peer follows', async () => (await accepted()) >= before + 2, {
      withinMs: WITHIN_MS,
    });
    expect((await peer.instance('VI_0')).state).toBe('BACKUP');
    expect(peer.process?.text()).not.toMatch(/-> MASTER/);
    expect(monitor.text().slice(seen)).not.toMatch(/Deleted .*10\.0\.0\.3\//);
  };
  const reloadBoth = async (there: string, here: string): Promise<void> => {
    const outcomes = await Promise.all([peer.reload(there), director.reload(here)]);
    expect(outcomes).toMatchObject([{ isAccepted: true }, { isAccepted: true }]);
  };
  let seen = 0;
  beforeEach(() => {
    seen = monitor.text().length;
  });

  it('V21: under another name', async () => {
    expect(await director.reload(web({}))).toMatchObject({ isAccepted: true });
    await noFailover();
    expect(log()).toMatch(/renamed, the same virtual routers go on: VI_0 is now WEB/);
    expect((await director.run('status')).stdout).toMatch(/WEB\s+MASTER/);
  });

  it('V21: with another version, which the peer follows', async () => {
    const text = instance({ priority: 100, vips, version: 2 });
    await reloadBoth(text, web({ version: 2 }));
    await noFailover();
  });

  it('V21: with unicast, which the peer follows', async () => {
    const text = instance({ priority: 100, vips, version: 2, unicast: ['10.0.0.6', '10.0.0.5'] });
    await reloadBoth(text, web({ version: 2, unicast: ['10.0.0.5', '10.0.0.6'] }));
    await noFailover();
  });
});

describe('a stop', () => {
  it('V5: leaves the host the address that was its own', async () => {
    expect(await director.stop()).toEqual({ clean: true });
    expect(await held('eth2')).toEqual(['10.0.2.3/24']);
    expect(await held('eth0')).toEqual(['10.0.0.250/32', '10.0.0.5/24']);
  });
});
