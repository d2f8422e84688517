/**
 * Two masters, and the reasons for a state, as operators see them: two directors on two segments of the kernel of this machine, with every
 * disagreement that makes both of them master.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InstanceStatus } from '../../src/core/control/status.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import type { LabNode } from './kit/node.ts';
import { labDirectory, MAIN_PROGRAM } from './kit/paths.ts';
import { SAID, skipWithoutNamespaces } from './support.ts';

const WITHIN = { withinMs: 12_000 };

let lab: Lab;
let r1: TandemDirector;
let r2: TandemDirector;

beforeEach(async (context) => {
  skipWithoutNamespaces(context);
  const links = (host: number) => ({
    eth0: { segment: 'lan0', addresses: [`10.1.0.${host}/24`] },
    eth1: { segment: 'lan1', addresses: [`10.2.0.${host}/24`] },
  });
  lab = await Lab.open({
    name: 'two',
    topology: { nodes: { r1: { links: links(1) }, r2: { links: links(2) } } },
    directory: labDirectory('conflicts'),
  });
  r1 = new TandemDirector(lab.node('r1'));
  r2 = new TandemDirector(lab.node('r2'));
});

afterEach(async () => {
  await lab?.close();
});

/** An instance of version 3 with five advertisements in a second. */
function instance(
  priority: number,
  more: {
    readonly name?: string;
    readonly device?: string;
    readonly lines?: string;
    readonly vips?: readonly string[];
  } = {},
): string {
  const { name = 'VI', device = 'eth0', lines = '', vips = ['10.1.0.100/24'] } = more;
  return `
vrrp_instance ${name} {
    interface ${device}
    virtual_router_id ${device === 'eth0' ? 7 : 8}
    version 3
    advert_int 0.2
    priority ${priority}
    ${lines}
    virtual_ipaddress {
        ${vips.join('\n        ')}
    }
}
`;
}

const text = (director: TandemDirector): string => director.process?.text() ?? '';

const status = (director: TandemDirector, name: string = 'VI'): Promise<InstanceStatus> =>
  director.instance(name);

async function expectStatus(
  director: TandemDirector,
  what: string,
  isRight: (status: InstanceStatus) => boolean,
  name?: string,
): Promise<InstanceStatus> {
  const title = `${director.node.name}: ${what}`;
  const seen = await expectWithin(
    title,
    async () => {
      const now = await status(director, name);
      return isRight(now) ? now : false;
    },
    WITHIN,
  );
  return seen.value;
}

const isMaster = ({ state }: InstanceStatus): boolean => state === 'MASTER';

/** A Backup is one from its start, and knows its Master from the first advertisement. */
const hearsMaster = ({ state, master }: InstanceStatus): boolean =>
  state === 'BACKUP' && typeof master?.priority === 'number';

const expectLine = (director: TandemDirector, pattern: RegExp) =>
  expectWithin(`${director.node.name} says ${pattern}`, () => pattern.test(text(director)), WITHIN);

async function vrrpPid(director: TandemDirector): Promise<number> {
  const { components } = await director.status();
  const pid = components.find(({ name }) => name === 'vrrp')?.pid;
  if (typeof pid !== 'number') throw new Error('no vrrp process');
  return pid;
}

/** Drops VRRP on its way in; the way out stays open. */
async function deafen(node: LabNode, device: string): Promise<void> {
  await node.exec(['nft', '-f', '-'], {
    input: `table ip deaf {
  chain in {
    type filter hook input priority 0;
    iifname "${device}" ip protocol 112 drop
  }
}
`,
  });
}

