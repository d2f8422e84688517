/**
 * Every diagnostic code, as data: its severity, the exit status it means for `tandem check` and
 * whether a configuration with it may run. Codes are stable: tools filter on them. What keepalived
 * complains about has exit status 5 whether it is harmless or not; findings of our own have 0, so that
 * a file that passes `keepalived -t` passes here.
 */

import { RULE_ROWS, type RuleCode } from './rules/codes.ts';
import type { Cause, ExitStatus, Severity } from './severity.ts';

/** One row of the table. */
export interface CodeRow {
  readonly severity: Severity;
  readonly exit: ExitStatus;
  readonly refuses: boolean;
  readonly cause: Cause;
  /** What it means, for the documentation. */
  readonly summary: string;
}

/** A stable code. */
export type DiagnosticCode =
  | 'file-not-read'
  | 'file-changing'
  | 'load-failed'
  | 'file-too-long'
  | 'include-failed'
  | 'include-refused'
  | 'include-cycle'
  | 'include-limit'
  | 'include-check-invalid'
  | 'line-too-long'
  | 'nul-byte'
  | 'pasted-character'
  | 'stray-character'
  | 'unmatched-quote'
  | 'definition-undefined'
  | 'definition-cut'
  | 'comment-in-word'
  | 'expansion-limit'
  | 'sequence-invalid'
  | 'random-range'
  | 'unexpected-open-brace'
  | 'keepalived-misreads'
  | 'unexpected-close-brace'
  | 'missing-open-brace'
  | 'missing-close-brace'
  | 'nesting-limit'
  | 'unknown-keyword'
  | 'misplaced-keyword'
  | 'other-product-keyword'
  | 'block-not-allowed'
  | 'block-empty'
  | 'extra-words'
  | 'extra-words-ignored'
  | 'no-effect'
  | 'missing-word'
  | 'missing-value'
  | 'missing-name'
  | 'invalid-number'
  | 'number-range'
  | 'number-repaired'
  | 'too-many-decimals'
  | 'invalid-word'
  | 'invalid-address'
  | 'invalid-prefix'
  | 'address-suffix-ignored'
  | 'invalid-interface'
  | 'invalid-value'
  | 'word-too-long'
  | 'unknown-option'
  | 'unknown-option-ignored'
  | 'duplicate-option'
  | 'duplicate-keyword'
  | 'duplicate-keyword-last-wins'
  | 'repeated-keyword'
  | 'deprecated-keyword'
  | 'obsolete-keyword'
  | 'not-supported-yet'
  | 'unterminated-script-quote'
  | 'interface-missing'
  | 'interface-missing-fatal'
  | 'script-missing'
  | 'script-missing-dropped'
  | 'script-security'
  | 'secret-exposed'
  | 'script-insecure'
  | 'unknown-user'
  | 'name-unresolved'
  | 'duplicate-name'
  | 'unknown-reference'
  | 'unknown-reference-ignored'
  | 'tracker-left-out'
  | 'block-dropped'
  | 'vrid-missing'
  | 'interface-required'
  | 'vrid-duplicate'
  | 'address-required'
  | 'address-advised'
  | 'addresses-over-limit'
  | 'addresses-over-mtu'
  | 'strict-refused'
  | 'place-name'
  | 'link-local-first'
  | 'family-conflict'
  | 'version-conflict'
  | 'setting-reset'
  | 'value-rounded'
  | 'value-reinterpreted'
  | 'keepalived-rejects'
  | 'mask-not-contiguous'
  | 'default-assumed'
  | 'duplicate-entry'
  | 'port-reset'
  | 'quorum-reset'
  | 'group-limit'
  | 'yaml-syntax'
  | 'yaml-limit'
  | 'yaml-shape'
  | 'yaml-duplicate-key'
  | 'too-many-diagnostics'
  | RuleCode;

