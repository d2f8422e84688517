/** All that is looked at on a director, in the order in which it is told. */

import { judgeConntrack } from './conntrack.ts';
import type { Director } from './director.ts';
import type { Finding } from './finding.ts';
import { judgeFirewall } from './firewall.ts';
import { judgeArp, judgePreconditions, judgeRedirects, judgeReversePath } from './forwarding.ts';
import { judgeConnections, judgeModules } from './ipvs-settings.ts';
import { judgeNetworkd, judgeNetworkManager } from './network-services.ts';
import { judgeClock, judgeNonlocalBind } from './roles.ts';
import { judgeTunnels } from './tunnels.ts';

const JUDGES: readonly ((director: Director) => readonly Finding[])[] = [
  judgeModules,
  judgePreconditions,
  judgeRedirects,
  judgeReversePath,
  judgeArp,
  judgeNonlocalBind,
  judgeConnections,
  judgeConntrack,
  judgeTunnels,
  judgeFirewall,
  judgeNetworkd,
  judgeNetworkManager,
  judgeClock,
];

/** What matters on this host for this configuration. */
export function judgeDirector(director: Director): readonly Finding[] {
  return JUDGES.flatMap((judge) => judge(director));
}
