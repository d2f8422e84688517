/** Builds what servers of Full-NAT see as client (`fnat_source`). */
import type { IpFamily } from '../../base/address.ts';
import { type AddressRange, rangeFrom } from '../../base/address-range.ts';
import type { RealServerConfig, SorryServerConfig } from '../../model/config.ts';
import { wordAt } from '../tree.ts';
import { last } from '../typed/access.ts';
import type { TypedBlock } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';

/** The addresses; undefined without them, and where they can't be used (reported). */
export function fullNatSourceOf(
  block: TypedBlock,
  family: IpFamily,
  servers: readonly Pick<RealServerConfig | SorryServerConfig, 'forwarding'>[],
  context: BuildContext,
): AddressRange | undefined {
  const typed = last(block, 'fnat_source');
  const range = typed?.values[0];
  if (typed === undefined || typeof range !== 'object' || range.kind !== 'range') return undefined;
  if (range.family !== family) {
    atWord(
      context,
      'family-conflict',
      wordAt(typed.statement, 1),
      'fnat_source is of the other address family than the servers; it is ignored',
    );
    return undefined;
  }
  if (!servers.some(({ forwarding }) => forwarding.method === 'NAT' && forwarding.isFull)) {
    atStatement(
      context,
      'no-effect',
      typed.statement,
      'fnat_source has no effect: no server is reached by lvs_method FNAT',
      { suggestion: 'write lvs_method FNAT, or remove it' },
    );
    return undefined;
  }
  return rangeFrom(range.from, range.count);
}
