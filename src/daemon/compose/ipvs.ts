/** Opens the kernel's IPVS table for the command line. */
import type { Result } from '../../core/base/result.ts';
import { IpvsKernel } from '../../drivers/ipvs.ts';
import type { IpvsUnavailable } from '../../drivers/ipvs-module.ts';

/** The table of this network namespace; its caller closes it. */
export function openIpvs(): Promise<Result<IpvsKernel, IpvsUnavailable>> {
  return IpvsKernel.open();
}
