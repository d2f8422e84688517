/** Changes of virtual servers, matched by the services they are, with everything inside. */
import { exactSpanText } from '../base/span-text.ts';
import { ZERO_DURATION } from '../base/time.ts';
import { endpointText } from '../language/settings/texts.ts';
import { SERVICE_SETTINGS } from '../language/settings/virtual-server.ts';
import type { Config, VirtualServerConfig } from '../model/config.ts';
import type { Change } from './config-plan.ts';
import { diffFields, effectInPlace } from './fields.ts';
import { pairUp } from './pairs.ts';
import { diffRealServers, diffSorryServer } from './real-servers.ts';

/** Virtual servers that are added, changed or removed. */
export function diffVirtualServers(running: Config, next: Config): Change[] {
  const pairs = pairUp(running.virtualServers, next.virtualServers, ({ key }) => key);
  return pairs.flatMap(([before, after]) => {
    if (before === undefined) return after === undefined ? [] : [whole('add', after)];
    return after === undefined ? [whole('remove', before)] : changed(before, after);
  });
}

function whole(change: 'add' | 'remove', server: VirtualServerConfig): Change {
  const { scheduler, realServers, services } = server;
  const many = services.length === 1 ? '' : `${services.length} services, `;
  return {
    ...skeleton(change, server),
    effect: change === 'add' ? 'starts' : 'ends',
    about: `${many}${scheduler}, ${realServers.length} real ${realServers.length === 1 ? 'server' : 'servers'}`,
    consequences: change === 'add' ? [] : [endText(server)],
  };
}

/** What becomes of the connections of one that is taken away. */
function endText({ drainTime }: VirtualServerConfig): string {
  return drainTime === ZERO_DURATION
    ? 'the service leaves the kernel, and its connections with it'
    : `it gets no new connections, and leaves the kernel when none is left, or in ${exactSpanText(drainTime)} with those that are left (drain_time)`;
}

function changed(before: VirtualServerConfig, after: VirtualServerConfig): readonly Change[] {
  const fields = diffFields(before, after, SERVICE_SETTINGS);
  const parts = [
    ...sorryParts(before, after),
    ...diffRealServers(before.realServers, after.realServers, after.drainTime),
  ];
  if (fields.length === 0 && parts.length === 0) return [];
  return [{ ...skeleton('change', after), effect: effectInPlace(fields, parts), fields, parts }];
}

/** A sorry server with another address is another server. */
function sorryParts(before: VirtualServerConfig, after: VirtualServerConfig): Change[] {
  const [old, next] = [before.sorryServer, after.sorryServer];
  const name = (one: typeof old): string =>
    one === undefined ? '' : endpointText(one.address, one.port);
  if (name(old) === name(next)) return diffSorryServer(old, next);
  return [...diffSorryServer(old, undefined), ...diffSorryServer(undefined, next)];
}

function skeleton(change: Change['change'], server: VirtualServerConfig): Omit<Change, 'effect'> {
  return {
    change,
    type: 'virtual_server',
    name: server.title,
    fields: [],
    consequences: [],
    parts: [],
  };
}