describe('two masters', () => {
  it('O2: another auth_pass: both say who else is master, what differs and what to do, until one of them resigns', async () => {
    const secret = (priority: number, word: string): string =>
      instance(priority, {
        lines: `authentication {\n        auth_type PASS\n        auth_pass ${word}\n    }`,
      }).replace('version 3\n    advert_int 0.2', 'version 2\n    advert_int 1');
    await Promise.all([r1.start(secret(200, 'ours')), r2.start(secret(100, 'theirs'))]);
    const here = await expectStatus(r1, 'a conflict', ({ conflicts }) => conflicts.length > 0);
    expect(here.state).toBe('MASTER');
    expect(here.conflicts).toMatchObject([
      { name: 'other-authentication', address: '10.1.0.2', priority: 100 },
    ]);
    expect(here.conflicts[0]?.text).toContain('(PASS on both sides, with another secret)');
    const there = await expectStatus(r2, 'a conflict', ({ conflicts }) => conflicts.length > 0);
    expect(there.conflicts).toMatchObject([{ address: '10.1.0.1', priority: 200 }]);
    const line =
      /VI: TWO MASTERS: 10\.1\.0\.2 \(priority 100\) is master too: its advertisements fail authentication here \(PASS on both sides, with another secret\)\. Give both routers the same auth_type and auth_pass\./;
    await expect.poll(() => text(r1), SAID).toMatch(line);
    expect((await r1.run('status')).stdout).toContain('TWO MASTERS');
    const metrics = await r1.metrics();
    expect(metrics).toMatch(/^tandem_vrrp_conflict\{[^}]*\} 1$/m);
    expect(metrics).toMatch(
      /^tandem_vrrp_other_masters\{[^}]*conflict="other-authentication"\} 1$/m,
    );
    await r2.stop();
    await expectStatus(r1, 'no conflict', ({ conflicts }) => conflicts.length === 0);
    await expectLine(r1, /VI: the conflict with 10\.1\.0\.2 is over after .* \(it has resigned\)/);
  });

  it('O2: one address more on one side is named', async () => {
    const vips = ['10.1.0.100/24', '10.1.0.101/24'];
    await r1.start(instance(200));
    await expectStatus(r1, 'MASTER', isMaster);
    await r2.start(instance(100, { vips }));
    await expectLine(
      r2,
      /VI: an advertisement lists other addresses than ours: from 10\.1\.0\.1 \(only here: 10\.1\.0\.101\), accepted all the same/,
    );
    expect((await status(r2)).state).toBe('BACKUP');
  });

  it('another host with the address of a master is told, in log, status and metrics', async () => {
    await r1.start(instance(200));
    await expectStatus(r1, 'MASTER', isMaster);
    const stranger = lab.node('r2');
    const mac = stranger.mac('eth0');
    await stranger.exec(['ip', 'address', 'add', '10.1.0.100/24', 'dev', 'eth0']);
    // Whom it asks after learns from the question that it has the address.
    const ask = ['ping', '-c', '1', '-W', '1', '-I', '10.1.0.100', '10.1.0.250'];
    const claimed = await expectWithin(
      'the claim is in the status',
      async () => {
        await stranger.exec(ask, { allowFailure: true });
        const { addresses } = await status(r1);
        return addresses[0]?.claimed ?? false;
      },
      WITHIN,
    );
    expect(claimed.value).toMatchObject({ hardwareAddress: mac });
    await expect
      .poll(() => text(r1), SAID)
      .toContain(`VI: another host says that it has 10.1.0.100: ${mac} on eth0`);
    expect((await r1.run('status')).stdout).toContain(
      `another host said that it has 10.1.0.100/24: ${mac} on eth0`,
    );
    expect(await r1.metrics()).toMatch(/^tandem_vip_claimed_total\{[^}]*\} [1-9]/m);
    expect((await status(r1)).state).toBe('MASTER');
  });

  it('V9: unicast to a multicast instance: it says what it expects, and why', async () => {
    const unicast = 'unicast_src_ip 10.1.0.2\n    unicast_peer {\n        10.1.0.1\n    }';
    await Promise.all([r1.start(instance(200)), r2.start(instance(100, { lines: unicast }))]);
    const here = await expectStatus(r1, 'a conflict', ({ conflicts }) => conflicts.length > 0);
    expect(here.conflicts).toMatchObject([{ name: 'other-destination', address: '10.1.0.2' }]);
    await expect
      .poll(() => text(r1), SAID)
      .toMatch(
        /from 10\.1\.0\.2, unicast to 10\.1\.0\.1, but this instance expects multicast \(its unicast_peer is empty\)/,
      );
  });
});

