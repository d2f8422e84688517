/** What of the kernel's IPVS table a configuration asks for, without its servers. */
import type { IpvsShareReport } from '../../core/control/replies.ts';
import { configuredSync } from '../../core/lvs/sync-daemons.ts';
import { type Config, serviceKey } from '../../core/model/config.ts';

/** The services of all virtual servers, each with the name of the first that has it. */
export function ipvsShare(
  config: Pick<Config, 'virtualServers' | 'global' | 'vrrpInstances'>,
): IpvsShareReport {
  const titles = new Map<string, string>();
  for (const { services, title } of config.virtualServers) {
    for (const service of services) {
      const key = serviceKey(service);
      if (!titles.has(key)) titles.set(key, title);
    }
  }
  return {
    services: Array.from(titles, ([key, title]) => ({ key, title })),
    syncDaemon: configuredSync(config) !== undefined,
  };
}
