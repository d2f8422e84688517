/** Rule: what servers of Full-NAT see as client has to be an address of the director, else no answer comes back. */

import { parseIp } from '../../../base/address.ts';
import { type AddressRange, inRange, rangeSize, rangeText } from '../../../base/address-range.ts';
import { directorAddresses } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports `fnat_source` with addresses that neither an instance nor this host holds. */
export const FNAT_SOURCE_NOT_HELD: Rule = {
  name: 'fnat-source-not-held',
  lacksAnywhere: ['vrrp_instance', 'virtual_ipaddress', 'virtual_ipaddress_excluded'],
  reason: 'Servers answer to an address that nobody has: connections hang',
  fix: 'Add the address to virtual_ipaddress_excluded of the instance that holds the service',
  check: (input) => {
    if (input.config.vrrpInstances.length === 0) return;
    const held = directorAddresses(input);
    for (const server of input.config.virtualServers) {
      const { fullNatSource: source } = server;
      if (source === undefined || !isAnyMissing(source, held)) continue;
      input.report({
        at: { part: server, keyword: 'fnat_source' },
        message: `no vrrp_instance holds ${source.first === source.last ? source.first : `all of ${rangeText(source)}`}`,
        suggestion:
          'add it to virtual_ipaddress_excluded of the instance that holds the service, or set it on the host by other means',
      });
    }
  },
};

function isAnyMissing(range: AddressRange, held: ReadonlySet<string>): boolean {
  const found = [...held].filter((text) => {
    const address = parseIp(text);
    return address !== undefined && inRange(address, range);
  });
  return found.length < rangeSize(range);
}
