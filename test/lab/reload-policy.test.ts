/**
 * What a running director takes and what it refuses, on the kernel of this machine: the built program, its signal, its commands.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import { labDirectory } from './kit/paths.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 10_000;

let lab: Lab;
let director: TandemDirector;

/** An instance with a mistake in it, which takes over at once. */
function instance(number: number, ...addresses: readonly string[]): string {
  return `
vrrp_instance VI_${number} {
    interface eth${number}
    virtual_router_id 7
    prioriti 99
    version 3
    priority 250
    advert_int 0.2
    virtual_ipaddress {
        10.0.${number}.3/24
        ${addresses.join('\n        ')}
    }
}
`;
}

const BOTH = instance(0) + instance(1);

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  const links = {
    eth0: { segment: 'lan0', addresses: ['10.0.0.5/24'] },
    eth1: { segment: 'lan1', addresses: ['10.0.1.5/24'] },
  };
  lab = await Lab.open({
    name: 'p',
    topology: { nodes: { lb01: { links } } },
    directory: labDirectory('reload-policy'),
  });
  director = new TandemDirector(lab.node('lb01'));
  await director.start(BOTH);
  await holds('10.0.0.3');
  await holds('10.0.1.3');
});

afterAll(async () => {
  await lab?.close();
});

beforeEach(skipWithoutNamespaces);

async function holds(address: string): Promise<void> {
  const wanted = () => director.node.holds(address);
  await expectWithin(`lb01 holds ${address}`, wanted, { withinMs: WITHIN_MS });
}

/** Lines of the log that match, so far. */
function said(pattern: RegExp): number {
  return director.process?.text().match(new RegExp(pattern, 'g'))?.length ?? 0;
}

/** Sends SIGHUP and waits for the answer in the log. */
async function hangUp(answer: RegExp): Promise<void> {
  const before = said(answer);
  director.process?.signal('SIGHUP');
  await expectWithin(`${answer}`, () => said(answer) > before, { withinMs: WITHIN_MS });
}

describe('a reload', () => {
  it('H9: takes a file with the mistake that runs already', async () => {
    expect(await director.reload(BOTH)).toMatchObject({ isAccepted: true });
    const more = await director.reload(instance(0, '10.0.0.4/24') + instance(1));
    expect(more.isAccepted).toBe(true);
    expect(more.output).toContain('the running configuration has this mistake too');
    await holds('10.0.0.4');
    const worse = await director.reload(BOTH.replace('advert_int', 'advert_itn'));
    expect(worse).toMatchObject({ isAccepted: false });
    expect(worse.output).toContain('the running configuration stays: 1 error');
    expect(await director.node.holds('10.0.0.4')).toBe(true);
  });

  it('V17: by signal never leaves nothing, and plan and status say so', async () => {
    director.node.writeFile('tandem.conf', '');
    await hangUp(/reload refused.* all 2 VRRP instances; .*tandem reload --allow-empty/);
    expect(await director.node.holds('10.0.0.3')).toBe(true);
    const plan = await director.run('plan');
    expect(plan.status).toBe(1);
    expect(plan.stderr).toContain('it would remove all 2 VRRP instances');
    const status = await director.run('status');
    expect(status.stdout).toMatch(/last reload +REFUSED .* all 2 VRRP instances/);
  });

  it('V17: waits for a writer who is not ready yet', async () => {
    const half = instance(0);
    director.node.writeFile('tandem.conf', half);
    const applied = hangUp(/reload applied|reload: nothing changed/);
    const grow = setTimeout(() => director.node.writeFile('tandem.conf', half + instance(1)), 60);
    await applied;
    clearTimeout(grow);
    expect(await director.node.holds('10.0.1.3')).toBe(true);
  });

  it('V18: is applied while an interface is gone, which is FAULT until it is there again', async () => {
    const { node } = director;
    await node.exec(['ip', 'link', 'del', 'eth1']);
    const reloaded = await director.reload(instance(0, '10.0.0.6/24') + instance(1));
    expect(reloaded.isAccepted).toBe(true);
    expect(reloaded.output).toMatch(/warning: interface "eth1" does not exist on this host/);
    await holds('10.0.0.6');
    expect((await director.run('status')).stdout).toMatch(/VI_1 +FAULT/);
    await node.exec(['ip', 'link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'eth1-peer']);
    await node.exec(['ip', 'address', 'add', '10.0.1.5/24', 'dev', 'eth1']);
    await node.exec(['ip', 'link', 'set', 'eth1-peer', 'up']);
    await node.exec(['ip', 'link', 'set', 'eth1', 'up']);
    await holds('10.0.1.3');
  });

  it('V17: leaves nothing when it is asked for by name', async () => {
    director.node.writeFile('tandem.conf', '');
    const plan = await director.run('plan', '--allow-empty');
    expect(plan.stdout).toContain('- vrrp_instance VI_0');
    expect((await director.run('reload', '--allow-empty')).status).toBe(0);
    const gone = async () => !(await director.node.holds('10.0.0.3'));
    await expectWithin('the address is gone', gone, { withinMs: WITHIN_MS });
  });
});
