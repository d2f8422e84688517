/** Changes of real servers and of the sorry server inside one virtual server, matched by address and port. */
import { exactSpanText } from '../base/span-text.ts';
import { type Duration, ZERO_DURATION } from '../base/time.ts';
import { endpointText, forwardingText } from '../language/settings/texts.ts';
import { SERVER_SETTINGS, SORRY_SETTINGS } from '../language/settings/virtual-server.ts';
import { endpointKey, type RealServerConfig, type SorryServerConfig } from '../model/config.ts';
import { diffChecks } from './checks.ts';
import type { Change } from './config-plan.ts';
import { diffFields, effectInPlace } from './fields.ts';
import { pairUp } from './pairs.ts';

/** Real servers that are added, changed or removed; `drainTime` is that of the virtual server as it will be. */
export function diffRealServers(
  before: readonly RealServerConfig[],
  after: readonly RealServerConfig[],
  drainTime: Duration,
): Change[] {
  const keyOf = ({ address, port }: RealServerConfig): string => endpointKey(address, port);
  return pairUp(before, after, keyOf).flatMap(([old, next]) => {
    if (old === undefined) return next === undefined ? [] : [whole('add', next, drainTime)];
    return next === undefined ? [whole('remove', old, drainTime)] : changed(old, next);
  });
}

/** The sorry server, when it is added, changed or removed. */
export function diffSorryServer(
  before: SorryServerConfig | undefined,
  after: SorryServerConfig | undefined,
): Change[] {
  const base = (change: Change['change'], one: SorryServerConfig): Omit<Change, 'effect'> => ({
    change,
    type: 'sorry_server',
    name: endpointText(one.address, one.port),
    fields: [],
    consequences: [],
    parts: [],
  });
  if (before === undefined) {
    if (after === undefined) return [];
    return [{ ...base('add', after), effect: 'starts', about: forwardingText(after.forwarding) }];
  }
  if (after === undefined) {
    return [
      { ...base('remove', before), effect: 'ends', about: forwardingText(before.forwarding) },
    ];
  }
  const fields = diffFields(before, after, SORRY_SETTINGS);
  return fields.length === 0 ? [] : [{ ...base('change', after), effect: 'in-place', fields }];
}

function whole(change: 'add' | 'remove', server: RealServerConfig, drainTime: Duration): Change {
  const isNew = change === 'add';
  const { checks, weight, forwarding } = server;
  const waits = checks.some(({ alpha }) => alpha);
  const begin = waits
    ? 'out of service until its checks succeed'
    : 'in service at once; its checks may take it out after all retries';
  return {
    ...skeleton(change, server),
    effect: isNew ? 'starts' : 'ends',
    about: `${forwardingText(forwarding)}, weight ${weight}, ${checks.length === 0 ? 'no checks' : checks.map(({ type }) => type).join(', ')}`,
    consequences: [isNew ? begin : endText(drainTime)],
  };
}

/** What becomes of the connections of a server that is taken away. */
function endText(drainTime: Duration): string {
  return drainTime === ZERO_DURATION
    ? 'it leaves the table at once, and its connections with it'
    : `it gets no new connections, and leaves the table when none is left, or in ${exactSpanText(drainTime)} with those that are left (drain_time)`;
}

function changed(before: RealServerConfig, after: RealServerConfig): readonly Change[] {
  const fields = diffFields(before, after, SERVER_SETTINGS);
  const parts = diffChecks(before.checks, after.checks);
  if (fields.length === 0 && parts.length === 0) return [];
  return [{ ...skeleton('change', after), effect: effectInPlace(fields, parts), fields, parts }];
}

function skeleton(change: Change['change'], server: RealServerConfig): Omit<Change, 'effect'> {
  const name = endpointText(server.address, server.port);
  return { change, type: 'real_server', name, fields: [], consequences: [], parts: [] };
}
