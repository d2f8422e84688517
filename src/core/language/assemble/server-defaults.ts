/** What a real server and its checks take over from their virtual server. */
import type { IpFamily } from '../../base/address.ts';
import type { CheckCommon, CheckTarget, TlsClientConfig } from '../../model/config.ts';
import type { RhythmRead } from '../settings/checks.ts';
import type { ServerSettings } from '../settings/virtual-server.ts';
import type { TypedStatement } from '../typed/values.ts';
import type { Methods } from './forwarding.ts';
import type { ServerGroup } from './server-groups.ts';
import type { Header } from './virtual-server-header.ts';

/** What checkers take from their server and its virtual server when they say nothing themselves. */
export interface Inheritance {
  readonly rhythm: Partial<Pick<CheckCommon, RhythmRead>>;
  readonly target: Partial<Pick<CheckTarget, 'connectTimeout'>>;
  /** Host name for pages. */
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
  readonly server: ServerSettings;
  /** Tracked files and BFD sessions defined above it, by keyword and name. */
  readonly above: ReadonlyMap<string, TypedStatement>;
  /** The `script_user` that counts. */
  readonly scriptUser: TypedStatement | undefined;
  /** The `SSL` block. */
  readonly tlsClient: TlsClientConfig | undefined;
}
