/**
 * Who still understands whom after a change in place, until the other routers have changed too: where a change makes
 * two masters, how to make it without them.
 */
import { equalData } from '../base/equal-data.ts';
import { exactSpanText } from '../base/span-text.ts';
import type { Duration } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { Outcome } from './config-plan.ts';

/** Changes that all routers have to make. */
export function understanding({
  before,
  after,
}: {
  readonly before: VrrpInstanceConfig;
  readonly after: VrrpInstanceConfig;
}): Outcome[] {
  // No backup takes over before as many advertisements are missing.
  const patience = (before.downTimerAdverts * before.advertInterval) as Duration;
  const advice = `reload all of them within ${exactSpanText(patience)}`;
  const apart = `each side drops what the other sends and both are master, until all routers have the change: ${advice}`;
  const outcomes: Outcome[] = [];
  const check = (differs: boolean, what: string, consequence = apart): void => {
    if (differs) outcomes.push(may(`${what}: ${consequence}`));
  };
  const staysAt2 = after.version === 2 && before.version === 2;
  check(staysAt2 && before.advertInterval !== after.advertInterval, 'advert_int in version 2');
  check(before.version !== after.version, `version ${after.version}`);
  const isUnicast = after.unicastPeers.length > 0;
  check(
    before.unicastPeers.length > 0 !== isUnicast,
    isUnicast ? 'unicast instead of multicast' : 'multicast instead of unicast',
  );
  check(!equalData(before.authentication, after.authentication), 'authentication');
  check(
    after.version === 3 && before.checksumWithoutPseudoHeader !== after.checksumWithoutPseudoHeader,
    'v3_checksum_as_v2',
  );
  const difference = listDifference(before, after);
  check(
    staysAt2 && difference !== '',
    `the address list in version 2 (${difference})`,
    after.strict
      ? apart
      : `until the other routers have it too, those that are strict about the list drop what this one sends, and both are master: ${advice}`,
  );
  return [...outcomes, ...peers(before, after)];
}

/** What is advertised otherwise, `+192.0.2.9 -192.0.2.7`; order has no meaning. */
function listDifference(before: VrrpInstanceConfig, after: VrrpInstanceConfig): string {
  const old = new Set(before.addresses.map(({ address }) => address));
  const wanted = new Set(after.addresses.map(({ address }) => address));
  return [
    ...[...wanted].filter((address) => !old.has(address)).map((address) => `+${address}`),
    ...[...old].filter((address) => !wanted.has(address)).map((address) => `-${address}`),
  ].join(' ');
}

function peers(before: VrrpInstanceConfig, after: VrrpInstanceConfig): Outcome[] {
  // Said once for all of them.
  if (before.unicastPeers.length === 0 || after.unicastPeers.length === 0) return [];
  const left = before.unicastPeers.filter(
    ({ address }) => !after.unicastPeers.some((peer) => peer.address === address),
  );
  const outcomes = left.map(({ address }) =>
    may(
      `peer ${address} no longer hears this router: it becomes master too if it keeps the instance`,
    ),
  );
  const isStricter =
    after.unicastPeers.length > 0 &&
    after.checkUnicastSource &&
    (!before.checkUnicastSource || !equalData(before.unicastPeers, after.unicastPeers));
  if (isStricter)
    outcomes.push(may('check_unicast_src: a master that is not a listed peer is no longer heard'));
  const isMoved = after.unicastPeers.length > 0 && before.sourceAddress !== after.sourceAddress;
  if (isMoved)
    outcomes.push(
      may('peers that check the source no longer hear this router until they list the new address'),
    );
  return outcomes;
}

function may(reason: string): Outcome {
  return { verdict: 'may-move', reason };
}
