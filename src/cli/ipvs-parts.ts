/** What `tandem ipvs` works with: the kernel's table, names, input and output. Tests give their own. */
import type { IpAddress } from '../core/base/address.ts';
import type { Result } from '../core/base/result.ts';
import type { TandemShare } from '../core/ipvsadm/ownership.ts';
import { type PortNames, readPortNames } from '../core/ipvsadm/service-names.ts';
import { openIpvs } from '../daemon/compose/ipvs.ts';
import { hostOfAddress, ipv4OfHost, servicesText } from '../drivers/host-names.ts';
import type { IpvsKernel } from '../drivers/ipvs.ts';
import { ipvsConnections } from '../drivers/ipvs-connections.ts';
import type { IpvsUnavailable } from '../drivers/ipvs-module.ts';
import { runningShare } from './ipvs-share.ts';
import { complain, print } from './output.ts';

/** What is asked of the kernel. */
export type TableKernel = Pick<
  IpvsKernel,
  | 'listServices'
  | 'listService'
  | 'listDestinations'
  | 'apply'
  | 'flush'
  | 'zero'
  | 'setTimeouts'
  | 'timeouts'
  | 'info'
  | 'startDaemon'
  | 'stopDaemon'
  | 'daemons'
  | 'close'
>;

/** Everything outside. */
export interface IpvsParts {
  readonly open: () => Promise<Result<TableKernel, IpvsUnavailable>>;
  readonly addressOf: (host: string) => Promise<IpAddress | undefined>;
  readonly hostOf: (address: IpAddress) => Promise<string | undefined>;
  readonly portNames: () => PortNames;
  /** Lines of the kernel's table of connections, in pieces. */
  readonly connections: () => AsyncIterable<readonly string[]>;
  /** What `-R` reads, in pieces. */
  readonly input: () => AsyncIterable<string>;
  /** What the running Tandem keeps; undefined when none runs. */
  readonly share: () => Promise<TandemShare | undefined>;
  readonly print: (text: string) => Promise<void>;
  readonly complain: (text: string) => Promise<void>;
}

/** The real ones; a Tandem that runs has its sockets in the directory. */
export function realParts(runtimeDir: string): IpvsParts {
  let names: PortNames | undefined;
  return {
    open: openIpvs,
    addressOf: ipv4OfHost,
    hostOf: hostOfAddress,
    portNames: () => {
      names ??= readPortNames(servicesText());
      return names;
    },
    connections: ipvsConnections,
    input: () => process.stdin.setEncoding('utf8'),
    share: () => runningShare(runtimeDir),
    print,
    complain,
  };
}
