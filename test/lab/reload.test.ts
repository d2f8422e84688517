/**
 * A running director whose surroundings change, on the kernel of this machine: reloads that take something away, and advertisements that do not
 * leave the host.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { advertisements } from './kit/advertisements.ts';
import { startCapture } from './kit/capture.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import { labDirectory } from './kit/paths.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 10_000;

let lab: Lab;
let director: TandemDirector;

/** An instance that takes over within a second when nobody answers. */
function instance(number: number): string {
  return `
vrrp_instance VI_${number} {
    interface eth${number}
    virtual_router_id 7
    version 3
    priority 250
    advert_int 0.2
    virtual_ipaddress {
        10.0.${number}.3/24
    }
}
`;
}

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  const links = (host: number) => ({
    eth0: { segment: 'lan0', addresses: [`10.0.0.${host}/24`] },
    eth1: { segment: 'lan1', addresses: [`10.0.1.${host}/24`] },
  });
  lab = await Lab.open({
    name: 'r',
    topology: { nodes: { lb01: { links: links(5) }, watcher: { links: links(9) } } },
    directory: labDirectory('reload'),
  });
  director = new TandemDirector(lab.node('lb01'));
  await director.start(instance(0) + instance(1));
  for (const vip of ['10.0.0.3', '10.0.1.3']) {
    await expectWithin(`lb01 holds ${vip}`, () => director.node.holds(vip), {
      withinMs: WITHIN_MS,
    });
  }
});

afterAll(async () => {
  await lab?.close();
});

beforeEach(skipWithoutNamespaces);

describe('a reload', () => {
  it('that takes the last instance of an interface away says farewell there (RFC 9568 6.4.3)', async () => {
    const capture = await startCapture(lab.node('watcher'), {
      device: 'eth1',
      filter: 'proto 112',
    });
    expect(await director.reload(instance(0))).toMatchObject({ isAccepted: true });
    await expectWithin(
      'the address is gone',
      async () => !(await director.node.holds('10.0.1.3')),
      {
        withinMs: WITHIN_MS,
      },
    );
    const farewell = await expectWithin(
      'the farewell',
      () => advertisements(capture).find((advert) => advert.priority === 0),
      { withinMs: WITHIN_MS },
    );
    expect(farewell.value?.source).toBe('10.0.1.5');
    expect(await director.node.holds('10.0.0.3')).toBe(true);
  });
});

describe('advertisements that the host does not let out', () => {
  it('are reported once, with the reason', async (context) => {
    const { node } = director;
    const rule = 'add table ip t; add chain ip t o { type filter hook output priority 0; }';
    const drop = 'add rule ip t o ip protocol 112 drop';
    const set = await node.exec(['nft', `${rule}; ${drop}`], { allowFailure: true });
    if (set.status !== 0) context.skip('this kernel has no nftables');
    const said = () => director.process?.text().match(/send an advertisement .*EPERM/g) ?? [];
    await expectWithin('the report', () => said().length > 0, { withinMs: WITHIN_MS });
    // Two reports more would have come with the next advertisements.
    const capture = await startCapture(node, { device: 'eth0', filter: 'proto 112' });
    await node.exec(['nft', 'delete table ip t']);
    await expectWithin('the next advertisement', () => advertisements(capture).length > 1, {
      withinMs: WITHIN_MS,
    });
    expect(said()).toHaveLength(1);
  });
});

describe('a stop', () => {
  it('in the middle of the start ends as soon as any other', async () => {
    expect(await director.stop()).toEqual({ clean: true });
    const node = lab.node('watcher');
    const early = new TandemDirector(node);
    await early.start(instance(0));
    const asked = Date.now();
    expect(await early.stop()).toEqual({ clean: true });
    expect(Date.now() - asked).toBeLessThan(4_000);
  });
});
