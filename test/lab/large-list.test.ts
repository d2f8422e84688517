/** As many IPv6 addresses as the protocol can tell, between two directors on the kernel of this machine. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startCapture } from './kit/capture.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import { labDirectory } from './kit/paths.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 20_000;
/** Longer than three intervals and the skew: who hears nobody would be Master by then. */
const PATIENCE_MS = 3_000;
const COUNT = 255;
const LAST = 'fd00::fe';

let lab: Lab;

function instance(device: string, priority: number): string {
  const rest = Array.from({ length: COUNT - 1 }, (_, i) => `fd00::${(i + 1).toString(16)}/64`);
  return `
vrrp_instance VI_1 {
    interface ${device}
    virtual_router_id 7
    version 3
    priority ${priority}
    advert_int 0.5
    virtual_ipaddress {
        ${['fe80::100/64', ...rest].join('\n        ')}
    }
}
`;
}

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  const links = (host: number) => ({
    eth0: { segment: 'jumbo', mtu: 9000 },
    eth1: { segment: 'plain', addresses: [`10.0.1.${host}/24`] },
  });
  lab = await Lab.open({
    name: 'l',
    topology: { nodes: { lb01: { links: links(5) }, lb02: { links: links(6) } } },
    directory: labDirectory('large-list'),
  });
});

afterAll(async () => {
  await lab?.close();
});

beforeEach(skipWithoutNamespaces);

it('V3: 255 IPv6 addresses in one advertisement: one Master; beyond the MTU they are refused', async () => {
  const first = new TandemDirector(lab.node('lb01'));
  const second = new TandemDirector(lab.node('lb02'));
  const holds = (director: TandemDirector) => director.node.holds(LAST);
  await first.start(instance('eth0', 150));
  await expectWithin('lb01 holds the last address', () => holds(first), { withinMs: WITHIN_MS });
  const capture = await startCapture(lab.node('lb02'), { device: 'eth0', filter: 'ip6 proto 112' });
  await second.start(instance('eth0', 100));
  await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  expect(await holds(second)).toBe(false);
  expect(await holds(first)).toBe(true);
  const packets = capture.packets(({ text }) => text.includes('> ff02::12'));
  expect(packets.length).toBeGreaterThan(3);
  // Of the first director alone; which of its link-local addresses it chose does not matter here.
  for (const { text } of packets) expect(text).toMatch(/ > ff02::12: .* prio 150, .* length 4088/s);
  const refused = await second.reload(instance('eth1', 100));
  expect(refused).toMatchObject({ isAccepted: false });
  expect(refused.output).toContain('does not fit the MTU 1500 of eth1, which holds 90');
  await first.stop();
  await expectWithin('lb02 holds the last address', () => holds(second), { withinMs: WITHIN_MS });
  await second.stop();
}, 90_000);
