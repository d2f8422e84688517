/** Builds the forwarding method of virtual, real and sorry servers with its tunnel options. */
import type { ForwardingConfig } from '../model.ts';
import { wordAt } from '../tree.ts';
import { asOptions } from '../typed/access.ts';
import type { OptionsValue, TypedStatement } from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';

/** What a method line without tunnel options means for TUN. */
const PLAIN_TUNNEL = { method: 'TUN', tunnel: 'ipip', port: 0, checksum: 'none' } as const;

/** The method of an `lvs_method` line; bad tunnel options are reported and all dropped. */
export function readForwarding(typed: TypedStatement, context: BuildContext): ForwardingConfig {
  const method = typed.values[0];
  const options = asOptions(typed.values[1]);
  const tunnel = options === undefined ? PLAIN_TUNNEL : readTunnel(typed, options, context);
  if (method === 'TUN') return tunnel;
  return method === 'DR' ? { method: 'DR' } : { method: 'NAT' };
}

/** What can be wrong with tunnel options, by type of tunnel. */
function readTunnel(
  typed: TypedStatement,
  options: OptionsValue,
  context: BuildContext,
): ForwardingConfig & { readonly method: 'TUN' } {
  const names = options.given.map((one) => one.name);
  const type = options.given.find((one) => one.name === 'type')?.values[0] ?? 'ipip';
  const port = options.given.find((one) => one.name === 'port')?.values[0];
  const checksum = names.includes('remcsum') ? 'remcsum' : names.includes('csum') ? 'csum' : 'none';
  const problem =
    type === 'gue' && port === undefined
      ? 'gue needs a port'
      : type !== 'gue' && port !== undefined
        ? `${String(type)} has no port`
        : type === 'ipip' && checksum !== 'none'
          ? 'ipip has no checksum option'
          : type === 'gre' && checksum === 'remcsum'
            ? 'gre has no remote checksum'
            : undefined;
  if (problem !== undefined) {
    atWord(context, 'invalid-value', wordAt(typed.statement, 1), `${typed.keyword.name}: ${problem}; the options are dropped`);
    return PLAIN_TUNNEL;
  }
  if (type !== 'gue' && type !== 'gre') return PLAIN_TUNNEL;
  return { method: 'TUN', tunnel: type, port: typeof port === 'number' ? port : 0, checksum };
}
