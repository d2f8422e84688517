/** Completes the addresses of an instance: each once, on an interface, and at least one where one is needed. */
import { isLinkLocal } from '../../base/address.ts';
import type { VirtualAddressConfig, VirtualAddressOptionsConfig } from '../../model/address.ts';
import type { VrrpInstanceConfig } from '../../model/config.ts';
import { lastLineOf, placeOf } from '../tree.ts';
import { flag, last } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import type { InstanceFacts } from './instance-facts.ts';
import type { AddressDraft } from './vrrp-addresses.ts';

/** The entries of an instance, as read. */
export interface AddressDrafts {
  readonly addresses: readonly AddressDraft[];
  readonly excluded: readonly AddressDraft[];
}

/** Its addresses in the model. */
export type InstanceAddresses = Pick<
  VrrpInstanceConfig,
  'addresses' | 'excludedAddresses' | 'addressOptions'
>;

/** Duplicates out, default interface in, presence checked. */
export function completeAddresses(
  typed: TypedStatement,
  block: TypedBlock,
  drafts: AddressDrafts,
  facts: InstanceFacts,
  interfaceName: string | undefined,
  context: BuildContext,
): InstanceAddresses {
  const seen = new Map<string, AddressDraft>();
  const options: VirtualAddressOptionsConfig[] = [];
  const complete = (list: readonly AddressDraft[], what: string): VirtualAddressConfig[] =>
    list.flatMap((draft) => {
      const { config, entry } = draft;
      const device = config.interface ?? interfaceName ?? '';
      const key = `${config.address} ${device}`;
      const earlier = seen.get(key);
      if (earlier !== undefined) {
        atWord(
          context,
          'duplicate-entry',
          entry.token,
          `${config.address} comes twice; the second is left out`,
          {
            related: [placeOf(earlier.entry.statement, 'it is already here')],
          },
        );
        return [];
      }
      seen.set(key, draft);
      if (device === '' && interfaceName !== undefined) {
        atWord(
          context,
          'invalid-interface',
          entry.token,
          `${what} ${config.address} has no interface and is left out`,
          {
            expected: 'dev IF, because the instance has no interface',
          },
        );
        return [];
      }
      if (draft.hasOwnVmac) {
        options.push({ address: config.address, interface: device, hasOwnVmac: true });
      }
      return [{ ...config, interface: device }];
    });
  const addresses = complete(drafts.addresses, 'address');
  const excluded = complete(drafts.excluded, 'excluded address');
  if (addresses.length === 0) reportNoAddress(typed, block, facts, context);
  else reportFirst(drafts.addresses[0], facts, context);
  return {
    addresses,
    excludedAddresses: excluded,
    ...(options.length === 0 ? {} : { addressOptions: options }),
  };
}

/** RFC 9568 section 5.2.9 with erratum 8300. Other strict routers ignore advertisements with another list. */
function reportFirst(
  first: AddressDraft | undefined,
  { strict, family, name, hasPeers }: InstanceFacts,
  context: BuildContext,
): void {
  if (first === undefined || !strict || family !== 'ipv6' || hasPeers) return;
  if (isLinkLocal(first.config.address)) return;
  atWord(
    context,
    'link-local-first',
    first.entry.token,
    `instance "${name}": strict mode wants a link-local address first; the list is used as it is`,
  );
}

function reportNoAddress(
  typed: TypedStatement,
  block: TypedBlock,
  facts: InstanceFacts,
  context: BuildContext,
): void {
  const needed = facts.strict || facts.version === 3;
  if (flag(block, 'no_virtual_ipaddress') && !facts.strict) return;
  const message = `instance "${facts.name}" has no virtual addresses`;
  const at = last(block, 'virtual_ipaddress') ?? typed;
  atStatement(context, needed ? 'address-required' : 'address-advised', at.statement, message, {
    expected: 'at least one address in virtual_ipaddress',
    isConsequence:
      context.typing.tried.has(block, 'virtual_ipaddress') ||
      context.typing.tried.hasEntry(last(block, 'virtual_ipaddress')?.block),
    endLine: lastLineOf(at.statement),
  });
}