describe('V19: a router that does not hear', () => {
  it('V19: a master that hears a lower priority again and again says that the other is deaf, and when that is over', async () => {
    await deafen(r2.node, 'eth0');
    await Promise.all([r1.start(instance(200)), r2.start(instance(100))]);
    const here = await expectStatus(r1, 'a conflict', ({ conflicts }) => conflicts.length > 0);
    expect(here.conflicts).toMatchObject([{ name: 'deaf-peer', address: '10.1.0.2' }]);
    await expect
      .poll(() => text(r1), SAID)
      .toMatch(
        /TWO MASTERS: 10\.1\.0\.2 \(priority 100\) is master too: it should have stepped down/,
      );
    await r2.node.exec(['nft', 'delete', 'table', 'ip', 'deaf']);
    await expectStatus(r1, 'no conflict', ({ conflicts }) => conflicts.length === 0);
    await expectLine(r1, /the conflict with 10\.1\.0\.2 is over after/);
    await expectStatus(r2, 'BACKUP', ({ state }) => state === 'BACKUP');
  });

  it('V19: a master that was stopped says so when it wakes, and no conflict is made of it', async () => {
    await r1.start(instance(200));
    await expectStatus(r1, 'MASTER', isMaster);
    await r2.start(instance(100));
    await expectStatus(r2, 'a BACKUP that hears its Master', hearsMaster);
    const vrrp = await vrrpPid(r1);
    process.kill(vrrp, 'SIGSTOP');
    try {
      await expectStatus(r2, 'MASTER', isMaster);
    } finally {
      process.kill(vrrp, 'SIGCONT');
    }
    await expectLine(
      r1,
      /a timer was noticed late: the process or the machine was stopped or starved/,
    );
    await expectStatus(r2, 'BACKUP', ({ state }) => state === 'BACKUP');
    expect(text(r1)).not.toContain('TWO MASTERS');
    expect(text(r2)).not.toContain('TWO MASTERS');
  });

  it('V19: a member of a sync group that hears no master, while the others do, says that it waits', async () => {
    const group = (priority: number): string =>
      `vrrp_sync_group G {\n    group {\n        VI\n        IN\n    }\n}\n${instance(priority)}${instance(priority, { name: 'IN', device: 'eth1', vips: ['10.2.0.100/24'] })}`;
    await deafen(r2.node, 'eth1');
    await r1.start(group(200));
    await expectStatus(r1, 'MASTER', isMaster);
    await r2.start(group(100));
    await expectStatus(r2, 'waits', ({ groupWaitSeconds }) => groupWaitSeconds !== null, 'IN');
    await expectLine(
      r2,
      /IN: no master heard for .*, while another member of sync group G hears one: this instance waits/,
    );
    await r2.node.exec(['nft', 'delete', 'table', 'ip', 'deaf']);
    await expectLine(r2, /IN: a master is heard again, as by the rest of sync group G/);
  });
});

describe('reasons', () => {
  it('O3: a fault names the tracked interface, in log, status and metrics alike; the takeover after it tells from whom', async () => {
    const lines = 'track_interface {\n        eth1\n    }';
    await r1.start(instance(200, { lines }));
    await expectStatus(r1, 'MASTER', isMaster);
    expect((await status(r1)).reason).toBe('no-master-heard');
    await r2.start(instance(100));
    await expectStatus(r2, 'a BACKUP that hears its Master', hearsMaster);
    await r1.node.ip('link set dev eth1 down');
    const fault = await expectStatus(r1, 'FAULT', ({ state }) => state === 'FAULT');
    expect(fault).toMatchObject({ reason: 'tracking', cause: 'eth1 is administratively down' });
    await expect
      .poll(() => text(r1), SAID)
      .toContain('VI: MASTER -> FAULT (tracking: eth1 is administratively down)');
    expect(await r1.metrics()).toMatch(/^tandem_vrrp_faults\{[^}]*reason="tracking"\} 1$/m);
    const explain = [process.execPath, MAIN_PROGRAM, 'explain', 'tracking'];
    expect((await r1.node.exec(explain)).stdout).toMatch(/something that it tracks is down/i);
    const other = await expectStatus(r2, 'MASTER', isMaster);
    expect(other).toMatchObject({ reason: 'master-resigned', cause: '10.1.0.1 with priority 200' });
    await r1.node.ip('link set dev eth1 up');
    const back = await expectStatus(r1, 'MASTER', isMaster);
    expect(back).toMatchObject({ reason: 'preempted', cause: '10.1.0.2 with priority 100' });
  });

  it('O3: a weight that changes the priority is a line that names the interface', async () => {
    const lines = 'track_interface {\n        eth1 weight -80\n    }';
    await r1.start(instance(150, { lines }));
    await expectStatus(r1, 'MASTER', isMaster);
    await r1.node.ip('link set dev eth1 down');
    await expectLine(r1, /VI: priority 150 -> 70 \(eth1 is administratively down: -80\)/);
  });

  it('V8: a dev of an address that is deleted is named, with the address', async () => {
    await r1.start(instance(200, { vips: ['10.1.0.100/24', '10.2.0.100/24 dev eth1'] }));
    await expectStatus(r1, 'MASTER', isMaster);
    await r1.node.ip('link delete eth1');
    const fault = await expectStatus(r1, 'FAULT', ({ state }) => state === 'FAULT');
    expect(fault).toMatchObject({
      reason: 'vip-interface',
      cause: 'eth1, the interface of 10.2.0.100, was deleted',
    });
    await expect
      .poll(() => text(r1), SAID)
      .toContain('eth1, the interface of 10.2.0.100, was deleted');
  });
});
