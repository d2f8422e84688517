/**
 * The demonstration of `npm start`: scenario D from the election to the return of a killed master, told with times.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveRequests } from '../kit/remote.ts';
import { Report } from '../kit/report.ts';
import * as chapters from './chapters.ts';
import { setStage } from './stage.ts';

/** How it is given. */
export interface DemoOptions {
  /** Directory for the lab's files. */
  readonly directory: string;
  /** Leave everything running at the end, until asked to stop. */
  readonly keep: boolean;
  readonly hasColour: boolean;
  /** False gives the VRRP half only. */
  readonly hasIpvs: boolean;
}

/** Appears in the directory when the demonstration is over and the lab is kept; holds the exit status. */
export const KEPT_FILE = 'kept';

const PICTURE = `
   client 10.0.0.100-105 ──┬── lb01  10.0.0.5  priority 200 ┐  10.0.0.3:80 moves between them
                           ├── lb02  10.0.0.6  priority 150 ┘
                           └── web01 10.0.0.7, web02 10.0.0.8, web03 10.0.0.9
`;
const PICTURE_WITHOUT_IPVS = `
   client 10.0.0.100-105 ──┬── lb01  10.0.0.5  priority 200 ┐  10.0.0.3:80 moves between them; they answer requests
                           └── lb02  10.0.0.6  priority 150 ┘  themselves, because nothing can forward to web servers
`;

/** Gives the demonstration; returns the exit status. */
export async function giveDemo(options: DemoOptions): Promise<number> {
  const report = new Report({ hasColour: options.hasColour });
  const { hasIpvs } = options;
  report.line((hasIpvs ? PICTURE : PICTURE_WITHOUT_IPVS).trimEnd());
  report.chapter(`${hasIpvs ? 'Three web' : 'Web'} servers and a client start`);
  const stage = await setStage(options.directory, hasIpvs);
  report.fact('network, servers and client are up', 'one request every 100 ms from now on');
  try {
    await chapters.election(stage, report);
    if (hasIpvs) {
      await chapters.spread(stage, report);
      await chapters.failingServers(stage, report);
    }
    await chapters.killedMaster(stage, report);
    await chapters.returningMaster(stage, report);
    await chapters.badReload(stage, report);
    await chapters.inspection(stage, report);
  } catch (error) {
    report.failure(error instanceof Error ? error.message : String(error));
  }
  const status = report.failures === 0 ? 0 : 1;
  if (options.keep) {
    writeFileSync(join(options.directory, KEPT_FILE), String(status));
    await serveRequests(stage.lab, options.directory);
  }
  await stage.lab.close();
  return status;
}
