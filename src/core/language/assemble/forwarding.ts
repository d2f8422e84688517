/** Builds the forwarding method of virtual, real and sorry servers with its tunnel options. */
import type { ForwardingConfig } from '../../model/config.ts';
import { wordAt } from '../tree.ts';
import { all, asOptions } from '../typed/access.ts';
import type { OptionsValue, TypedBlock, TypedStatement } from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';

/** What a method line without tunnel options means for TUN. */
const PLAIN_TUNNEL = { method: 'TUN', tunnel: 'ipip', port: 0, checksum: 'none' } as const;

/**
 * The methods of a virtual server's block. A `real_server` or `sorry_server` line takes the method that stands
 * above it, else the last one.
 */
export class Methods {
  readonly #final: ForwardingConfig | undefined;
  /** By line, where the method above it is not the last one. */
  readonly #above = new Map<TypedStatement, ForwardingConfig>();

  constructor(block: TypedBlock, context: BuildContext) {
    const lines = all(block, 'lvs_method');
    const methods = new Map(lines.map((typed) => [typed, readForwarding(typed, context)]));
    const [last] = lines.slice(-1);
    this.#final = last && methods.get(last);
    if (lines.length < 2) return;
    let above: ForwardingConfig | undefined;
    for (const typed of block.statements) {
      above = methods.get(typed) ?? above;
      if (typed === last) break;
      if (above !== undefined) this.#above.set(typed, above);
    }
  }

  /** False when the block has no usable `lvs_method`. */
  get isGiven(): boolean {
    return this.#final !== undefined;
  }

  /** What a line of the block takes when it has no method of its own. */
  above(line: TypedStatement): ForwardingConfig {
    return this.#above.get(line) ?? this.#final ?? NAT;
  }
}

const NAT: ForwardingConfig = { method: 'NAT' };
const FULL_NAT: ForwardingConfig = { method: 'NAT', isFull: true };

/** The method of an `lvs_method` line; bad tunnel options are reported and all dropped. */
export function readForwarding(typed: TypedStatement, context: BuildContext): ForwardingConfig {
  const method = typed.values[0];
  const options = asOptions(typed.values[1]);
  const tunnel = options === undefined ? PLAIN_TUNNEL : readTunnel(typed, options, context);
  if (method === 'TUN') return tunnel;
  const [first] = options?.given ?? [];
  if (first !== undefined) {
    atWord(
      context,
      'no-effect',
      first.token,
      `tunnel options have no effect with ${String(method)}`,
    );
  }
  if (method === 'DR') return { method: 'DR' };
  return method === 'FNAT' ? FULL_NAT : NAT;
}

function readTunnel(
  typed: TypedStatement,
  options: OptionsValue,
  context: BuildContext,
): ForwardingConfig & { readonly method: 'TUN' } {
  const given = (name: string): OptionsValue['given'][number] | undefined =>
    options.given.findLast((one) => one.name === name);
  const type = given('type')?.values[0] ?? 'ipip';
  const port = given('port')?.values[0];
  const checksum = options.given.findLast((one) => one.name.endsWith('csum'))?.name ?? 'nocsum';
  const problem = tunnelProblem(String(type), port !== undefined, checksum);
  if (problem !== undefined) {
    const at = options.given[0]?.token ?? wordAt(typed.statement, 1);
    atWord(
      context,
      'invalid-value',
      at,
      `${typed.keyword.name}: ${problem}; all options are left out`,
    );
    return PLAIN_TUNNEL;
  }
  if (type !== 'gue' && type !== 'gre') return PLAIN_TUNNEL;
  return {
    method: 'TUN',
    tunnel: type,
    port: typeof port === 'number' ? port : 0,
    checksum: checksum === 'csum' || checksum === 'remcsum' ? checksum : 'none',
  };
}

/** What is wrong with a combination of tunnel options. */
function tunnelProblem(type: string, hasPort: boolean, checksum: string): string | undefined {
  if (type === 'gue') return hasPort ? undefined : 'gue needs a port';
  if (hasPort) return `${type} has no port`;
  if (type === 'ipip') return checksum === 'nocsum' ? undefined : 'ipip has no checksum option';
  return checksum === 'remcsum' ? 'gre has no remote checksum' : undefined;
}
