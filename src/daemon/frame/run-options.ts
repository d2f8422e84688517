/** What the command line tells the supervisor. */
import type { LogLevel, LogTarget } from '../outlets/log/log.ts';

/** How `tandem run` was called. */
export interface RunOptions {
  readonly configFile: string;
  readonly runtimeDir: string;
  readonly logFormat: 'text' | 'json';
  readonly logLevel: LogLevel;
  readonly logTarget?: LogTarget;
  /** keepalived's `-i`: true conditions of the configuration. */
  readonly configId?: string;
  /** keepalived's `-e`: every include must match a file. */
  readonly strictIncludes?: boolean;
  readonly roles: { readonly vrrp: boolean; readonly health: boolean };
  readonly pidFile?: string;
  /** Overrides the configuration; false = no endpoint. */
  readonly metrics?: { readonly address: string; readonly port: number } | false;
  /** keepalived's `-I`: leave the IPVS table at a stop. */
  readonly keepIpvsOnStop?: boolean;
}
