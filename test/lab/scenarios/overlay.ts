/**
 * An overlay in between: VRRP by unicast, connection synchronisation, checks and LVS-TUN through tunnels of OpenVPN, from the sample
 * conf/features/overlay. Directors and servers are in two networks with a router between them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCapture } from '../kit/capture.ts';
import { setUpDirectors } from '../kit/director-setup.ts';
import { TandemDirector } from '../kit/directors/tandem.ts';
import { expectWithin } from '../kit/expect.ts';
import { type IpvsService, readIpvs } from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import type { LabNode } from '../kit/node.ts';
import { CONF_DIRECTORY } from '../kit/paths.ts';
import type { LabProcess } from '../kit/process.ts';
import { defaultRoute, setUpRealServers } from '../kit/real-server.ts';
import { type Answer, ask } from '../kit/requests.ts';
import { startStream } from '../kit/stream-client.ts';
import type { TopologySpec } from '../kit/topology.ts';
import { startWebServers } from '../kit/web-server.ts';
import { waitUntilSynchronised } from './downloads.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import type { Scenario } from './scenario.ts';

const VIP = '192.0.2.3';
const UPLOAD_BYTES = 300_000;

/** What the scenario saw. */
export interface OverlayFacts {
  /** Of the service with TUN, and of the one with Full-NAT. */
  readonly answers: readonly Answer[];
  readonly translated: readonly Answer[];
  /** Bytes of a large request that arrived; it does not fit into the tunnel at first. */
  readonly uploaded: string;
  readonly uploadBytes: number;
  /** What the client has learned of the size of packets on its way to the address: the line of `ip route get`. */
  readonly routeOfClient: string;
  /** Whether lb02 held the address too, while lb01 served. */
  readonly bothMasters: boolean;
  /** Advertisements that passed outside of the tunnel, and requests that reached a server so. */
  readonly outsideTunnel: number;
  /** The table of each director while the tunnel from lb01 to web01 is broken. */
  readonly broken: Readonly<Record<'lb01' | 'lb02', readonly string[]>>;
  /** A connection that was held while lb01 died, and what new ones got afterwards. */
  readonly stream: { readonly ended?: string };
  readonly afterDeath: readonly Answer[];
  readonly translatedAfterDeath: readonly Answer[];
}

/** Where each machine is on the network below, and in the overlay. */
const MACHINES: Readonly<Record<string, { readonly below: string; readonly host: number }>> = {
  lb01: { below: '192.0.2.5', host: 5 },
  lb02: { below: '192.0.2.6', host: 6 },
  web01: { below: '198.51.100.7', host: 7 },
  web02: { below: '198.51.100.8', host: 8 },
};

const machine = (name: string): TopologySpec['nodes'][string] => {
  const { below = '' } = MACHINES[name] ?? {};
  const isFront = below.startsWith('192.0.2.');
  return {
    links: { eth0: { segment: isFront ? 'front' : 'remote', addresses: [`${below}/24`] } },
    ip: defaultRoute(isFront ? '192.0.2.1' : '198.51.100.1'),
  };
};

const topology: TopologySpec = {
  modules: ['ipip', 'tun'],
  nodes: {
    lb01: machine('lb01'),
    lb02: machine('lb02'),
    web01: machine('web01'),
    web02: machine('web02'),
    router: {
      links: {
        eth0: { segment: 'front', addresses: ['192.0.2.1/24'] },
        eth1: { segment: 'remote', addresses: ['198.51.100.1/24'] },
      },
      sysctls: { 'net.ipv4.ip_forward': 1 },
    },
    client: {
      links: { eth0: { segment: 'front', addresses: ['192.0.2.50/24'] } },
      ip: defaultRoute('192.0.2.1'),
    },
  },
};

