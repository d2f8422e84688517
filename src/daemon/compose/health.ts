/** Builds the health process: its machine, its prober, the kernel's IPVS, and the role on them. */

import { seededRandom } from '../../core/base/seeded-random.ts';
import type { TraceReport } from '../../core/facts/trace-facts.ts';
import type { HealthReport } from '../../core/health/events-and-actions.ts';
import { HealthMachine } from '../../core/health/machine.ts';
import { IpvsKernel } from '../../drivers/ipvs.ts';
import { ProbeRunner } from '../../drivers/probes/probe-runner.ts';
import { RouteKernel } from '../../drivers/rtnetlink.ts';
import { readSysctl, writeSysctl } from '../../drivers/sysctl.ts';
import { HEALTH_WAITING } from '../frame/merge-messages.ts';
import type { FromHealth, ToHealth } from '../frame/messages.ts';
import { ProcessFrame } from '../frame/process-frame.ts';
import { HealthRole } from '../health/role.ts';
import { childHost } from './child-host.ts';

/** An orderly stop that takes longer ends all the same, milliseconds. */
const STOP_MS_MAX = 4_000;

/** Runs the health process until the supervisor stops it or goes away. */
export async function main(): Promise<void> {
  const host = childHost(HEALTH_WAITING, STOP_MS_MAX);
  const frame = new ProcessFrame<ToHealth, FromHealth, HealthReport | TraceReport>(host);
  const role = new HealthRole(frame, {
    core: new HealthMachine({ random: seededRandom(process.pid) }),
    openIpvs: (loadModule) => IpvsKernel.open({ loadModule }),
    openAddresses: () => RouteKernel.open(),
    openProbes: (options) => new ProbeRunner(options),
    readSysctl,
    writeSysctl: (name, value) => writeSysctl(name.replaceAll('.', '/'), value),
  });
  await frame.run(role);
}
