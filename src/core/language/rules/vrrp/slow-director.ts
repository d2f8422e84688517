/** Rule: the loss of a director should be noticed as soon as the loss of a server. */
import type { IpAddress } from '../../../base/address.ts';
import { tenthsText } from '../../../base/span-text.ts';
import { type Duration, seconds } from '../../../base/time.ts';
import type {
  RealServerConfig,
  VirtualServerConfig,
  VrrpInstanceConfig,
} from '../../../model/config.ts';
import { configuredDownInterval } from '../../../wire/intervals.ts';
import { firstDetection, holders, serviceAddresses } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Below this nobody tuned the interval up: the default comes to 3.6 s. */
const NOT_WORTH_A_WORD = seconds(5);

/** Reports instances whose master-down interval exceeds the detection time of a server behind them. */
export const SLOW_DIRECTOR: Rule = {
  name: 'slow-director',
  reason:
    'The whole service is away for the master-down interval, which is longer than the loss of one of its servers would be noticed',
  fix: 'Shorten advert_int or down_timer_adverts',
  check: ({ config, report }) => {
    const holder = holders(config);
    if (holder.size === 0) return;
    const reported = new Set<string>();
    for (const server of config.virtualServers) {
      const instances = slowOnes(server, holder);
      const fastest = instances.length === 0 ? undefined : fastestOf(server.realServers);
      if (fastest === undefined) continue;
      for (const { instance, down } of instances) {
        if (reported.has(instance.name) || down <= fastest) continue;
        reported.add(instance.name);
        report({
          at: { part: instance, keyword: 'advert_int' },
          message: `the loss of this director is noticed after ${tenthsText(down)}, that of a server of ${server.title} after ${tenthsText(fastest)} at most`,
          suggestion: 'shorten advert_int',
        });
      }
    }
  },
};

interface SlowInstance {
  readonly instance: VrrpInstanceConfig;
  readonly down: Duration;
}

function slowOnes(
  server: VirtualServerConfig,
  holder: ReadonlyMap<IpAddress, VrrpInstanceConfig>,
): SlowInstance[] {
  return [...serviceAddresses(server)].flatMap((address) => {
    const instance = holder.get(address);
    if (instance === undefined) return [];
    const down = configuredDownInterval(instance);
    return down > NOT_WORTH_A_WORD ? [{ instance, down }] : [];
  });
}

function fastestOf(servers: readonly RealServerConfig[]): Duration | undefined {
  let fastest: Duration | undefined;
  for (const server of servers) {
    const time = firstDetection(server);
    if (time !== undefined && time < (fastest ?? Number.POSITIVE_INFINITY)) fastest = time;
  }
  return fastest;
}
