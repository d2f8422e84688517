/** What is said about interfaces that instances make for themselves. */
import type { VirtualLinkConfig } from '../model/vmac.ts';
import type { FightNumbers } from './fight.ts';

/** How an interface came to be ours. */
export type LinkOrigin = 'made' | 'adopted' | 'renamed';

/** What somebody has done to an interface of ours. */
export type LinkDisturbance = 'removed' | 'set-down' | 'changed';

/** What each notice is about. */
interface AboutLink {
  readonly instance: string;
  readonly interface: string;
  /** The interface that it stands on. */
  readonly parent: string;
}

/** A notice about an interface. */
export type LinkNotice =
  /** It is there, complete and up. */
  | (AboutLink & {
      readonly id: 'vrrp.linkReady';
      readonly kind: VirtualLinkConfig['kind'];
      /** Absent: that of its parent. */
      readonly mac?: string;
      readonly origin: LinkOrigin;
    })
  /** Nobody needs it any more: it is removed. */
  | (AboutLink & { readonly id: 'vrrp.linkGivenUp' })
  /** Somebody else has changed it; it has been put right. */
  | (AboutLink & { readonly id: 'vrrp.linkRepaired'; readonly what: LinkDisturbance })
  /** Somebody else changes it again and again. */
  | (AboutLink & {
      readonly id: 'vrrp.linkContested';
      readonly what: LinkDisturbance;
    } & FightNumbers)
  /** The name belongs to somebody else's interface, of that kind. */
  | (AboutLink & { readonly id: 'vrrp.linkForeign'; readonly kind: string });
