/** What the command line tells the supervisor. */
import type { LogLevel } from '../outlets/log/log.ts';
import type { PidFiles } from '../supervisor/place-names.ts';

/** Where the log goes. */
export type LogPlace =
  | { readonly kind: 'stdout' }
  | { readonly kind: 'syslog'; readonly facility: number }
  | { readonly kind: 'file'; readonly path: string };

/** How `tandem run` was called. */
export interface RunOptions {
  readonly configFile: string;
  readonly runtimeDir: string;
  readonly logFormat: 'text' | 'json';
  readonly logLevel: LogLevel;
  readonly logPlace: LogPlace;
  /** keepalived's `-i`: true conditions of the configuration. */
  readonly configId?: string;
  /** keepalived's `-e`: every include must match a file. */
  readonly strictIncludes?: boolean;
  readonly roles: { readonly vrrp: boolean; readonly health: boolean };
  /** Overrides the configuration; false = no endpoint. */
  readonly metrics?: { readonly address: string; readonly port: number } | false;
  /** File creation mask that the configuration does not change. */
  readonly umask?: number;
  /** keepalived's `-I`: leave the IPVS table at a stop. */
  readonly keepIpvsOnStop?: boolean;
  /** keepalived's `-R`: a process that dies is not started again, and the rest stops. */
  readonly stopsWithChild?: boolean;
}

/** What the command line says before the configuration has a say: names that may follow from it. */
export interface StartOptions extends Omit<RunOptions, 'runtimeDir'> {
  readonly runtimeDir?: string;
  readonly pidFiles: PidFiles;
  /** It is called in keepalived's name: PID files are where keepalived has them. */
  readonly isKeepalived: boolean;
  /** Network namespace that was entered for an option. */
  readonly namespace?: string;
}
