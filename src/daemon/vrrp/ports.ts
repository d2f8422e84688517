/** What the vrrp process uses of the operating system, as far as it needs it. `daemon/compose/vrrp.ts` opens the real ones. */
import type { Duration } from '../../core/base/time.ts';
import type { VrrpRouter } from '../../core/vrrp/router.ts';
import type { KeyedDigests } from '../../core/wire/keyed-digests.ts';
import type { ClaimSockets } from '../../drivers/claim-sockets.ts';
import type { LinkStateKernel } from '../../drivers/link-state.ts';
import type { PacketSocket } from '../../drivers/packet-socket.ts';
import type { RouteKernel } from '../../drivers/rtnetlink.ts';
import type { VrrpReceiver, VrrpReceiverOptions } from '../../drivers/vrrp-receiver.ts';
import type { VrrpSocket, VrrpSocketOptions } from '../../drivers/vrrp-socket.ts';
import type { BfdWork, BfdWorkOptions } from './bfd-work.ts';
import type { TakeoverSayOptions } from './takeover-ports.ts';
import type { TakeoverSay } from './takeover-say.ts';

/** Interfaces, addresses, routes and rules of the kernel. */
export type NetworkKernel = Pick<
  RouteKernel,
  | 'dump'
  | 'routeTo'
  | 'readRouting'
  | 'monitor'
  | 'monitorRouting'
  | 'change'
  | 'setReceiveBuffers'
  | 'changeLinks'
  | 'close'
>;

/** Hears what others say of addresses. */
export type ClaimPort = Pick<ClaimSockets, 'listen' | 'read' | 'close'>;

/** Sends whole Ethernet frames. */
export type FramePort = Pick<PacketSocket, 'send' | 'close'>;

/** One VRRP socket. */
export type VrrpPort = Pick<VrrpSocket, 'send' | 'drain' | 'close' | 'setReceiveBuffer'>;

/** Opens a VRRP socket. Throws OsError. */
export type OpenVrrpPort = (options: VrrpSocketOptions) => VrrpPort;

/** One receiver of advertisements below the IP layer. */
export type VrrpListener = Pick<VrrpReceiver, 'drain' | 'close'>;

/** Opens a receiver. Throws OsError. */
export type OpenVrrpListener = (options: VrrpReceiverOptions) => VrrpListener;

/** The machine of all instances. */
export type VrrpCore = Pick<
  VrrpRouter,
  'deadline' | 'handle' | 'view' | 'said' | 'foretellResignation'
>;

/** The BFD sessions of this process. */
export type BfdPort = Pick<BfdWork, 'configure' | 'view' | 'close'>;

/** What has a say in takeovers. */
export type TakeoverSayPort = Pick<TakeoverSay, 'configure' | 'changed' | 'view' | 'close'>;

/** All that the vrrp process works with. */
export interface VrrpParts {
  readonly core: VrrpCore;
  readonly kernel: NetworkKernel;
  readonly frames: FramePort;
  readonly claims: ClaimPort;
  readonly openSocket: OpenVrrpPort;
  readonly digests: KeyedDigests;
  /** Links of interfaces, asked from their drivers. */
  readonly links: Pick<LinkStateKernel, 'ask' | 'close'>;
  /** How long the host runs, suspended time included. */
  readonly uptime: () => Duration;
  /** The wall clock, microseconds since 1970. */
  readonly wallClock: () => number;
  readonly listen: OpenVrrpListener;
  /** `net.ipv4.conf.all.rp_filter` is 1: every interface filters strictly that does not filter loosely. */
  readonly filtersStrictly: () => boolean;
  /** Sets `accept_ra` of an interface to 0; an errno name when that is not possible. */
  readonly refuseRouters: (name: string) => string | undefined;
  /** Loads BFD, which only a configuration with sessions needs. */
  readonly openBfd: (options: Omit<BfdWorkOptions, 'parts'>) => Promise<BfdPort>;
  /** Loads heartbeats and witnesses, which only a configuration with some needs. */
  readonly openTakeoverSay: (
    options: Omit<TakeoverSayOptions, 'parts'>,
  ) => Promise<TakeoverSayPort>;
  /** The warm-up waits until it is ordered: the rest of a start needs the processor more. */
  readonly warmsUpLater: boolean;
  /** Runs the code of a takeover, before one is needed, in steps; `goOn` is asked before each. */
  readonly warmUp: (goOn: () => Promise<boolean>) => Promise<void>;
}
