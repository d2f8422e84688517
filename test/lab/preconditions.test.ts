/**
 * A director that runs while somebody changes a setting of the kernel that its configuration needs.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import { labDirectory } from './kit/paths.ts';
import { PAIR_VIP, pairTopology } from './scenarios/pair.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 10_000;

const TRANSLATED = `virtual_server ${PAIR_VIP} 80 {
  lvs_sched rr
  lvs_method NAT
  protocol TCP
  real_server 10.9.9.9 80 {
    TCP_CHECK {
    }
  }
}
`;

let lab: Lab | undefined;
let director: TandemDirector;

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  const directory = labDirectory('preconditions');
  lab = await Lab.open({ name: 'pc', topology: pairTopology([]), directory });
  const node = lab.node('lb01');
  await node.sysctl({ 'net.ipv4.ip_forward': 1 });
  director = new TandemDirector(node);
  await director.start(TRANSLATED);
});

afterAll(async () => {
  await lab?.close();
});

beforeEach((context) => skipWithoutNamespaces(context));

async function says(pattern: RegExp): Promise<boolean> {
  const found = await expectWithin(
    `the log says ${pattern}`,
    async () => pattern.test(director.process?.text() ?? ''),
    { withinMs: WITHIN_MS },
  );
  return found.value;
}

/** Metrics are made at most once a second. */
async function metricIs(value: number): Promise<boolean> {
  const line = `tandem_precondition_ok{check="ip_forward"} ${value}\n`;
  const found = await expectWithin(
    `the metrics say ${value}`,
    async () => (await director.metrics()).includes(line),
    { withinMs: WITHIN_MS },
  );
  return found.value;
}

describe('H15: net.ipv4.ip_forward while it runs', () => {
  it('set to 0: log, status and metrics say so', async () => {
    expect(await metricIs(1)).toBe(true);
    await director.node.sysctl({ 'net.ipv4.ip_forward': 0 });
    expect(await says(/error .*net\.ipv4\.ip_forward is 0: answers of NAT servers/)).toBe(true);
    expect(await metricIs(0)).toBe(true);
    expect((await director.run('status')).stdout).toContain('net.ipv4.ip_forward is 0');
  });

  it('set to 1 again: they say that too', async () => {
    await director.node.sysctl({ 'net.ipv4.ip_forward': 1 });
    expect(await says(/notice .*net\.ipv4\.ip_forward is as it should be again/)).toBe(true);
    expect(await metricIs(1)).toBe(true);
    expect((await director.run('status')).stdout).not.toContain('net.ipv4.ip_forward is 0');
  });
});
