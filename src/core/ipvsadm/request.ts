/** What a command line of ipvsadm asks for. */
import type { IpvsTimeouts } from '../lvs/config-codec.ts';
import type { SyncDaemon, SyncDaemonRole } from '../lvs/daemon-codec.ts';
import type { IpvsDestination, IpvsService } from '../lvs/ipvs-table.ts';
import type { ServiceIdentity } from '../model/config.ts';

/** The columns of a table. Of several that are asked for, the first of this order is shown. */
export type TableView =
  | 'stats'
  | 'rate'
  | 'thresholds'
  | 'persistent-conn'
  | 'tun-info'
  | 'default';

/** What `-L` shows. */
export interface TableListing {
  /** One service; all when absent. */
  readonly identity?: ServiceIdentity;
  readonly view: TableView;
  readonly numeric: boolean;
  /** Whole numbers instead of such as `102400K`. */
  readonly exact: boolean;
  readonly sorted: boolean;
}

/** What one command line asks for. */
export type IpvsadmRequest =
  | { readonly command: 'add-service' | 'edit-service'; readonly service: IpvsService }
  | { readonly command: 'delete-service'; readonly identity: ServiceIdentity }
  | {
      readonly command: 'add-server' | 'edit-server' | 'delete-server';
      readonly identity: ServiceIdentity;
      readonly destination: IpvsDestination;
    }
  | { readonly command: 'flush' | 'restore' | 'help' | 'version' | 'list-timeout' | 'list-daemon' }
  | { readonly command: 'list-table'; readonly listing: TableListing }
  | {
      readonly command: 'list-connections';
      readonly numeric: boolean;
      /** With the data of persistence engines. */
      readonly engines: boolean;
    }
  | { readonly command: 'save'; readonly numeric: boolean }
  | { readonly command: 'zero'; readonly identity?: ServiceIdentity }
  | { readonly command: 'set'; readonly timeouts: IpvsTimeouts }
  | { readonly command: 'start-daemon'; readonly daemon: SyncDaemon }
  | { readonly command: 'stop-daemon'; readonly role: SyncDaemonRole };

/** Why a command line is refused, in ipvsadm's words, and what becomes of the file that is restored when it is a line of one. */
export interface Refusal {
  /** Without the line feed at the end. */
  readonly text: string;
  readonly status: 2 | 255;
  /** False: the lines behind it are carried out all the same. */
  readonly endsRestore: boolean;
}
