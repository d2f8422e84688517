/** Which configuration file is meant when none is named. */
import { existsSync } from 'node:fs';

/** Places of the configuration, first one found counts. */
export const DEFAULT_CONFIG_FILES = [
  '/etc/keepalived/keepalived.conf',
  '/etc/tandem/tandem.conf',
  '/etc/tandem/tandem.yaml',
] as const;

/** The file named, or the first default that exists, or the first default. */
export function configFileOf(named: string | undefined): string {
  if (named !== undefined) return named;
  return DEFAULT_CONFIG_FILES.find((file) => existsSync(file)) ?? DEFAULT_CONFIG_FILES[0];
}
