/**
 * Records of the kernel's IPVS table as Tandem sees them (linux/ip_vs.h), shared by codec, planner and
 * drivers. Keys are canonical text: `serviceKey` and `endpointKey` of the configuration model.
 */
import type { IpAddress, IpFamily } from '../base/address.ts';
import type { ServiceIdentity } from '../model/config.ts';
import type { Netmask } from './netmask.ts';

/** Bits of IPVS_SVC_ATTR_FLAGS that we set (IP_VS_SVC_F_*). */
export const IP_VS_SVC_F_PERSISTENT = 0x0001;
export const IP_VS_SVC_F_HASHED = 0x0002;
export const IP_VS_SVC_F_ONEPACKET = 0x0004;
export const IP_VS_SVC_F_SCHED1 = 0x0008;
export const IP_VS_SVC_F_SCHED2 = 0x0010;
export const IP_VS_SVC_F_SCHED3 = 0x0020;

/** A virtual service without its destinations. */
export interface IpvsService extends Netmask {
  readonly identity: ServiceIdentity;
  readonly scheduler: string;
  /** IP_VS_SVC_F_* without HASHED. */
  readonly flags: number;
  /** Seconds; 0 unless persistent. */
  readonly timeoutSeconds: number;
  readonly persistenceEngine?: string;
}

/** How packets reach a destination (IP_VS_CONN_F_FWD_MASK). */
export type IpvsForwarding = 'masquerade' | 'localnode' | 'tunnel' | 'direct' | 'bypass';

/** A destination of a service. */
export interface IpvsDestination {
  readonly family: IpFamily;
  readonly address: IpAddress;
  readonly port: number;
  readonly forwarding: IpvsForwarding;
  readonly weight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  readonly tunnel?: {
    readonly type: 'ipip' | 'gue' | 'gre';
    readonly port: number;
    /** IP_VS_TUNNEL_ENCAP_FLAG_*: 0 none, 1 csum, 2 remcsum. */
    readonly flags: number;
  };
}

/** Traffic counters; numbers stay exact below 2^53. */
export interface IpvsStats {
  readonly connections: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What the kernel adds when it is asked. */
export interface IpvsObservedDestination extends IpvsDestination {
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  readonly persistentConnections: number;
  readonly stats: IpvsStats;
}

/** A service with its destinations by `endpointKey`. */
export interface IpvsServiceEntry<D extends IpvsDestination = IpvsDestination> {
  readonly service: IpvsService;
  readonly destinations: ReadonlyMap<string, D>;
  readonly stats?: IpvsStats;
}

/** A whole table by `serviceKey`. */
export type IpvsTable<D extends IpvsDestination = IpvsDestination> = ReadonlyMap<
  string,
  IpvsServiceEntry<D>
>;

/** One change to the kernel's table. */
export type IpvsOperation =
  | { readonly type: 'addService'; readonly key: string; readonly service: IpvsService }
  | { readonly type: 'updateService'; readonly key: string; readonly service: IpvsService }
  | { readonly type: 'removeService'; readonly key: string; readonly service: IpvsService }
  | {
      readonly type: 'addDestination' | 'updateDestination' | 'removeDestination';
      readonly key: string;
      readonly service: IpvsService;
      readonly destinationKey: string;
      readonly destination: IpvsDestination;
    };
