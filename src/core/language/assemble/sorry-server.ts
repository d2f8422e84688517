/** Builds the sorry server of a virtual server. */
import { type IpFamily, ipFamily, parseIp } from '../../base/address.ts';
import {
  endpointKey,
  type ForwardingConfig,
  type RealServerConfig,
  type SorryServerConfig,
} from '../../model/config.ts';
import { lastLineOf, wordAt } from '../tree.ts';
import { last } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { type Methods, readForwarding } from './forwarding.ts';
import type { Header } from './virtual-server-header.ts';

/** What a sorry server depends on. */
export interface SorryServerSurroundings {
  readonly header: Header;
  readonly family: IpFamily;
  readonly methods: Methods;
  readonly realServers: readonly RealServerConfig[];
}

/** The sorry server, undefined without a usable one. */
export function sorryServerOf(
  virtualServer: TypedStatement,
  block: TypedBlock,
  around: SorryServerSurroundings,
  context: BuildContext,
): SorryServerConfig | undefined {
  const typed = last(block, 'sorry_server');
  const inhibit = settingBehind('sorry_server_inhibit', block, context);
  const method = settingBehind('sorry_server_lvs_method', block, context);
  const [word, port] = typed?.values ?? [];
  const address = typeof word === 'string' ? parseIp(word) : undefined;
  if (typed === undefined || address === undefined) return undefined;
  const forwarding =
    method === undefined ? around.methods.above(typed) : readForwarding(method, context);
  if (ipFamily(address) !== around.family && forwarding.method !== 'TUN') {
    atWord(
      context,
      'family-conflict',
      wordAt(typed.statement, 1),
      'the sorry server is of the other address family and is ignored',
      {
        ...blockEnd(virtualServer, typed),
        suggestion: 'only tunnels lead to a server of the other family',
      },
    );
    return undefined;
  }
  const sorry: SorryServerConfig = {
    address,
    port: portOf(typed, typeof port === 'number' ? port : 0, around.header, forwarding, context),
    forwarding,
    inhibit: inhibit !== undefined,
  };
  const { inhibit: settled } = asItsTwin(sorry, typed, around.realServers, context);
  const result = settled === sorry.inhibit ? sorry : { ...sorry, inhibit: settled };
  context.origins.set(result, typed);
  return result;
}

/** A setting of the sorry server counts only below a `sorry_server` line. */
function settingBehind(
  name: string,
  block: TypedBlock,
  context: BuildContext,
): TypedStatement | undefined {
  let hasServer = false;
  let found: TypedStatement | undefined;
  for (const typed of block.statements) {
    if (typed.keyword.name === 'sorry_server') hasServer ||= typed.usable;
    if (typed.keyword.name !== name || !typed.usable) continue;
    if (hasServer) found = typed;
    else {
      atStatement(
        context,
        'setting-reset',
        typed.statement,
        `${name} stands before or without sorry_server and is ignored`,
        {
          expected: 'a sorry_server line above it',
        },
      );
    }
  }
  return found;
}

/** Direct routing and tunnels cannot change a port: it becomes that of the service. */
function portOf(
  typed: TypedStatement,
  port: number,
  header: Header,
  forwarding: ForwardingConfig,
  context: BuildContext,
): number {
  const own = header.kind === 'address' ? header.port : 0;
  if (forwarding.method === 'NAT') {
    if (port !== 0 || header.kind !== 'address') return port;
    atWord(
      context,
      'value-reinterpreted',
      wordAt(typed.statement, 1),
      `a sorry server without port gets that of the virtual server, ${own}`,
      {
        suggestion: `write ${own} behind it: keepalived sends connections to port 0`,
      },
    );
    return own;
  }
  if (port !== 0 && (port !== own || header.kind === 'group')) {
    const used = header.kind === 'address' ? String(own) : 'that of the packet';
    atWord(
      context,
      'port-reset',
      wordAt(typed.statement, 2),
      `${forwarding.method} cannot change the port; ${used} is used`,
    );
  }
  return own;
}

/** A sorry server that is a real server too is inhibited as that is. */
function asItsTwin(
  sorry: SorryServerConfig,
  typed: TypedStatement,
  realServers: readonly RealServerConfig[],
  context: BuildContext,
): { readonly inhibit: boolean } {
  const key = endpointKey(sorry.address, sorry.port);
  const twin = realServers.find((server) => endpointKey(server.address, server.port) === key);
  if (twin === undefined || twin.inhibitOnFailure === sorry.inhibit) return sorry;
  const now = twin.inhibitOnFailure ? 'set' : 'not set';
  atStatement(
    context,
    'setting-reset',
    typed.statement,
    `the sorry server is a real server too, whose inhibit_on_failure is ${now}; sorry_server_inhibit becomes the same`,
    {
      suggestion: 'give both the same setting',
    },
  );
  return { inhibit: twin.inhibitOnFailure };
}

/** Where the block around ends: it goes without what stands in it. Nothing where the inner statement is in another file. */
function blockEnd(around: TypedStatement, inner: TypedStatement): { readonly endLine?: number } {
  const [outer, own] = [around, inner].map(({ statement }) => wordAt(statement, 0).line.file.name);
  return outer === own ? { endLine: lastLineOf(around.statement) } : {};
}
