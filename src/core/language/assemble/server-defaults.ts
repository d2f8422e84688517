/** What a real server and its checks take over from their virtual server. */
import type { IpFamily } from '../../base/address.ts';
import type { TypedStatement } from '../typed/values.ts';
import type { Methods } from './forwarding.ts';
import type { ServerGroup } from './server-groups.ts';
import type { Header } from './virtual-server-header.ts';

/** What checkers take from their server and its virtual server when they say nothing themselves. */
export interface Inheritance {
  readonly delayLoop: number | undefined;
  readonly connectTimeout: number | undefined;
  readonly retry: number | undefined;
  readonly delayBeforeRetry: number | undefined;
  readonly warmup: number | undefined;
  readonly alpha: boolean;
  readonly host: string | undefined;
}

/** What real servers take from their virtual server. */
export interface ServerDefaults {
  readonly family: IpFamily;
  readonly header: Header;
  readonly group: ServerGroup | undefined;
  readonly methods: Methods;
  /** What checkers inherit. */
  readonly settings: Inheritance;
  readonly weight: number;
  readonly inhibitOnFailure: boolean;
  /** Tracked files and BFD sessions defined above it, by keyword and name. */
  readonly above: ReadonlyMap<string, TypedStatement>;
}
