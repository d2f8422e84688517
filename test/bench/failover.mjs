// Failover after SIGKILL of the master: how much longer than the protocol's own limit it takes until the backup's first advertisement and
// its first gratuitous ARP, Tandem beside keepalived, seen on the wire by a third node.
//   node test/bench/failover.mjs [--rounds=5] [--advert=1,0.1]
// Needs root (network namespaces), the build (npm run build), keepalived and tcpdump.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const lab = (name) => import(new URL(`../dist/kit/${name}.js`, import.meta.url).href);
const { Lab } = await lab('lab');
const { createDirector } = await lab('directors/create');
const { startCapture } = await lab('capture');
const { advertisements } = await lab('advertisements');
const { expectWithin } = await lab('expect');

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    advert: { type: 'string', default: '1,0.1' },
  },
});
const VIP = '10.1.0.100';
const BACKUP_PRIORITY = 100;
const SETTLE_MS_MAX = 30_000;

const configuration = (priority, advertSeconds) => `
global_defs {
    vrrp_version 3
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority ${priority}
    advert_int ${advertSeconds}
    virtual_ipaddress {
        ${VIP}/24
    }
}
`;

/** One kill: milliseconds beyond the master-down interval until the advertisement and the ARP. */
async function round(kind, advertSeconds) {
  const directory = mkdtempSync(join(tmpdir(), 'tandem-failover-'));
  const lan = (address) => ({ eth0: { segment: 'lan', addresses: [`${address}/24`] } });
  const nodes = {
    lb01: { links: lan('10.1.0.1') },
    lb02: { links: lan('10.1.0.2') },
    watcher: { links: lan('10.1.0.9') },
  };
  const network = await Lab.open({ name: 'f', topology: { nodes }, directory });
  try {
    const first = createDirector(kind, network.node('lb01'));
    const second = createDirector(kind, network.node('lb02'));
    await Promise.all([
      first.start(configuration(200, advertSeconds)),
      second.start(configuration(BACKUP_PRIORITY, advertSeconds)),
    ]);
    const filter = 'arp or proto 112';
    const capture = await startCapture(network.node('watcher'), { device: 'eth0', filter });
    const spoken = (source) => advertisements(capture).filter((one) => one.source === source);
    const limit = { withinMs: SETTLE_MS_MAX, everyMs: 20 };
    await expectWithin('lb01 speaks', () => spoken('10.1.0.1').length > 3, limit);
    const before = capture.packets().length;
    await first.kill();
    const takeover = () => {
      const lastAt = spoken('10.1.0.1').at(-1).atMs;
      const taken = spoken('10.1.0.2').find((one) => one.atMs > lastAt);
      return taken === undefined ? undefined : { lastAt, takenAt: taken.atMs };
    };
    const { lastAt, takenAt } = (await expectWithin('lb02 speaks', takeover, limit)).value;
    const arp = () => capture.packets().length > before + 2;
    await expectWithin('the ARP is captured', arp, limit);
    const announced = capture
      .packets()
      .slice(before)
      .find((packet) => packet.atMs >= takenAt && packet.text.includes(`who-has ${VIP}`));
    const downMs = 1_000 * advertSeconds * (3 + (256 - BACKUP_PRIORITY) / 256);
    return { advert: takenAt - lastAt - downMs, arp: (announced?.atMs ?? NaN) - lastAt - downMs };
  } finally {
    await network.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const show = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return `${median(numbers).toFixed(2)} (${sorted[0].toFixed(2)}..${sorted.at(-1).toFixed(2)})`;
};

process.stdout.write('Milliseconds beyond the master-down interval, median (min..max)\n\n');
process.stdout.write(
  `${'advert_int'.padEnd(12)}${'program'.padEnd(12)}${'first advert'.padEnd(26)}first ARP\n`,
);
for (const advertSeconds of values.advert.split(',').map(Number)) {
  const medians = {};
  for (const kind of ['keepalived', 'tandem']) {
    const rounds = [];
    for (let i = 0; i < Number(values.rounds); i++) rounds.push(await round(kind, advertSeconds));
    const [adverts, arps] = [rounds.map((one) => one.advert), rounds.map((one) => one.arp)];
    medians[kind] = { advert: median(adverts), arp: median(arps) };
    const name = `${advertSeconds} s`.padEnd(12) + kind.padEnd(12);
    process.stdout.write(`${name}${show(adverts).padEnd(26)}${show(arps)}\n`);
  }
  const difference = (what) => (medians.tandem[what] - medians.keepalived[what]).toFixed(2);
  process.stdout.write(
    `${''.padEnd(12)}${'difference'.padEnd(12)}${difference('advert').padEnd(26)}${difference('arp')}\n\n`,
  );
}
