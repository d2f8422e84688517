/** What the health process uses of the operating system, as far as it needs it. `daemon/compose/health.ts` opens the real ones. */
import type { Result } from '../../core/base/result.ts';
import type { HealthMachine } from '../../core/health/machine.ts';
import type { IpvsKernel } from '../../drivers/ipvs.ts';
import type { ProbeRunner, ProbeRunnerOptions } from '../../drivers/probes/probe-runner.ts';
import type { RouteKernel } from '../../drivers/rtnetlink.ts';

/** The machine of all checks. */
export type HealthCore = Pick<
  HealthMachine,
  | 'deadline'
  | 'handle'
  | 'view'
  | 'viewOf'
  | 'effectiveWeight'
  | 'sorryServerActive'
  | 'leaving'
  | 'leavingServices'
>;

/** The kernel's IPVS. */
export type IpvsPort = Pick<
  IpvsKernel,
  | 'look'
  | 'services'
  | 'destinations'
  | 'dumpTable'
  | 'apply'
  | 'setTimeouts'
  | 'setReceiveBuffer'
  | 'daemons'
  | 'startDaemon'
  | 'stopDaemon'
  | 'close'
>;

/** The kernel's addresses. */
export type AddressPort = Pick<RouteKernel, 'monitor' | 'dump' | 'close'>;

/** Runs probes. */
export type ProbePort = Pick<ProbeRunner, 'start' | 'cancel' | 'close'>;

/** All that the health process works with. */
export interface HealthParts {
  readonly core: HealthCore;
  /**
   * Opens the kernel's IPVS, or says in an operator's words why it can't be used. `loadModule` has its module
   * loaded, and resolves with what kept it from that, or undefined.
   */
  readonly openIpvs: (
    loadModule: () => Promise<string | undefined>,
  ) => Promise<Result<IpvsPort, { readonly message: string }>>;
  /** Opens the kernel's addresses; only where the configuration has `ha_suspend`. Throws OsError. */
  readonly openAddresses: () => AddressPort;
  readonly openProbes: (options: ProbeRunnerOptions) => ProbePort;
  /** The text of a setting of the kernel; undefined when the kernel does not have it. */
  readonly readSysctl: (name: string) => string | undefined;
  /** Changes a setting. The name of the errno when that is not possible. */
  readonly writeSysctl: (name: string, value: string) => string | undefined;
}
