/**
 * A director whose kernel has no IPVS: it says so, and VRRP and checks go on.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { hostHasIpvs } from './kit/kernel-choice.ts';
import { Lab } from './kit/lab.ts';
import { CONF_DIRECTORY, labDirectory } from './kit/paths.ts';
import { startWebServers } from './kit/web-server.ts';
import { PAIR_VIP, pairTopology } from './scenarios/pair.ts';
import { SAID, skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 20_000;

let lab: Lab | undefined;
let director: TandemDirector;
let ownIpvs = false;

beforeAll(async () => {
  ownIpvs = await hostHasIpvs();
  if (process.getuid?.() !== 0 || ownIpvs) return;
  const directory = labDirectory('without-ipvs');
  lab = await Lab.open({ name: 'w', topology: pairTopology(['web01', 'web02']), directory });
  await startWebServers([lab.node('web01')]);
  director = new TandemDirector(lab.node('lb01'));
  await director.start(readFileSync(join(CONF_DIRECTORY, 'd.lb01.conf'), 'utf8'));
});

afterAll(async () => {
  await lab?.close();
});

beforeEach((context) => {
  skipWithoutNamespaces(context);
  if (ownIpvs) context.skip('this kernel has IPVS');
});

describe('on a kernel without IPVS', () => {
  it('VRRP takes the address all the same', async () => {
    const lb01 = director.node;
    const held = await expectWithin('lb01 holds the address', () => lb01.holds(PAIR_VIP), {
      withinMs: WITHIN_MS,
    });
    expect(held.value).toBe(true);
  });

  it('checks go on: the server that lives is up, the other down', async () => {
    const found = await expectWithin(
      'both servers are judged',
      async () => {
        const states = (await director.status()).virtualServers[0]?.realServers.map((one) =>
          one.state.toLowerCase(),
        );
        return states?.includes('unchecked') === false ? states : undefined;
      },
      { withinMs: WITHIN_MS },
    );
    expect(found.value).toEqual(['up', 'down']);
  });

  it('log, status and metrics say so', async () => {
    const { ipvs } = await director.status();
    expect(ipvs.available).toBe(false);
    expect(ipvs.reason).toContain('ip_vs');
    await expect
      .poll(() => director.process?.text(), SAID)
      .toMatch(/error .*IPVS is not available.*ip_vs/);
    const text = (await director.run('status')).stdout;
    expect(text).toMatch(/IPVS.*ip_vs/);
    expect(await director.metrics()).toContain('tandem_precondition_ok{check="ip_vs_module"} 0');
  });
});
