/** What BFD uses of the operating system. `daemon/compose/vrrp.ts` opens the real ones. */
import type { BfdSessions } from '../../core/bfd/sessions.ts';
import type {
  BfdListener,
  BfdListenerOptions,
  BfdSender,
  BfdSenderOptions,
} from '../../drivers/bfd-socket.ts';

/** Hears BFD on a port. */
export type BfdListenPort = Pick<BfdListener, 'drain' | 'close'>;

/** Sends the packets of a BFD session. */
export type BfdSendPort = Pick<BfdSender, 'send' | 'close'>;

/** What BFD works with. */
export interface BfdParts {
  readonly machine: Pick<BfdSessions, 'deadline' | 'handle' | 'view'>;
  /** Opens a socket that hears. Throws OsError. */
  readonly listen: (options: BfdListenerOptions) => BfdListenPort;
  /** Opens a socket that sends. Throws OsError. */
  readonly openSender: (options: BfdSenderOptions) => BfdSendPort;
}
