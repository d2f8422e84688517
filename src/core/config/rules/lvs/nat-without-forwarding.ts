/** Rule: with NAT the director routes the answers, so the kernel has to forward. */
import { type IpFamily, ipFamily } from '../../../base/address.ts';
import type { Rule } from '../rule.ts';

const SYSCTL: Readonly<Record<IpFamily, string>> = {
  ipv4: 'net.ipv4.ip_forward',
  ipv6: 'net.ipv6.conf.all.forwarding',
};

/** Reports the first NAT server of each family on a host that does not forward it. */
export const NAT_WITHOUT_FORWARDING: Rule = {
  name: 'nat-without-forwarding',
  reason: 'The servers answer, but the answers end at the director',
  fix: 'Set the sysctl to 1',
  check: ({ config, host, report }) => {
    const { forwards } = host;
    if (forwards === undefined) return;
    const reported = new Set<IpFamily>();
    for (const { realServers } of config.virtualServers) {
      for (const server of realServers) {
        const family = ipFamily(server.address);
        if (server.forwarding.method !== 'NAT' || reported.has(family) || forwards(family))
          continue;
        reported.add(family);
        report({
          at: { part: server },
          message: `${SYSCTL[family]} is 0 on this host: answers of NAT servers never reach the clients`,
          suggestion: `sysctl -w ${SYSCTL[family]}=1`,
        });
      }
    }
  },
};
