/**
 * What a refusal of `sendmsg` means for an instance, by errno, and what an operator has to look at (send(2), ip(7),
 * ipv6(7), raw(7)).
 */

/**
 * `transient`: a queue is full, and the next advertisement may pass. `link`: the interface is down or gone, which
 * rtnetlink tells better. `lasting`: it stays so until somebody or something changes the host.
 */
export type SendErrorClass = 'transient' | 'link' | 'lasting';

const CLASSES: Readonly<Record<string, SendErrorClass>> = {
  ENOBUFS: 'transient',
  ENOMEM: 'transient',
  EAGAIN: 'transient',
  EINTR: 'transient',
  ENETDOWN: 'link',
  ENODEV: 'link',
  ENXIO: 'link',
};

const HINTS: Readonly<Record<string, string>> = {
  EPERM: 'look at the firewall rules of this host for protocol 112',
  EACCES: 'look at the firewall rules and at the address: broadcast is not allowed',
  EINVAL: 'look at the source address (ip address show)',
  EADDRNOTAVAIL: 'look at the source address (ip address show)',
  ENETUNREACH: 'look at the routes and the addresses of the interface (ip route get)',
  EHOSTUNREACH: 'look at the routes and the addresses of the interface (ip route get)',
  EMSGSIZE: 'the advertisement is larger than the MTU of the interface',
  ENOBUFS: 'the send queue of the interface is full',
  EAGAIN: 'the send queue of the socket is full',
  ENOMEM: 'the kernel is short of memory',
};

/** The class of an errno; what is not known lasts. */
export function sendErrorClass(errno: string): SendErrorClass {
  return CLASSES[errno] ?? 'lasting';
}

/** What to look at. */
export function sendHint(errno: string): string {
  return HINTS[errno] ?? 'the kernel refuses them';
}
