/** Help for findings about keywords and their words. */
import type { CodeHelpTable } from './code-help-row.ts';

/** By code. */
export const WORD_CODE_HELP: CodeHelpTable = {
  'unknown-keyword': {
    more: 'The line is left out, and the block behind it if it has one. Keywords are case sensitive.',
    fix: 'Correct the spelling; tandem explain BLOCK lists what a block may hold.',
    example: 'vrrp_instance VI_1 {\n    prioriti 100\n}\n',
  },
  'misplaced-keyword': {
    more: 'The line is left out, and the block behind it if it has one.',
    fix: 'Move it to the block the message names. Often a } is missing or too much above.',
    example: 'global_defs {\n    state MASTER\n}\n',
  },
  'other-product-keyword': {
    fix: 'Remove it, or write what the message suggests.',
    example: 'virtual_server 192.0.2.10 80 {\n    syn_proxy\n}\n',
  },
  'block-not-allowed': {
    more: 'The { } is skipped with all it holds.',
    fix: 'Remove the block.',
    example: 'global_defs {\n    router_id lb01 {\n    }\n}\n',
  },
  'block-empty': {
    fix: 'Write at least one entry, or remove the block.',
    example: 'vrrp_sync_group G {\n    group {\n    }\n}\n',
  },
  'extra-words': {
    fix: 'Remove the words; a value with blanks needs double quotes around it.',
    example: 'vrrp_instance VI_1 second {\n}\n',
  },
  'extra-words-ignored': {
    more: 'keepalived ignores them too.',
    fix: 'Remove the words, or put the value into double quotes if they belong to it.',
    example: 'vrrp_instance VI_1 {\n    priority 100 percent\n}\n',
  },
  'missing-word': {
    more: 'keepalived stops reading here, so nothing may run from such a file.',
    fix: 'Write the word that the message names; tandem explain KEYWORD shows the syntax.',
    example: 'vrrp_instance VI_1 {\n    priority\n}\n',
  },
  'missing-value': {
    fix: 'Write the value, or remove the line.',
    example: 'global_defs {\n    router_id\n}\n',
  },
  'missing-name': {
    more: 'The block is skipped.',
    fix: 'Write a name between the keyword and the {.',
    example: 'vrrp_instance {\n}\n',
  },
  'invalid-number': {
    more: 'Numbers are whole words without a unit. keepalived itself may use the digits at the beginning when it runs, though not when it tests.',
    fix: 'Write a number of the kind the message asks for.',
    example: 'vrrp_instance VI_1 {\n    priority high\n}\n',
  },
  'number-range': {
    more: 'The value is not used: what stood before or the default counts.',
    fix: 'Write a number in the range that the message names.',
    example: 'vrrp_instance VI_1 {\n    virtual_router_id 256\n}\n',
  },
  'number-repaired': {
    fix: 'Write a number in the range that the message names.',
    example: 'vrrp_script s {\n    script /bin/true\n    weight 300\n}\n',
  },
  'too-many-decimals': {
    fix: 'Leave out the decimal places that are not kept.',
    example: 'vrrp_script s {\n    script /bin/true\n    interval 1.0005\n}\n',
  },
  'invalid-word': {
    fix: 'Use one of the words the message lists. Most are case sensitive.',
    example: 'vrrp_instance VI_1 {\n    state master\n}\n',
  },
  'invalid-address': {
    more: 'Host names are not looked up: a director must not depend on the name service it may serve.',
    fix: 'Write an IPv4 or IPv6 address, without brackets and without a port behind a colon.',
    example: 'vrrp_instance VI_1 {\n    mcast_src_ip 192.0.2\n}\n',
  },
  'invalid-prefix': {
    fix: 'Write a length of 0 to 32 for IPv4, 0 to 128 for IPv6.',
    example: 'vrrp_instance VI_1 {\n    virtual_ipaddress {\n        192.0.2.1/33\n    }\n}\n',
  },
  'address-suffix-ignored': {
    fix: 'Remove it. For several addresses use a virtual_server_group.',
    example: 'virtual_server 192.0.2.10/24 80 {\n}\n',
  },
  'invalid-interface': {
    fix: 'Write the name of an interface: at most 15 characters, no blank and no slash.',
    example: 'vrrp_instance VI_1 {\n    interface a-name-that-is-too-long\n}\n',
  },
  'invalid-value': {
    fix: 'Write a value of the form that the message describes.',
    example:
      'virtual_server_group G {\n    192.0.2.20-10 80\n}\nvrrp_script s {\n    script /bin/true\n}\n',
  },
  'word-too-long': {
    fix: 'Shorten the word to what is kept, so that the file says what counts.',
    example: 'global_defs {\n    process_name a-very-long-process-name\n}\n',
  },
  'unknown-option': {
    more: 'The whole line is left out.',
    fix: 'Correct the word, or remove it. Each entry stands on a line of its own.',
    example: 'vrrp_instance VI_1 {\n    track_script {\n        chk_web often\n    }\n}\n',
  },
  'unknown-option-ignored': {
    more: 'The word is passed over, the rest of the line counts.',
    fix: 'Correct the word, or remove it. Each entry stands on a line of its own.',
    example:
      'vrrp_instance VI_1 {\n    virtual_ipaddress {\n        192.0.2.1/24 device eth0\n    }\n}\n',
  },
  'duplicate-option': {
    fix: 'Write the option once.',
    example:
      'vrrp_instance VI_1 {\n    virtual_ipaddress {\n        192.0.2.1 dev eth0 dev eth1\n    }\n}\n',
  },
  'duplicate-keyword': {
    more: 'The first one counts.',
    fix: 'Remove one of the two.',
    example:
      'vrrp_sync_group G {\n    group {\n        A\n    }\n    group {\n        B\n    }\n}\n',
  },
  'duplicate-keyword-last-wins': {
    fix: 'Remove one of the two.',
    example: 'virtual_server 192.0.2.10 80 {\n    virtualhost a\n    virtualhost b\n}\n',
  },
  'repeated-keyword': {
    more: 'keepalived says nothing about it.',
    fix: 'Remove the first one, unless it comes from an include whose default is to be replaced.',
    example: 'vrrp_instance VI_1 {\n    priority 100\n    priority 150\n}\n',
  },
  'deprecated-keyword': {
    fix: 'Write the successor that the message names.',
    example: 'vrrp_sync_group G {\n    global_tracking\n}\n',
  },
  'obsolete-keyword': {
    fix: 'Remove it, unless an older keepalived reads the file too.',
    example: 'vrrp_instance VI_1 {\n    debug 1\n}\n',
  },
  'not-supported-yet': {
    more: 'The keyword is read and checked, but Tandem does not do yet what it asks for. It is listed by check, in the log of every start and reload, and in the status.',
    fix: 'Decide whether you can do without it. It needs no change in the file.',
    example: 'global_defs {\n    enable_dbus\n}\n',
  },
  'unterminated-script-quote': {
    fix: 'Close the quote on the same line. In commands both kinds of quotes count, and \\ before a quote makes it a letter.',
    example: "vrrp_script s {\n    script '/bin/true\n}\n",
  },
  'no-effect': {
    fix: 'Remove the keyword, or set what it depends on.',
    example:
      'virtual_server 192.0.2.10 80 {\n    lvs_sched rr\n    lvs_method NAT type gre\n    protocol TCP\n    real_server 192.0.2.20 80 {\n        TCP_CHECK {\n        }\n    }\n}\n',
  },
};
