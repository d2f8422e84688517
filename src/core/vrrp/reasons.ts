/**
 * Why instances change their state: the one closed list. The id of a reason is its word in the log, in `status`, in
 * the labels of metrics and in notifications; `tandem explain ID` tells what it means. What a reason is about is
 * data (`TransitionCause`), worded by `causeText`.
 */

/** Why an instance changed its state; goes into logs, status and metrics as it is. */
export type TransitionReason =
  | 'startup'
  | 'adopted'
  | 'owner'
  | 'no-master-heard'
  | 'master-timeout'
  | 'master-unheard'
  | 'master-resigned'
  | 'preempted'
  | 'higher-priority'
  | 'equal-priority-higher-address'
  | 'late-deadline'
  | 'interface-missing'
  | 'interface-down'
  | 'no-primary-address'
  | 'source-address-unusable'
  | 'send-failed'
  | 'no-socket'
  | 'no-unicast-peer'
  | 'tracking'
  | 'vip-interface'
  | 'routing-interface'
  | 'track-group'
  | 'own-interface'
  | 'sync-group'
  | 'interface-recovered'
  | 'source-address-recovered'
  | 'tracking-recovered'
  | 'socket-opened'
  | 'unicast-peer-given'
  | 'send-retry'
  | 'sync-group-recovered'
  | 'configuration'
  | 'routing-lost'
  | 'operator'
  | 'shutdown';

/** What is said about one reason. */
export interface ReasonText {
  /** A clause without a full stop, for a line about one instance. */
  readonly words: string;
  /** What it means and what an operator can do, in whole sentences. */
  readonly explanation: string;
  /** The instance is in FAULT for it. */
  readonly isFault?: true;
}

