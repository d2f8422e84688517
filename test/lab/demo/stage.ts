/**
 * The stage of the demonstration: the network, servers, directors, client and captures that every chapter uses.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCapture } from '../kit/capture.ts';
import { TandemDirector } from '../kit/directors/tandem.ts';
import { type HttpClient, startHttpClient } from '../kit/http-client.ts';
import { Lab } from '../kit/lab.ts';
import { MOVEMENT_FILTER, type MovementWatch } from '../kit/movement.ts';
import type { LabNode } from '../kit/node.ts';
import { CONF_DIRECTORY } from '../kit/paths.ts';
import { startWebServers, type WebServer } from '../kit/web-server.ts';
import { PAIR_CLIENTS, PAIR_VIP, pairTopology } from '../scenarios/pair.ts';

/** Everything on stage. */
export interface Stage {
  readonly lab: Lab;
  /** False where only the VRRP half can be shown: then the directors answer requests themselves. */
  readonly hasIpvs: boolean;
  readonly vip: string;
  readonly lb01: TandemDirector;
  readonly lb02: TandemDirector;
  readonly client: LabNode;
  readonly servers: readonly WebServer[];
  /** Runs from the first chapter on. */
  readonly traffic: HttpClient;
  readonly watch: MovementWatch;
}

/** Names of the web servers, in order of their addresses from 10.0.0.7 on. */
export const WEB_SERVERS: readonly string[] = ['web01', 'web02', 'web03'];

/** Limit of any wait: far above what things take, for slow machines. */
export const WAIT_MS_MAX = 40_000;

/** Milliseconds between two requests of the client. */
const REQUEST_INTERVAL_MS = 100;
const REQUEST_TIMEOUT_MS = 1000;

/** Makes the network and starts servers and client; the directors are on stage but not started. */
export async function setStage(directory: string, hasIpvs: boolean): Promise<Stage> {
  const topology = pairTopology(WEB_SERVERS);
  const lab = await Lab.open({ name: 'demo', topology, directory: join(directory, 'lab') });
  const client = lab.node('client');
  const serving = hasIpvs ? WEB_SERVERS : [...WEB_SERVERS, 'lb01', 'lb02'];
  const [servers, wire, traffic] = await Promise.all([
    startWebServers(serving.map((name) => lab.node(name))),
    startCapture(client, { device: 'eth0', filter: MOVEMENT_FILTER }),
    startHttpClient(client, {
      url: `http://${PAIR_VIP}/`,
      everyMs: REQUEST_INTERVAL_MS,
      timeoutMs: REQUEST_TIMEOUT_MS,
      sources: PAIR_CLIENTS,
    }),
  ]);
  return {
    lab,
    hasIpvs,
    vip: PAIR_VIP,
    lb01: new TandemDirector(lab.node('lb01')),
    lb02: new TandemDirector(lab.node('lb02')),
    client,
    servers,
    traffic,
    watch: { vip: PAIR_VIP, client, wire, traffic },
  };
}

/** The configuration of a director of the demonstration. */
export function demoConfiguration(director: string): string {
  return readFileSync(join(CONF_DIRECTORY, `demo.${director}.conf`), 'utf8');
}