/** The table, by code. */
export const DIAGNOSTIC_CODES: Readonly<Record<DiagnosticCode, CodeRow>> = {
  // Source and lexical layer
  'file-not-read': fatal('A configuration file cannot be read', 6),
  'file-changing': fatal('A configuration file does not stay as it is while it is read'),
  'load-failed': fatal('Reading a configuration for a reload comes to no end'),
  'file-too-long': fatal('A file is longer than the limit'),
  'include-failed': advice('An include without strictness matches nothing or cannot be read'),
  'include-refused': fatal('A strict include fails', 6),
  'include-cycle': fatal('A file includes itself, directly or through others'),
  'include-limit': fatal('Includes are nested too deeply or read too many files'),
  'include-check-invalid': error('A word of include_check is unknown or comes twice'),
  'line-too-long': error('A physical line is longer than keepalived reads'),
  'nul-byte': error('A line contains a NUL byte and is ignored'),
  'pasted-character': notice(
    'A character that came with copying (full-width space, smart quote, BOM) is read as intended',
  ),
  'stray-character': advice('A character that is invisible or not UTF-8 stands outside a comment'),
  'unmatched-quote': error('A double quote is not closed on its line'),
  'definition-undefined': advice('A $NAME is used that was never defined'),
  'definition-cut': error(
    'A multi-line definition ends too early: a comment took its backslash, or there is none',
  ),
  'comment-in-word': advice('A comment character without a blank before it cuts a word'),
  'expansion-limit': fatal('Definitions or sequences expand beyond a limit'),
  'sequence-invalid': error('A ~SEQ or ~LST specification is not valid'),
  'random-range': error('_RANDOM has a minimum above its maximum'),

  // YAML form
  'yaml-syntax': fatal('Text that is not valid YAML'),
  'yaml-limit': fatal(
    'A YAML file is too long, too deeply nested, or its aliases make too much of it',
  ),
  'yaml-shape': error('A YAML value of the wrong kind: a map where a word is wanted, or the like'),
  'yaml-duplicate-key': error('A key comes twice in one YAML map'),

  // Structure
  'unexpected-open-brace': error('A { that no keyword before it asks for'),
  'keepalived-misreads': notice(
    'Lines that keepalived reads in the wrong block because of an unknown block above',
  ),
  'unexpected-close-brace': error('A } without a block to close'),
  'missing-open-brace': error('A block without its {'),
  'missing-close-brace': error('A block without its }'),
  'nesting-limit': fatal('Blocks are nested too deeply'),
  'unknown-keyword': error('A word that is no keyword in its block'),
  'misplaced-keyword': error('A keyword of another block'),
  'other-product-keyword': error('A word of another product or of a patched keepalived'),
  'block-not-allowed': error('A { } block after a keyword that has none'),
  'block-empty': error('A list block without entries'),
  'extra-words': error('More words than the keyword takes'),
  'extra-words-ignored': notice('Words after the last one a keyword reads have no effect'),
  'no-effect': notice('A setting that has no effect where it stands'),

  // Words
  'missing-word': fatal('A mandatory word is missing (keepalived stops with status 2)', 2),
  'missing-value': error('A keyword needs a value'),
  'missing-name': error('A block needs a name'),
  'invalid-number': error('Not a number of the wanted kind'),
  'number-range': error('A number outside its range'),
  'number-repaired': warning(
    'A number outside its range is replaced by the nearest or the default',
  ),
  'too-many-decimals': warning('A time has more decimal places than the keyword keeps'),
  'invalid-word': error('Not one of the words the keyword knows'),
  'invalid-address': error('Not an IP address'),
  'invalid-prefix': warning('Not a prefix length of the address family'),
  'address-suffix-ignored': advice('A /prefix or -range after an address has no effect here'),
  'invalid-interface': error('Not a usable interface name'),
  'invalid-value': error('A value of the wrong form'),
  'word-too-long': warning('A word is longer than kept'),
  'unknown-option': error('A word that is no option here'),
  'unknown-option-ignored': warning('A word that is no option here is passed over'),
  'duplicate-option': error('An option comes twice'),
  'duplicate-keyword': error('A keyword comes twice'),
  'duplicate-keyword-last-wins': warning('A keyword comes twice; the last one counts'),
  'repeated-keyword': advice('A keyword comes twice; only the last counts and nothing says so'),
  'deprecated-keyword': warning('A keyword with a successor; it works'),
  'obsolete-keyword': notice('A keyword that has no effect any more'),
  'not-supported-yet': notice('A keyword that is understood but not yet in effect'),
  'unterminated-script-quote': error('A quote in a command is not closed'),

  // Host
  'interface-missing': passing(error('An interface does not exist on this host')),
  'interface-missing-fatal': passing({
    ...error('An interface of an interface-level block does not exist on this host'),
    exit: 4,
  }),
  'script-missing': passing(error('A tracked script is missing or not executable')),
  'script-missing-dropped': passing(
    advice(
      'A notify or check script is missing, not executable or has no such user; it is not run',
    ),
  ),
  // keepalived runs on, and so must a reload.
  'script-security': {
    ...warning('Scripts are configured without enable_script_security'),
    exit: 6,
  },
  // Permissions do not pass: somebody has to set them right.
  'secret-exposed': { ...error('A file with a secret can be read by others'), exit: 6 },
  'script-insecure': error('A script that others may change would run as root'),
  'unknown-user': passing(error('A user or group does not exist on this host')),
  'name-unresolved': advice('A host name is used where an address is safer'),

  // References and completion
  'duplicate-name': error('Two blocks have one name'),
  'unknown-reference': error('A name that is not defined, or not before its use'),
  'unknown-reference-ignored': advice('A name that is not defined; keepalived drops it silently'),
  'tracker-left-out': error('An instance or a sync group goes on without something it tracks'),
  'block-dropped': error('A block lacks something it cannot be without and is dropped'),
  'vrid-missing': fatal('An instance without virtual_router_id'),
  'interface-required': fatal('An instance without an interface to run on'),
  'vrid-duplicate': fatal('Two instances share a virtual router id on one interface'),
  'address-required': fatal('An instance without virtual addresses'),
  'address-advised': warning('An instance without virtual addresses'),
  'addresses-over-limit': fatal('More virtual addresses than one advertisement can hold'),
  'addresses-over-mtu': passing(
    error('More virtual addresses than the MTU of the interface allows in one advertisement'),
  ),
  'strict-refused': fatal('A setting that strict mode refuses'),
  'place-name': fatal('A name of a network namespace or of the program that leads elsewhere'),
  'link-local-first': warning('Strict mode, IPv6, and the first address is not link-local'),
  'family-conflict': error('Addresses of both families where one is wanted'),
  'version-conflict': error('A VRRP version that contradicts the address family'),
  'setting-reset': warning('A setting that contradicts another is reset'),
  'value-rounded': warning('A value is rounded to what the protocol can carry'),
  'value-reinterpreted': notice('A value is read as it was meant, not as keepalived reads it'),
  'keepalived-rejects': warning('Used as written, though keepalived does not accept it'),
  'mask-not-contiguous': advice('A mask with holes, which is not supported'),
  'default-assumed': warning('A setting that should be written is taken at its default'),
  'duplicate-entry': warning('An entry comes twice'),
  'port-reset': warning('A port that direct routing or tunnelling cannot translate is reset'),
  'quorum-reset': warning('Quorum or hysteresis contradict the weights and are reset'),
  'group-limit': error('Server groups stand for more services than the limit'),
  'too-many-diagnostics': notice('More findings than are shown'),

  // Rules of our own
  ...ruleCodes(),
};

