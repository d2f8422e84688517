/** Whether a configuration tells anybody anything: without that no process is started for it, and nothing is remembered. */
import type { Config } from '../model/config.ts';
import { canMail } from './alerts.ts';

/** True when changes of virtual or real servers are told. */
export function tellsOfServers({ global: { notify }, virtualServers }: Config): boolean {
  if (virtualServers.length === 0) return false;
  const { all, lvs } = notify?.fifos ?? {};
  if (all !== undefined || lvs !== undefined || canMail(notify?.mail)) return true;
  return virtualServers.some(
    (service) =>
      hasCommand(service.notify) || service.realServers.some((server) => hasCommand(server.notify)),
  );
}

/** True when any change is told. */
export function tellsAnybody(config: Config): boolean {
  const { global, vrrpInstances, syncGroups } = config;
  const { all, vrrp } = global.notify?.fifos ?? {};
  return (
    all !== undefined ||
    vrrp !== undefined ||
    canMail(global.notify?.mail) ||
    [...vrrpInstances, ...syncGroups].some(({ notify }) => hasCommand(notify)) ||
    tellsOfServers(config)
  );
}

/** True for settings that name a program. */
function hasCommand(notify: object | undefined): boolean {
  return Object.values(notify ?? {}).some((value) => typeof value === 'object');
}
