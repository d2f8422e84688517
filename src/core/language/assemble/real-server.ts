/** Builds one `real_server`, with what it inherits from its virtual server. */
import { type IpAddress, ipFamily, parseIp } from '../../base/address.ts';
import { endpointKey, type ForwardingConfig, type RealServerConfig } from '../../model/config.ts';
import { SERVER_NOTIFY_READER } from '../settings/notify.ts';
import { SERVER_READER } from '../settings/virtual-server.ts';
import { lastLineOf, placeOf, wordAt } from '../tree.ts';
import { last } from '../typed/access.ts';
import type { TypedStatement } from '../typed/values.ts';
import { buildChecks } from './checks.ts';
import { atWord, type BuildContext } from './context.ts';
import { readForwarding } from './forwarding.ts';
import { notifyOf } from './notify-commands.ts';
import type { ServerDefaults } from './server-defaults.ts';

/** Builds a server; undefined when it cannot be used (reported). `seen` holds the servers before it. */
export function buildRealServer(
  typed: TypedStatement,
  defaults: ServerDefaults,
  seen: Map<string, TypedStatement>,
  context: BuildContext,
): RealServerConfig | undefined {
  const [word, portWord] = typed.values;
  const address = typeof word === 'string' ? parseIp(word) : undefined;
  const { block } = typed;
  if (address === undefined || block === undefined) return undefined;
  const written = typeof portWord === 'number' ? portWord : 0;
  const method = last(block, 'lvs_method');
  const forwarding =
    method === undefined ? defaults.methods.above(typed) : readForwarding(method, context);
  const checks = buildChecks(typed, block, { address, port: written }, defaults, context);
  if (ipFamily(address) !== defaults.family && forwarding.method !== 'TUN') {
    atWord(
      context,
      'family-conflict',
      wordAt(typed.statement, 1),
      `${address} is of another family than the virtual server; it is left out`,
      {
        endLine: lastLineOf(typed.statement),
        suggestion: 'only tunnels lead to a server of the other family',
      },
    );
    return undefined;
  }
  if (isRepeated(typed, address, written, defaults, seen, context)) return undefined;
  const server: RealServerConfig = {
    address,
    port: kernelPort(typed, written, forwarding, defaults, context),
    ...SERVER_READER.read(block, defaults.server),
    forwarding,
    ...notifyOf(SERVER_NOTIFY_READER, block, context),
    checks,
  };
  context.origins.set(server, typed);
  return server;
}

/** Ports are compared as written: one without a port and one with that of the service are two. */
function isRepeated(
  typed: TypedStatement,
  address: IpAddress,
  port: number,
  { header }: ServerDefaults,
  seen: Map<string, TypedStatement>,
  context: BuildContext,
): boolean {
  // The port is part of the key where it is not the usual one.
  const isUsual = header.kind === 'address' && header.port === port;
  const key = isUsual ? address : `${address} ${port}`;
  const first = seen.get(key);
  if (first === undefined) {
    seen.set(key, typed);
    return false;
  }
  const shown = port === 0 ? address : endpointKey(address, port);
  atWord(
    context,
    'duplicate-entry',
    wordAt(typed.statement, 1),
    `real server ${shown} comes twice; the second is left out`,
    {
      related: [placeOf(first.statement, 'the first one is here')],
    },
  );
  return true;
}

/** Direct routing and tunnels cannot change a port: it becomes that of the service. */
function kernelPort(
  typed: TypedStatement,
  written: number,
  forwarding: ForwardingConfig,
  defaults: ServerDefaults,
  context: BuildContext,
): number {
  if (forwarding.method === 'NAT' || written === 0) return written;
  const { header, group } = defaults;
  const own = header.kind === 'address' ? header.port : 0;
  if (header.kind === 'group') {
    const fits =
      group?.entries.every((entry) => entry.kind === 'range' && entry.port === written) !== false;
    if (fits) return written;
  } else if (written === own) return written;
  const becomes = header.kind === 'address' ? String(own) : 'the port of the packet';
  atWord(
    context,
    'port-reset',
    wordAt(typed.statement, 2),
    `${forwarding.method} cannot change the port; ${becomes} is used`,
    {
      suggestion:
        'use lvs_method NAT to change ports, or connect_port in the checker to check another one',
    },
  );
  return header.kind === 'group' ? written : own;
}
