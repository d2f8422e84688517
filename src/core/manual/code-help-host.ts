/** Help for findings about the host a configuration is checked on. None of them comes with `--offline`. */
import type { CodeHelpTable } from './code-help-row.ts';

/** By code. */
export const HOST_CODE_HELP: CodeHelpTable = {
  'interface-missing': {
    fix: 'Correct the name, or create the interface first. dynamic_interfaces in global_defs tolerates interfaces that come later; tandem check --offline does not look.',
  },
  'interface-missing-fatal': {
    fix: 'Correct the name, or create the interface first. tandem check --offline does not look.',
  },
  'addresses-over-mtu': {
    more: 'An advertisement lists all addresses of virtual_ipaddress, and its packet has to fit the MTU of the interface: 90 IPv6 addresses with an MTU of 1500. The kernel does not send a longer one, so the instance is in FAULT.',
    fix: 'Raise the MTU of the interface, on all routers of the group alike, or move addresses to virtual_ipaddress_excluded on all of them.',
  },
  'script-missing': {
    more: 'A tracked script that cannot run counts as failed.',
    fix: 'Install the program where the file says, with execute permission, or correct the path.',
  },
  'script-missing-dropped': {
    more: 'The script is not run; keepalived says so in its log only.',
    fix: 'Install the program where the file says, with execute permission, or correct the path or the user.',
  },
  'script-security': {
    more: 'Scripts would run as root although nothing guarantees that only root can change them.',
    fix: 'Write enable_script_security in global_defs, and script_user with a user that has no more rights than the scripts need.',
  },
  'script-insecure': {
    more: 'With enable_script_security such a script is not run.',
    fix: 'Let the file and every directory above it belong to root and be writable by root only, or run the script as another user with script_user.',
  },
  'unknown-user': { fix: 'Create the user or group, or correct the name.' },
  'name-unresolved': {
    fix: 'Write an address: a mail about a failure must not depend on the name service.',
    example: 'global_defs {\n    smtp_server mail.example.com\n}\n',
  },
  'secret-exposed': {
    fix: 'Let only root read the file: chmod 600.',
  },
};
