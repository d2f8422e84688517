/** What each limit of `../limits.ts` is about, for the documentation. */
export const LIMIT_TEXT: Readonly<Record<string, string>> = {
  fileLength: 'characters of all files together; ten thousand real servers need about two million',
  lineBytes: 'bytes of a line: what keepalived reads. Tandem complains and reads the whole line',
  includeDepth: 'files inside files',
  includeFiles:
    'files read in all, whatever the patterns match, and directories that one pattern looks through',
  nesting: 'blocks inside blocks; the language itself needs six',
  substitutions: 'insertions in one line: stops definitions that refer to themselves',
  expandedLineLength: 'characters of a line after insertion',
  expandedCharacters: 'characters of all lines after substitution',
  generatedLines: 'lines made by definitions, `~SEQ` and `~LST` in all',
  expansionDepth: 'definitions used by definitions used by sequences',
  diagnostics: 'findings that are shown; the rest is counted only',
  groupRange: 'addresses that one range or prefix of a `virtual_server_group` may stand for',
  groupServices:
    'services that groups stand for in all, counted anew for each virtual server that uses one',
  yamlLength: 'characters of a file in YAML form',
  yamlDepth: 'maps and lists inside each other in YAML; the language itself needs about sixteen',
  yamlNodes: 'values of a YAML file, what its aliases stand for included',
};