/** The rows of the rules: none changes the exit status. */
function ruleCodes(): Readonly<Record<RuleCode, CodeRow>> {
  const rows = Object.entries(RULE_ROWS).map(([name, { severity, summary }]) => [
    `lint-${name}`,
    { severity, exit: 0, refuses: false, cause: 'file', summary },
  ]);
  return Object.fromEntries(rows) as Readonly<Record<RuleCode, CodeRow>>;
}

/** Not used as written; keepalived complains and goes on. */
function error(summary: string): CodeRow {
  return { severity: 'error', exit: 5, refuses: false, cause: 'file', summary };
}

/** Not used as written, and no configuration comes out of it. */
function fatal(summary: string, exit: ExitStatus = 5): CodeRow {
  return { severity: 'error', exit, refuses: true, cause: 'file', summary };
}

/** Used with a repair or in spite of doubts; keepalived complains. */
function warning(summary: string): CodeRow {
  return { severity: 'warning', exit: 5, refuses: false, cause: 'file', summary };
}

/** Doubtful, but keepalived says nothing. */
function advice(summary: string): CodeRow {
  return { severity: 'warning', exit: 0, refuses: false, cause: 'file', summary };
}

/** To know; nothing is wrong. */
function notice(summary: string): CodeRow {
  return { severity: 'notice', exit: 0, refuses: false, cause: 'file', summary };
}

/** A state of the host that passes without anybody touching the file. */
function passing(row: CodeRow): CodeRow {
  return { ...row, cause: 'host' };
}
