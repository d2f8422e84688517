/**
 * Limits of the configuration front end. No input may exhaust memory or time: each quantity that an
 * input can drive has a limit with a name, and reaching one is a diagnostic that names it.
 */

/** Every limit, its value and its reason. */
export const CONFIG_LIMITS = {
  /** Characters of all files together. Ten thousand real servers need about two million. */
  fileLength: 268_435_456,
  /** Bytes of a physical line; what keepalived accepts (its line buffer). */
  lineBytes: 1023,
  /** Files inside files. */
  includeDepth: 32,
  /** Files read in all, whatever the globs match. */
  includeFiles: 4096,
  /** Blocks inside blocks. The language itself needs six. */
  nesting: 32,
  /** Substitutions in one line; stops definitions that refer to themselves. */
  substitutions: 500,
  /** Characters of a line after substitution. */
  expandedLineLength: 65_536,
  /** Characters of all lines after substitution. */
  expandedCharacters: 67_108_864,
  /** Lines made by definitions, `~SEQ` and `~LST` in all: twice what 37,000 real servers need. */
  generatedLines: 500_000,
  /** Sources inside sources: definitions used by definitions used by sequences. */
  expansionDepth: 64,
  /** Diagnostics kept; the rest is counted only. */
  diagnostics: 1000,
  /** Addresses one `virtual_server_group` range or prefix may stand for. */
  groupRange: 65_536,
  /** Services that groups stand for in all, counted anew for each virtual server that uses one. */
  groupServices: 262_144,
  /** Characters of a file in YAML form: its parser takes about 70 bytes of memory for each. */
  yamlLength: 16_777_216,
  /** Maps and lists inside each other in YAML. The language itself needs about sixteen. */
  yamlDepth: 64,
  /** Values of a YAML file, what its aliases stand for included. */
  yamlNodes: 4_000_000,
} as const;
