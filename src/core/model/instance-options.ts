/** Settings that few VRRP instances have: a field is absent where it is not written. Whether one is in effect says its row in `../language/settings`. */

/** Those of one instance, defaults of `global_defs` included. */
export interface InstanceOptionsConfig {
  /** A master that was late for so long that a backup of this priority has taken over becomes backup. */
  readonly expiredTimerPriority?: number;
  /** Packets to the addresses are accepted although this router does not own them. */
  readonly acceptsPackets?: boolean;
  /** Secondary addresses of the interface survive when the primary one goes. */
  readonly promotesSecondaries?: boolean;
  /** Checksum of keepalived 1.3.6 and older to peers: all or none; absent: to those that are recognised by theirs. */
  readonly oldUnicastChecksum?: 'always' | 'never';
  /** Addresses on other interfaces, or of the other family, get VMACs there. */
  readonly vmacForAddresses?: boolean;
  /** VRF of an instance without an interface. */
  readonly vrf?: string;
  readonly receiveBufferBytes?: number;
  /** Addresses are announced on their other interfaces too. */
  readonly extraAnnouncement?: ExtraAnnouncementConfig;
  /** Interface of the connection synchronisation of IPVS, in the old place. */
  readonly syncDaemonInterface?: string;
  /** The link of the interface is polled. */
  readonly pollsLink?: boolean;
}

/** `garp_extra_if`. */
export interface ExtraAnnouncementConfig {
  readonly everySeconds: number;
  /** Also on interfaces that are not VMACs. */
  readonly onAllInterfaces: boolean;
}
