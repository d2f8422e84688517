/** Builds one `real_server`, with what it inherits from its virtual server. */
import { type IpAddress, type IpFamily, ipFamily, parseIp } from '../../base/address.ts';
import { type ForwardingConfig, endpointKey, type RealServerConfig } from '../model.ts';
import { placeOf, wordAt } from '../tree.ts';
import { bool, flag, last, number } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { buildChecks } from './checks.ts';
import { atWord, type BuildContext } from './context.ts';
import { readForwarding } from './forwarding.ts';
import type { Header } from './virtual-server.ts';

/** What real servers take from their virtual server. */
export interface ServerDefaults {
  readonly family: IpFamily;
  readonly header: Header;
  readonly forwarding: ForwardingConfig;
  /** The block of the virtual server. */
  readonly block: TypedBlock | undefined;
}

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
  if (address === undefined) return undefined;
  const written = typeof portWord === 'number' ? portWord : 0;
  const method = last(block, 'lvs_method');
  const forwarding = method === undefined ? defaults.forwarding : readForwarding(method, context);
  if (ipFamily(address) !== defaults.family && forwarding.method !== 'TUN') {
    atWord(context, 'family-conflict', wordAt(typed.statement, 1), `${address} is of another family than the virtual server; it is left out`);
    return undefined;
  }
  if (isRepeated(typed, address, written, seen, context)) return undefined;
  const server: RealServerConfig = {
    address,
    port: kernelPort(typed, written, forwarding, defaults, context),
    weight: number(block, 'weight') ?? number(defaults.block, 'weight') ?? 1,
    forwarding,
    inhibitOnFailure: bool(block, 'inhibit_on_failure') ?? flag(defaults.block, 'inhibit_on_failure'),
    upperThreshold: number(block, 'uthreshold') ?? 0,
    lowerThreshold: number(block, 'lthreshold') ?? 0,
    checks: buildChecks(typed, address, written === 0 ? servicePort(defaults) : written, defaults, context),
  };
  context.origins.set(server, typed);
  return server;
}

function isRepeated(
  typed: TypedStatement,
  address: IpAddress,
  port: number,
  seen: Map<string, TypedStatement>,
  context: BuildContext,
): boolean {
  const key = endpointKey(address, port);
  const first = seen.get(key);
  if (first === undefined) {
    seen.set(key, typed);
    return false;
  }
  atWord(context, 'duplicate-entry', wordAt(typed.statement, 1), `real server ${key} comes twice; the second is left out`, {
    related: [placeOf(first.statement, 'the first one is here')],
  });
  return true;
}

function servicePort(defaults: ServerDefaults): number {
  return defaults.header.kind === 'address' ? defaults.header.port : 0;
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
  const { header } = defaults;
  const own = servicePort(defaults);
  if (written === own || header.kind === 'group') return written;
  const becomes = header.kind === 'fwmark' ? 'the port of the packet' : String(own);
  atWord(context, 'port-reset', wordAt(typed.statement, 2), `${forwarding.method} cannot change the port; ${becomes} is used`, {
    suggestion: 'use lvs_method NAT to change ports, or connect_port in the checker to check another one',
  });
  return own;
}