/** Runs it. */
export const overlayScenario: Scenario<OverlayFacts> = async (context) => {
  const lab = await Lab.open({ name: 'o', topology, directory: context.directory });
  try {
    const [lb01, lb02, client] = [lab.node('lb01'), lab.node('lb02'), lab.node('client')];
    const servers = [lab.node('web01'), lab.node('web02')];
    const tunnels = await startTunnels([lb01, lb02], servers);
    const sample = join(CONF_DIRECTORY, 'features', 'overlay.conf');
    await setUpRealServers(servers, sample);
    await setUpDirectors([lb01, lb02], sample);
    await startWebServers(servers);
    const captures = await Promise.all([
      startCapture(lb02, { device: 'eth0', filter: 'proto 112' }),
      startCapture(lab.node('web01'), {
        device: 'eth0',
        filter: `ip proto 4 or (ip and dst host ${VIP})`,
      }),
    ]);
    const [first, second] = [new TandemDirector(lb01), new TandemDirector(lb02)];
    const text = readFileSync(sample, 'utf8');
    await Promise.all([first.start(text), second.start(ofOther(text))]);
    context.log('waiting for lb01 to serve');
    await waitUntilServing(lb01);
    const answers = await ask(client, `http://${VIP}/`, { count: 4 });
    const translated = await expectWithin(
      'servers answer to the director',
      async () => {
        const seen = await ask(client, `http://${VIP}:8080/`, { count: 2 });
        return seen.every(({ server }) => server !== '') && seen;
      },
      { withinMs: SETTLE_MS_MAX },
    );

    context.log('a large request');
    const file = client.writeFile('upload', 'x'.repeat(UPLOAD_BYTES));
    const upload = ['curl', '-sS', '--max-time', '20', '--data-binary', `@${file}`];
    const uploaded = await client.exec([...upload, `http://${VIP}/upload`], { allowFailure: true });
    const routeOfClient = (await client.exec(['ip', 'route', 'get', VIP])).stdout;

    context.log('breaking the tunnel from lb01 to web01');
    await tunnels.get('lb01 web01')?.kill();
    await expectWithin('web01 is out on lb01', async () => (await serversOf(lb01)).length === 1, {
      withinMs: SETTLE_MS_MAX,
      everyMs: 200,
    });
    const broken = { lb01: await serversOf(lb01), lb02: await serversOf(lb02) };

    context.log('killing lb01');
    const stream = await startStream(client, `http://${VIP}/stream`);
    await waitUntilSynchronised(lb02, `${VIP}:80`);
    const bothMasters = await lb02.holds(VIP);
    await first.kill();
    await lb01.ip('link set eth0 down');
    await waitUntilServing(lb02);
    const { pieces } = stream.state();
    await expectWithin('the connection goes on', () => stream.state().pieces > pieces + 10, {
      withinMs: SETTLE_MS_MAX,
    });
    const afterDeath = await ask(client, `http://${VIP}/`, { count: 2 });
    return {
      answers,
      translated: translated.value,
      uploaded: uploaded.stdout.trim(),
      uploadBytes: UPLOAD_BYTES,
      routeOfClient,
      bothMasters,
      outsideTunnel: captures.flatMap((capture) => capture.packets()).length,
      broken,
      stream: stream.state(),
      afterDeath,
      translatedAfterDeath: await ask(client, `http://${VIP}:8080/`, { count: 2 }),
    };
  } finally {
    await lab.close();
  }
};

/** The configuration of lb02. */
function ofOther(text: string): string {
  return text
    .replace('router_id lb01', 'router_id lb02')
    .replace('priority 150', 'priority 100')
    .replace('unicast_src_ip 10.8.0.5', 'unicast_src_ip 10.8.0.6')
    .replace('10.8.0.6 min_ttl', '10.8.0.5 min_ttl');
}

/** Connects the directors with each other and with each server. Gives the director's end of each tunnel by the names of both ends. */
async function startTunnels(
  [lb01, lb02]: readonly [LabNode, LabNode],
  servers: readonly LabNode[],
): Promise<ReadonlyMap<string, LabProcess>> {
  const key = lb01.file('overlay.key');
  await lb01.exec(['openvpn', '--genkey', 'secret', key]);
  const pairs = [
    [lb01, lb02],
    ...[lb01, lb02].flatMap((director) => servers.map((server) => [director, server] as const)),
  ] as const;
  const ends = await Promise.all(
    pairs.map(async ([near, far]) => {
      await startEnd(far, near, key);
      return [`${near.name} ${far.name}`, await startEnd(near, far, key)] as const;
    }),
  );
  for (const [near, far] of pairs) {
    const { host = 0 } = MACHINES[far.name] ?? {};
    await expectWithin(
      `${near.name} reaches ${far.name} in the overlay`,
      async () =>
        (await near.exec(['ping', '-c', '1', '-W', '1', `10.8.0.${host}`], { allowFailure: true }))
          .status === 0,
      { withinMs: SETTLE_MS_MAX },
    );
  }
  return new Map(ends);
}

/** One end of a tunnel, from the sample. */
function startEnd(here: LabNode, there: LabNode, key: string): Promise<LabProcess> {
  const [own, other] = [MACHINES[here.name], MACHINES[there.name]];
  const isPeer = here.name.startsWith('lb') && there.name.startsWith('lb');
  const sample = readFileSync(join(CONF_DIRECTORY, 'features', 'overlay.openvpn'), 'utf8');
  // The port of a tunnel is that of its lower and its higher end.
  const [low = 0, high = 0] = [own?.host ?? 0, other?.host ?? 0].sort();
  const text = sample
    .replace('dev tun-web01', `dev tun-${isPeer ? 'peer' : there.name}`)
    .replace('remote 198.51.100.7', `remote ${other?.below}`)
    .replace('port 5007', `port ${low}00${high}`)
    .replace('ifconfig 10.8.0.5 10.8.0.7', `ifconfig 10.8.0.${own?.host} 10.8.0.${other?.host}`)
    .replace('/etc/openvpn/overlay.key', key);
  const file = here.writeFile(`${there.name}.openvpn`, text);
  return here.start(`openvpn-${there.name}`, ['openvpn', '--config', file]);
}

/** Waits until a director holds the address and has all servers of both services that it reaches. */
async function waitUntilServing(node: LabNode): Promise<void> {
  await expectWithin(
    `${node.name} holds ${VIP} with both servers`,
    async () => {
      if (!(await node.holds(VIP))) return false;
      const services = await readIpvs(node);
      const isComplete = (one: IpvsService): boolean => one.destinations.length === 2;
      return services.length === 2 && services.every(isComplete);
    },
    { withinMs: SETTLE_MS_MAX, everyMs: 100 },
  );
}

/** Addresses of the servers of the service with TUN. */
async function serversOf(node: LabNode): Promise<readonly string[]> {
  const service = (await readIpvs(node)).find(({ address }) => address === `${VIP}:80`);
  return service?.destinations.map(({ address }) => address) ?? [];
}
