/**
 * BFD sessions with FRR's bfdd on the kernel of this machine, IPv4 and IPv6, and what they do to instances that track them: measured on
 * keepalived 2.4.3, which this follows except at the stop.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BfdSessionStatus } from '../../src/core/control/status.ts';
import { advertisements } from './kit/advertisements.ts';
import { type Capture, startCapture } from './kit/capture.ts';
import { FrrRouter, hasFrr } from './kit/directors/frr.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import { labDirectory } from './kit/paths.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN = { withinMs: 15_000 };

/** Multiplier of FRR times the longer of our min_rx and its interval. */
const DETECTION_MS = 4 * 130;
const ADVERT_MS = 200;
const SLACK_MS = 300;

const FRR = `bfd
 peer 10.1.0.1 local-address 10.1.0.2 interface eth0
  detect-multiplier 4
  receive-interval 120
  transmit-interval 130
 !
 peer fd00:1::1 local-address fd00:1::2 interface eth0
  detect-multiplier 4
  receive-interval 120
  transmit-interval 130
 !
`;

const instance = (name: string, vrid: number, track: string): string => `
vrrp_instance ${name} {
    state BACKUP
    interface eth0
    virtual_router_id ${vrid}
    version 3
    advert_int 0.2
    priority 150
    virtual_ipaddress {
        10.1.0.${100 + vrid}/24
    }
    track_bfd {
        ${track}
    }
}
`;

const session = (name: string, neighbour: string): string => `
bfd_instance ${name} {
    neighbor_ip ${neighbour}
    min_rx 100
    min_tx 100
    multiplier 3
}
`;

const CONFIGURATION =
  session('FOUR', '10.1.0.2') +
  session('SIX', 'fd00:1::2') +
  instance('WEIGHT', 1, 'FOUR weight -30') +
  instance('FAULT', 2, 'SIX');

let lab: Lab;
let director: TandemDirector;
let neighbour: FrrRouter;
let wire: Capture;

beforeEach(async (context) => {
  skipWithoutNamespaces(context);
  if (!hasFrr()) context.skip('the package frr is not installed');
  const links = (host: number) => ({
    links: { eth0: { segment: 'lan', addresses: [`10.1.0.${host}/24`, `fd00:1::${host}/64`] } },
  });
  lab = await Lab.open({
    name: 'bfd',
    topology: { nodes: { r1: links(1), frr: links(2) } },
    directory: labDirectory('bfd'),
  });
  director = new TandemDirector(lab.node('r1'));
  neighbour = new FrrRouter(lab.node('frr'), 'bfdd');
  wire = await startCapture(lab.node('frr'), { device: 'eth0', filter: 'ip proto 112' });
});

afterEach(async () => {
  await lab?.close();
});

async function sessions(): Promise<readonly BfdSessionStatus[]> {
  return (await director.status()).bfd;
}

/** Milliseconds until the next advertisement of a router has this priority. */
async function untilPriority(vrid: number, priority: number): Promise<number> {
  const sinceMs = Date.now();
  const seen = await expectWithin(
    `vrid ${vrid} advertises priority ${priority}`,
    () =>
      advertisements(wire).find(
        (one) => one.atMs >= sinceMs && one.vrid === vrid && one.priority === priority,
      ),
    { ...WITHIN, everyMs: 20 },
  );
  return seen.value.atMs - sinceMs;
}

it('with FRR in both families: up, silent, back, and told at the stop', async () => {
  await director.start(CONFIGURATION);
  await untilPriority(1, 120);
  const before = await director.run('status');
  expect(before.stdout).toContain('BFD session SIX is down');
  expect(before.stdout).toContain('nothing was heard yet');

  await neighbour.start(FRR);
  await untilPriority(1, 150);
  await untilPriority(2, 150);
  const up = { state: 'Up', detectionTimeSeconds: DETECTION_MS / 1000 };
  // Up is told with the slow interval of the start; the fast one is agreed upon behind it.
  await expect.poll(sessions, { timeout: WITHIN.withinMs }).toMatchObject([
    { name: 'FOUR', ...up },
    { name: 'SIX', ...up },
  ]);

  neighbour.process?.signal('SIGSTOP');
  const [weightMs, faultMs] = await Promise.all([untilPriority(1, 120), untilPriority(2, 0)]);
  expect(weightMs).toBeLessThan(DETECTION_MS + ADVERT_MS + SLACK_MS);
  expect(faultMs).toBeLessThan(DETECTION_MS + SLACK_MS);
  // What goes on the wire at once is told to the main process a moment later.
  const expired = { state: 'Down', diagnostic: 'detection-time-expired' };
  await expect.poll(sessions, { timeout: WITHIN.withinMs }).toMatchObject([expired, expired]);
  expect((await director.metrics()).split('\n')).toContain(
    'tandem_bfd_up{bfd="FOUR",peer="10.1.0.2"} 0',
  );

  neighbour.process?.signal('SIGCONT');
  await untilPriority(1, 150);
  await untilPriority(2, 150);

  expect(await director.stop()).toEqual({ clean: true });
  const told = await neighbour.ask('show bfd peers');
  expect(told.match(/Status: down/g)).toHaveLength(2);
  expect(told.match(/Remote diagnostics: administratively down/g)).toHaveLength(2);
}, 60_000);

it('a reload and a killed vrrp process keep the session and its effect', async () => {
  await neighbour.start(FRR);
  await director.start(CONFIGURATION);
  await untilPriority(1, 150);
  const [before] = await sessions();
  const outcome = await director.reload(
    CONFIGURATION.replace('min_tx 100', 'min_tx 300').replaceAll('priority 150', 'priority 160'),
  );
  expect(outcome).toMatchObject({ isAccepted: true });
  await untilPriority(1, 160);
  // Its session may have come up last; only a Master is adopted.
  await untilPriority(2, 160);
  expect(advertisements(wire).filter(({ priority }) => priority === 130)).toEqual([]);
  const [after] = await sessions();
  expect(after).toMatchObject({ name: before?.name, state: 'Up' });
  expect((await neighbour.ask('show bfd peers')).match(/Status: up/g)).toHaveLength(2);

  const seen = advertisements(wire).length;
  const pidOf = async () => (await director.status()).components.find(isVrrp)?.pid ?? 0;
  const killed = await director.untilSpare();
  process.kill(killed, 'SIGKILL');
  await expectWithin('another vrrp process', async () => (await pidOf()) > killed, WITHIN);
  await expectWithin(
    'the sessions are up, as their neighbour sees it',
    async () => (await neighbour.ask('show bfd peers')).match(/Status: up/g)?.length === 2,
    WITHIN,
  );
  await untilPriority(2, 160);
  // Neither the weight nor the fault of a session that is down was ever heard.
  const since = advertisements(wire).slice(seen);
  expect(since.filter(({ priority }) => priority !== 160)).toEqual([]);
  const states = async () =>
    (await director.status()).vrrp.instances.map(({ state, reason }) => [state, reason]);
  await expect.poll(states, { timeout: WITHIN.withinMs }).toEqual([
    ['MASTER', 'adopted'],
    ['MASTER', 'adopted'],
  ]);
}, 60_000);

const isVrrp = ({ name }: { readonly name: string }): boolean => name === 'vrrp';
