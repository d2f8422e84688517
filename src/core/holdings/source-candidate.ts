/** Which addresses of the host can be the source of advertisements: an address that is the only one is not taken away. */
import { ipFamily, isLinkLocal } from '../base/address.ts';
import type { AddressFact } from '../base/host.ts';

const IFA_F_OPTIMISTIC = 0x04;
const IFA_F_DADFAILED = 0x08;
const IFA_F_TENTATIVE = 0x40;

/** True when an address, not being virtual, can be the source of advertisements: any of IPv4, a usable link-local one of IPv6. */
export function isPrimaryCandidate(fact: AddressFact): boolean {
  if (ipFamily(fact.address) === 'ipv4') return true;
  return isLinkLocal(fact.address) && addressProblem(fact) === undefined;
}

/** What duplicate address detection says; an optimistic address (RFC 4429) may be used during it. */
export function addressProblem({
  address,
  flags,
}: AddressFact): 'tentative' | 'duplicate' | undefined {
  if (ipFamily(address) === 'ipv4') return undefined;
  if ((flags & IFA_F_DADFAILED) !== 0) return 'duplicate';
  const isTentative = (flags & IFA_F_TENTATIVE) !== 0 && (flags & IFA_F_OPTIMISTIC) === 0;
  return isTentative ? 'tentative' : undefined;
}
