/** The list of an instance against what one advertisement can hold (RFC 9568 sections 5.2.5 and 5.2.9). */
import {
  ADVERTISED_ADDRESSES_MAX,
  type AdvertisementForm,
  advertisedAddressesMax,
  advertisementPacketBytes,
} from '../../wire/vrrp-limits.ts';
import type { TypedStatement } from '../typed/values.ts';
import { atStatement, type BuildContext } from './context.ts';

/** What is counted. */
export interface AdvertisedList {
  readonly name: string;
  readonly form: AdvertisementForm;
  readonly count: number;
  readonly interface: string | undefined;
}

/**
 * Reports a list that does not fit. Moving the rest to the excluded addresses, as keepalived does, would make
 * the list depend on the MTU of each host, and peers would differ. No host can send a list beyond the limit of the protocol, so it is
 * refused. An MTU may change any day: with one that is too small the instance is in FAULT, and a reload that leaves the list as it is goes on.
 */
export function validateAddressLimit(
  at: TypedStatement,
  list: AdvertisedList,
  context: BuildContext,
): void {
  const { name, form, count } = list;
  const mtu = list.interface === undefined ? undefined : context.host.mtu?.(list.interface);
  const fitting = mtu === undefined ? undefined : advertisedAddressesMax(form, mtu);
  const max = Math.min(fitting ?? ADVERTISED_ADDRESSES_MAX, ADVERTISED_ADDRESSES_MAX);
  if (count <= max) return;
  const family = form.family === 'ipv4' ? 'IPv4' : 'IPv6';
  const isTooMany = count > ADVERTISED_ADDRESSES_MAX;
  const why =
    fitting === undefined || fitting === ADVERTISED_ADDRESSES_MAX
      ? `an advertisement can list ${ADVERTISED_ADDRESSES_MAX}`
      : `an advertisement of ${advertisementPacketBytes(form, count)} bytes does not fit the MTU ${mtu} of ${list.interface}, which holds ${max}`;
  atStatement(
    context,
    isTooMany ? 'addresses-over-limit' : 'addresses-over-mtu',
    at.statement,
    `instance "${name}" has ${count} ${family} addresses: ${why}`,
    { expected: `at most ${max}; virtual_ipaddress_excluded takes the rest on all routers` },
  );
}
