/** Rule: the prefix length of an IPv4 address should fit the subnets of its interface. */
import { type IpAddress, inSamePrefix, ipFamily } from '../../../base/address.ts';
import type { VrrpInstanceConfig } from '../../../model/config.ts';
import type { HostAddress } from '../../host.ts';
import { all, asOptions, option } from '../../typed/access.ts';
import type { PrefixValue, TypedEntry, TypedStatement } from '../../typed/values.ts';
import { addressesOf } from '../derived.ts';
import type { Rule, RuleInput } from '../rule.ts';

/** Reports addresses without prefix inside or outside a subnet, and prefixes wider than the subnet. */
export const VIP_PREFIX: Rule = {
  name: 'vip-prefix',
  reason:
    'Without a prefix an address is held as /32 and brings no route; with a prefix that is too short it draws traffic for other subnets to the interface',
  fix: 'Write the prefix length: /32, or that of the subnet',
  check: (input) => {
    const { config, host, originOf } = input;
    if (host.addresses === undefined) return;
    const virtual = new Set(
      config.vrrpInstances.flatMap((one) => addressesOf(one).map(({ address }) => address)),
    );
    const own = host.addresses.filter(({ address }) => !virtual.has(address));
    for (const instance of config.vrrpInstances) {
      const origin = originOf(instance);
      if (instance.family === 'ipv4') checkInstance(input, instance, origin, own);
    }
  },
};

function checkInstance(
  { report }: RuleInput,
  instance: VrrpInstanceConfig,
  origin: TypedStatement | undefined,
  own: readonly HostAddress[],
): void {
  const implicit: { readonly entry: TypedEntry; readonly subnet: HostAddress | undefined }[] = [];
  for (const { entry, prefix, device } of entriesOf(origin, instance.interface)) {
    const subnets = own.filter(
      (one) => one.interface === device && ipFamily(one.address) === 'ipv4',
    );
    if (subnets.length === 0) continue;
    const subnet = subnets.find((one) => holds(one, prefix.address));
    if (!prefix.explicit) implicit.push({ entry, subnet });
    else if (subnet !== undefined && prefix.length < subnet.prefixLength) {
      report({
        at: { token: entry.token },
        message: `/${prefix.length} is wider than the subnet of ${device} (${subnetText(subnet)}): the master looks for hosts of other subnets on this interface`,
        suggestion: `write ${prefix.address}/${subnet.prefixLength} or ${prefix.address}/32`,
        severity: 'warning',
      });
    }
  }
  const [first] = implicit;
  if (first === undefined) return;
  const address = first.entry.token.text;
  report({
    at: { token: first.entry.token },
    message:
      first.subnet === undefined
        ? `${address} has no prefix length and is held as /32, outside the subnets of its interface: hosts of its own subnet are not reached directly`
        : `${address} has no prefix length and is held as /32; its interface is in ${subnetText(first.subnet)}`,
    suggestion:
      first.subnet === undefined
        ? 'write the prefix length of its subnet, or /32 if routers lead to it'
        : `write /32, or /${first.subnet.prefixLength}, to say which is meant`,
  });
}

function entriesOf(
  origin: TypedStatement | undefined,
  device: string,
): { readonly entry: TypedEntry; readonly prefix: PrefixValue; readonly device: string }[] {
  return all(origin?.block, 'virtual_ipaddress').flatMap((typed) =>
    (typed.block?.entries ?? []).flatMap((entry) => {
      const [prefix, rest] = entry.values;
      if (typeof prefix !== 'object' || prefix.kind !== 'prefix') return [];
      const options = asOptions(rest);
      if (option(options, 'peer') !== undefined) return [];
      const own = option(options, 'dev');
      return [{ entry, prefix, device: typeof own === 'string' ? own : device }];
    }),
  );
}

function holds(subnet: HostAddress, address: IpAddress): boolean {
  return subnet.prefixLength < 32 && inSamePrefix(subnet.address, address, subnet.prefixLength);
}

function subnetText(subnet: HostAddress): string {
  return `${subnet.address}/${subnet.prefixLength}`;
}