/** All reasons: those of MASTER, of BACKUP, of FAULT, of the way out of FAULT, and what operators do. */
export const REASONS: Readonly<Record<TransitionReason, ReasonText>> = {
  startup: {
    words: 'the instance has started',
    explanation: 'An instance begins as BACKUP and listens for a master (RFC 9568 section 6.4.1).',
  },
  adopted: {
    words: 'the instance goes on as master in a new process',
    explanation:
      'The vrrp process died while the instance was MASTER. Its successor goes on at once, before a peer has waited long enough to take over.',
  },
  owner: {
    words: 'the instance owns its addresses',
    explanation:
      'With priority 255 and state MASTER the instance is the owner of its addresses and is MASTER at once (RFC 9568 section 6.4.1).',
  },
  'no-master-heard': {
    words: 'no master was heard',
    explanation:
      'The instance has listened for its master down interval since it started, and heard no master at all.',
  },
  'master-timeout': {
    words: 'the master fell silent',
    explanation:
      'The instance had heard a master, and then nothing for the master down interval: as a rule three advertisements and a skew that is shorter for a higher priority. Look at the other host and at the network between them.',
  },
  'master-unheard': {
    words:
      'the advertisements of the master do not arrive, although its heartbeat says that it lives',
    explanation:
      'The heartbeat of the peer says that it is MASTER of this router, and takeover_heartbeat allows the takeover all the same. Both routers may hold the addresses: look for what stops VRRP (protocol 112) between them.',
  },
  'master-resigned': {
    words: 'the master has resigned',
    explanation:
      'The master sent priority 0: it was stopped, reloaded, told to resign, or has a fault. This router waited its skew time only.',
  },
  preempted: {
    words: 'it took over from a live master of lower priority',
    explanation:
      'A master of lower priority was alive, and this router preempts. nopreempt prevents this; preempt_delay delays it.',
  },
  'higher-priority': {
    words: 'another router has a higher priority',
    explanation:
      'The instance was MASTER and heard an advertisement of a higher priority, so it stepped down (RFC 9568 section 6.4.3).',
  },
  'equal-priority-higher-address': {
    words: 'another router has the same priority and a higher address',
    explanation:
      'Two routers with the same priority were MASTER; the one with the higher source address stays it (RFC 9568 section 6.4.3). Give the routers different priorities.',
  },
  'late-deadline': {
    words: 'this process was stopped or starved while another router took over',
    explanation:
      'The instance was MASTER without preemption, sent nothing for so long that a peer had to take over, and leaves mastership to it. Look for a suspended virtual machine, a stopped process or a machine without free CPU.',
  },
  'interface-missing': {
    words: 'its interface is missing',
    explanation:
      'The interface of the instance does not exist, was renamed or deleted, or cannot be told from its source address and the routes.',
    isFault: true,
  },
  'interface-down': {
    words: 'its interface is down',
    explanation:
      'The interface of the instance is administratively down or has no carrier. dont_track_primary makes the instance ignore that.',
    isFault: true,
  },
  'no-primary-address': {
    words: 'its interface has no address to send from',
    explanation:
      'An IPv4 instance needs an IPv4 address on its interface, an IPv6 instance a link-local one. Virtual addresses do not count: another router may hold them.',
    isFault: true,
  },
  'source-address-unusable': {
    words: 'its source address cannot be used',
    explanation:
      'The address that advertisements are sent from is not on this host, or duplicate address detection has not ended or has failed. Peers would not hear this router, or hear it under an address of another host.',
    isFault: true,
  },
  'send-failed': {
    words: 'its advertisements do not leave',
    explanation:
      'The kernel refused the advertisements of the instance, so it gave up before its peers took over. A firewall, a missing route or a source address may be the cause. It tries again after a pause that grows to 30 s.',
    isFault: true,
  },
  'no-socket': {
    words: 'its socket could not be opened',
    explanation:
      'Without a socket the instance would hear no master and take over beside it. The log tells what the kernel refused; it is tried again every 5 s.',
    isFault: true,
  },
  'no-unicast-peer': {
    words: 'it has no unicast_peer',
    explanation:
      'The instance has unicast_fault_no_peer and no unicast_peer. It waits for a configuration with one, instead of sending multicast.',
    isFault: true,
  },
  tracking: {
    words: 'something that it tracks is down',
    explanation:
      'A tracked interface without a weight is down or missing. With a weight it would change the priority only.',
    isFault: true,
  },
  'vip-interface': {
    words: 'the interface of a virtual address cannot be used',
    explanation:
      'A virtual address has a dev of its own, and that interface is down or missing: the instance could not hold all its addresses as MASTER.',
    isFault: true,
  },
  'routing-interface': {
    words: 'the interface of a route or rule cannot be used',
    explanation:
      'A virtual route or rule names another interface than that of the instance, and that interface is down or missing: the instance could not set all its routes as MASTER. `no_track` behind the route leaves it out.',
    isFault: true,
  },
  'track-group': {
    words: 'the interface of a static entry of its track group cannot be used',
    explanation:
      'A static address, route or rule has a `track_group` with this instance in it, and its interface is down or missing.',
    isFault: true,
  },
  'own-interface': {
    words: 'an interface that it makes for itself is not there or not up',
    explanation:
      'The instance has use_vmac or use_ipvlan, and its own interface cannot be used: the name belongs to an interface that Tandem has not made and does not touch, the kernel refuses to make it (macvlan or ipvlan missing, for instance), or it has no carrier.',
    isFault: true,
  },
  'sync-group': {
    words: 'it follows a member of its sync group',
    explanation:
      'All members of a sync group are MASTER, or none is. Another member is at fault, lost mastership or gave it away, or the group is MASTER already.',
    isFault: true,
  },
  'interface-recovered': {
    words: 'the interface is up',
    explanation:
      'The fault of an interface, its own or that of a virtual address, has ended. The instance begins as after a start: as BACKUP.',
  },
  'source-address-recovered': {
    words: 'the source address can be used',
    explanation:
      'The address that advertisements are sent from is there. The instance begins as after a start: as BACKUP.',
  },
  'tracking-recovered': {
    words: 'what it tracks is up',
    explanation:
      'All that is tracked without a weight is up. The instance begins as after a start: as BACKUP.',
  },
  'socket-opened': {
    words: 'its socket is open',
    explanation: 'The socket could be opened. The instance begins as after a start: as BACKUP.',
  },
  'unicast-peer-given': {
    words: 'it has a unicast_peer now',
    explanation:
      'A reload gave the instance a unicast_peer, which unicast_fault_no_peer made it wait for. The instance begins as after a start: as BACKUP.',
  },
  'send-retry': {
    words: 'it tries again to send',
    explanation:
      'The pause after refused advertisements is over, or what they depend on has changed. The instance begins as after a start: as BACKUP.',
  },
  'sync-group-recovered': {
    words: 'no member of the sync group is at fault',
    explanation:
      'The last fault in the sync group has ended, and all its members begin as after a start: as BACKUP.',
  },
  configuration: {
    words: 'the configuration no longer has it so',
    explanation:
      'A reload removed the instance, or gave it another interface, virtual_router_id or family.',
  },
  'routing-lost': {
    words: 'a tracked route or rule was removed, and cannot be set again',
    explanation:
      'Somebody else removed a virtual route or rule, or its interface went down, and the kernel refuses it now: a peer may have it. Without a peer the instance is MASTER again after a moment, and the route is tried again all the time. With `no_track` behind the route nothing of this happens.',
  },
  operator: {
    words: 'an operator asked for it',
    explanation: 'An operator ran tandem resign: the instance gave mastership away.',
  },
  shutdown: {
    words: 'Tandem stops',
    explanation: 'An orderly stop: a MASTER sends priority 0, so that a peer takes over at once.',
  },
};

/** All ids, in the order of the table. */
export const REASON_IDS: readonly TransitionReason[] = Object.keys(REASONS) as TransitionReason[];
