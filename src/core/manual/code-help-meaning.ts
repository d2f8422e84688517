/** Help for findings about what blocks mean together: references, names, and settings that contradict each other. */
import type { CodeHelpTable } from './code-help-row.ts';

const INSTANCE = 'interface eth0\n    virtual_router_id 51';
const ADDRESSES = 'virtual_ipaddress {\n        192.0.2.10/24\n    }';

/** By code. */
export const MEANING_CODE_HELP: CodeHelpTable = {
  'duplicate-name': {
    more: 'The first block counts.',
    fix: 'Give the second block a name of its own.',
    example: `vrrp_instance VI_1 {\n    ${INSTANCE}\n    ${ADDRESSES}\n}\nvrrp_instance VI_1 {\n    ${INSTANCE}\n}\n`,
  },
  'unknown-reference': {
    fix: 'Correct the name, or define it above its use.',
    example: `vrrp_instance VI_1 {\n    ${INSTANCE}\n    ${ADDRESSES}\n    track_script {\n        absent\n    }\n}\n`,
  },
  'unknown-reference-ignored': {
    more: 'keepalived drops it without a word.',
    fix: 'Correct the name, or define it.',
    example: 'virtual_server group absent {\n}\n',
  },
  'tracker-left-out': {
    more: 'What it tracks cannot be used, on this host or as it is written. It takes part in elections as if the entry were not there, as with keepalived, and can be MASTER while what was to be watched is broken. tandem status shows it at the instance.',
    fix: 'Mend what the finding about the definition says, and reload.',
    example: `vrrp_script chk {\n    interval 2\n}\nvrrp_instance VI_1 {\n    ${INSTANCE}\n    ${ADDRESSES}\n    track_script {\n        chk\n    }\n}\n`,
  },
  'block-dropped': {
    fix: 'Write what the message says is missing.',
    example: 'vrrp_script s {\n    interval 2\n}\n',
  },
  'vrid-missing': {
    fix: 'Write virtual_router_id with a number from 1 to 255 that no other virtual router on the network has.',
    example: `vrrp_instance VI_1 {\n    interface eth0\n    ${ADDRESSES}\n}\n`,
  },
  'interface-required': {
    fix: 'Write interface, the one that advertisements are sent on.',
    example: `vrrp_instance VI_1 {\n    virtual_router_id 51\n    ${ADDRESSES}\n}\n`,
  },
  'vrid-duplicate': {
    more: 'Two virtual routers with one id on one network take each other for a peer.',
    fix: 'Give one of the two an id of its own, on all its routers.',
    example: `vrrp_instance A {\n    ${INSTANCE}\n    ${ADDRESSES}\n}\nvrrp_instance B {\n    ${INSTANCE}\n    virtual_ipaddress {\n        192.0.2.11/24\n    }\n}\n`,
  },
  'address-required': {
    fix: 'Write at least one address in virtual_ipaddress.',
    example: `vrrp_instance VI_1 {\n    version 3\n    ${INSTANCE}\n}\n`,
  },
  'address-advised': {
    fix: 'Write at least one address in virtual_ipaddress, or no_virtual_ipaddress if there is to be none.',
    example: `vrrp_instance VI_1 {\n    ${INSTANCE}\n}\n`,
  },
  'addresses-over-limit': {
    more: 'An advertisement lists all addresses of virtual_ipaddress, and it can list 255.',
    fix: 'Move addresses to virtual_ipaddress_excluded, on all routers of the group alike.',
    example: `vrrp_instance VI_1 {\n    ${INSTANCE}\n    virtual_ipaddress {\n        ~SEQ(n,0,255) 192.0.2.\${n}/24\n    }\n}\n`,
  },
  'strict-refused': {
    fix: 'Remove the setting, or strict_mode and vrrp_strict.',
    example: `vrrp_instance VI_1 {\n    strict_mode\n    ${INSTANCE}\n    ${ADDRESSES}\n    unicast_peer {\n        192.0.2.2\n    }\n}\n`,
  },
  'place-name': {
    more: 'Names of files are made of these names: the network namespace is /run/netns/NAME, the control socket is in a directory that ends with them.',
    fix: 'Write the name as `ip netns list` shows it, without a slash.',
    example: 'net_namespace ../blue\n',
  },
  'link-local-first': {
    more: 'RFC 9568 has a link-local address as the first of an IPv6 virtual router. Routers in strict mode ignore advertisements without it.',
    fix: 'Write the link-local address as the first line of virtual_ipaddress, on all routers of the group alike.',
    example: `vrrp_instance VI_1 {\n    version 3\n    strict_mode\n    ${INSTANCE}\n    virtual_ipaddress {\n        2001:db8::10/64\n    }\n}\n`,
  },
  'family-conflict': {
    more: 'An instance has one address family: that of its first virtual address.',
    fix: 'Put addresses of the other family into an instance of their own, or into virtual_ipaddress_excluded.',
    example: `vrrp_instance VI_1 {\n    ${INSTANCE}\n    virtual_ipaddress {\n        192.0.2.10/24\n        2001:db8::10/64\n    }\n}\n`,
  },
  'version-conflict': {
    fix: 'Write version 3 for IPv6, or leave the version out.',
    example: `vrrp_instance VI_1 {\n    ${INSTANCE}\n    virtual_ipaddress {\n        2001:db8::10/64\n    }\n    version 2\n}\n`,
  },
  'setting-reset': {
    fix: 'Decide for one of the settings, so that the file says what counts.',
    example: `vrrp_instance VI_1 {\n    state MASTER\n    nopreempt\n    ${INSTANCE}\n    ${ADDRESSES}\n}\n`,
  },
  'value-rounded': {
    more: 'Version 2 of the protocol carries whole seconds, version 3 hundredths.',
    fix: 'Write a value the protocol can carry, or version 3 for intervals below a second.',
    example: `vrrp_instance VI_1 {\n    ${INSTANCE}\n    advert_int 1.5\n    ${ADDRESSES}\n}\n`,
  },
  'default-assumed': {
    fix: 'Write the setting, so that the file does not depend on a default.',
    example: 'virtual_server 192.0.2.10 80 {\n    real_server 192.0.2.20 80 {\n    }\n}\n',
  },
  'duplicate-entry': {
    fix: 'Remove one of the two.',
    example: `vrrp_instance VI_1 {\n    ${INSTANCE}\n    ${ADDRESSES}\n    unicast_peer {\n        192.0.2.2\n        192.0.2.2\n    }\n}\n`,
  },
  'port-reset': {
    more: 'With direct routing and tunnels packets reach the server unchanged, so a port cannot be translated.',
    fix: 'Write the port of the virtual server, or lvs_method NAT.',
    example:
      'virtual_server 192.0.2.10 80 {\n    lvs_sched rr\n    lvs_method DR\n    protocol TCP\n    real_server 192.0.2.20 8080 {\n        TCP_CHECK {\n        }\n    }\n}\n',
  },
  'quorum-reset': {
    fix: 'Write a quorum that the weights can reach, and a hysteresis below it.',
    example:
      'virtual_server 192.0.2.10 80 {\n    lvs_sched rr\n    lvs_method NAT\n    protocol TCP\n    quorum 5\n    real_server 192.0.2.20 80 {\n        TCP_CHECK {\n        }\n    }\n}\n',
  },
  'value-reinterpreted': {
    more: 'keepalived reads the value in a way that nobody means.',
    fix: 'Write the value as the message suggests, so that it means one thing to both.',
    example:
      'virtual_server 192.0.2.10 80 {\n    lvs_sched rr\n    lvs_method NAT\n    protocol TCP\n    persistence_timeout 60\n    persistence_granularity 24\n    real_server 192.0.2.20 80 {\n        TCP_CHECK {\n        }\n    }\n}\n',
  },
  'keepalived-rejects': {
    more: 'The exit status is that of keepalived, so that a file that passes here passes there.',
    fix: 'Write it as the message suggests if keepalived reads the file too.',
    example:
      'virtual_server 192.0.2.10 53 {\n    lvs_sched rr\n    lvs_method NAT\n    protocol UDP\n    real_server 192.0.2.20 53 {\n        DNS_CHECK {\n            name a.example.com\n        }\n    }\n}\n',
  },
  'mask-not-contiguous': {
    fix: 'Write a mask whose ones come first, such as 255.255.255.0.',
    example:
      'virtual_server 192.0.2.10 80 {\n    lvs_sched rr\n    lvs_method NAT\n    protocol TCP\n    persistence_timeout 60\n    persistence_granularity 255.0.255.0\n    real_server 192.0.2.20 80 {\n        TCP_CHECK {\n        }\n    }\n}\n',
  },
  'group-limit': {
    fix: 'Mark the packets with a firewall rule and use a virtual server by fwmark.',
  },
};
