/** Rule: strict mode and no_accept drop all packets to the addresses, those for virtual servers included. */
import { acceptsPackets } from '../../../firewall/wish.ts';
import type { VirtualServerConfig, VrrpInstanceConfig } from '../../../model/config.ts';
import { last } from '../../typed/access.ts';
import type { TypedBlock } from '../../typed/values.ts';
import { addressesOf, serviceAddresses } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports instances whose addresses are not accepted: a warning where a virtual server uses one. */
export const VIP_NOT_ACCEPTED: Rule = {
  name: 'vip-not-accepted',
  reason:
    'the packets are dropped before IPVS sees them; the address does not even answer a ping, which looks like a failover that did not work',
  fix: 'Remove strict mode or no_accept, or write accept (version 3)',
  check: ({ config, originOf, report }) => {
    const served = servedBy(config.virtualServers);
    for (const instance of config.vrrpInstances) {
      const cause = causeOf(instance, originOf(instance)?.block);
      if (cause === undefined) continue;
      const used = addressesOf(instance).find(({ address }) => served.has(address));
      report({
        at: { part: instance, ...(cause.keyword === undefined ? {} : { keyword: cause.keyword }) },
        message:
          used === undefined
            ? `${cause.text}: the addresses of "${instance.name}" do not answer, not even a ping`
            : `${cause.text}: packets to ${used.address} are dropped, and with them those for virtual server ${served.get(used.address)?.title ?? ''}`,
        suggestion: cause.fix,
        severity: used === undefined ? 'notice' : 'warning',
      });
    }
  },
};

interface RejectionCause {
  readonly keyword: string | undefined;
  readonly text: string;
  readonly fix: string;
}

function servedBy(servers: readonly VirtualServerConfig[]): Map<string, VirtualServerConfig> {
  return new Map(
    servers.flatMap((server) =>
      [...serviceAddresses(server)].map((address) => [address, server] as const),
    ),
  );
}

/** Why packets are dropped; undefined when they are accepted. */
function causeOf(
  instance: VrrpInstanceConfig,
  block: TypedBlock | undefined,
): RejectionCause | undefined {
  if (acceptsPackets(instance)) return undefined;
  if (instance.options?.acceptsPackets === false) {
    return { keyword: 'no_accept', text: 'no_accept is set', fix: 'remove no_accept' };
  }
  return {
    keyword: last(block, 'strict_mode') === undefined ? undefined : 'strict_mode',
    text: 'strict mode is on',
    fix:
      instance.version === 3
        ? 'write accept in the instance, or remove vrrp_strict and strict_mode'
        : 'remove vrrp_strict and strict_mode, or use version 3 with accept',
  };
}
