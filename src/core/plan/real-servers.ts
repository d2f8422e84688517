/** Changes of real servers and of the sorry server inside one virtual server, matched by address and port. */
import { endpointText, forwardingText } from '../language/settings/texts.ts';
import { SERVER_SETTINGS, SORRY_SETTINGS } from '../language/settings/virtual-server.ts';
import { endpointKey, type RealServerConfig, type SorryServerConfig } from '../model/config.ts';
import { diffChecks } from './checks.ts';
import type { Change } from './config-plan.ts';
import { diffFields, effectInPlace } from './fields.ts';
import { pairUp } from './pairs.ts';

/** Real servers that are added, changed or removed. */
export function diffRealServers(
  before: readonly RealServerConfig[],
  after: readonly RealServerConfig[],
): Change[] {
  const keyOf = ({ address, port }: RealServerConfig): string => endpointKey(address, port);
  return pairUp(before, after, keyOf).flatMap(([old, next]) => {
    if (old === undefined) return next === undefined ? [] : [whole('add', next)];
    return next === undefined ? [whole('remove', old)] : changed(old, next);
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

function whole(change: 'add' | 'remove', server: RealServerConfig): Change {
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
    consequences: [isNew ? begin : 'it leaves the table at once, and its connections with it'],
  };
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
