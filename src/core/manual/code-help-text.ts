/** Help for findings about files, lines and braces: what is wrong before any keyword is looked at. */
import type { CodeHelpTable } from './code-help-row.ts';

/** By code. */
export const TEXT_CODE_HELP: CodeHelpTable = {
  'file-not-read': {
    fix: 'Check the name and the permissions. A configuration file must be a regular file without execute permission, as for keepalived, and hold text: ASCII or UTF-8.',
  },
  'file-changing': {
    more: 'A file that is read while somebody writes it gives half of what was meant. It is read again, some times; then it is refused.',
    fix: 'Write a new file beside it and rename it over the old one (mv), or reload when the writing is done.',
  },
  'load-failed': {
    more: 'A reload reads its files beside the running director, with limits of time and memory. The running configuration stays.',
    fix: 'The message says which limit it was, or what went wrong. tandem check reads the same file without limits.',
  },
  'file-too-long': {
    fix: 'Split the file and include the parts, or use ~SEQ and ~LST for what repeats.',
  },
  'include-failed': {
    more: 'The configuration is used without the file.',
    fix: 'Check the pattern: relative names are looked up beside the file that includes them, and quotes are part of the name. To make this an error, write includea instead of include, or start with --all-config.',
    example: 'include none.d/*.conf\n',
  },
  'include-refused': {
    fix: 'Provide the file, or use include, which only warns.',
    example: 'includea none.conf\n',
  },
  'include-cycle': { fix: 'Remove one of the includes of the circle.' },
  'include-limit': {
    fix: 'Look for a pattern that matches more than intended, or put files together.',
  },
  'include-check-invalid': {
    fix: 'Use read, match, wildcard_match and brace_match; from the second word on with + or - before it.',
    example: 'global_defs {\n    include_check readable\n}\n',
  },
  'line-too-long': {
    more: 'keepalived reads the rest as a line of its own; here the line is read as a whole.',
    fix: 'Break the line. Words of a list may stand on several lines; a long command belongs into a script.',
  },
  'nul-byte': { fix: 'The file is damaged or in UTF-16. Save it as UTF-8 without NUL bytes.' },
  'pasted-character': {
    more: 'keepalived takes such characters for letters of words. Here they are read as what they stand for.',
    fix: 'Replace the character by the ASCII character that the message names, if keepalived reads the file too.',
    example: 'global_defs {\n    router_id\u3000lb01\n}\n',
  },
  'stray-character': {
    fix: 'Remove the character; an editor that shows invisible characters helps. Save the file as UTF-8.',
    example: 'global_defs {\n    router_id a\u0007b\n}\n',
  },
  'unmatched-quote': {
    fix: 'Close the quote on the same line. There is no escape for a double quote inside double quotes.',
    example: 'global_defs {\n    router_id "lb01\n}\n',
  },
  'definition-cut': {
    more: 'Each line of a definition but its last ends in a backslash. keepalived cuts comments off first, so a comment takes the backslash with it; the definition ends there, and the lines that follow are read outside of it. Here they are read as part of the definition.',
    fix: 'Take the comment out of the definition, or write the backslash.',
    example: '$I= \\\n global_defs { \\\n # router_id a \\\n  router_id b \\\n }\n$I\n',
  },
  'comment-in-word': {
    more: 'A # or ! begins a comment wherever it stands, outside double quotes. What follows is no part of the word.',
    fix: 'Write the word in double quotes, or a blank before the comment.',
    example: 'global_defs {\n    router_id lb#1\n}\n',
  },
  'definition-undefined': {
    more: 'The text stays as it is. keepalived then takes braces that are not in quotes for those of blocks.',
    fix: 'Define the name above its use, or fill in the template that the file came from.',
    example: 'global_defs {\n    router_id $HOST\n}\n',
  },
  'expansion-limit': {
    fix: 'Look for a definition that refers to itself, or a sequence with more rounds than intended.',
    example: `$A=$\{A}\nglobal_defs {\n    router_id $\{A}\n}\n`,
  },
  'sequence-invalid': {
    fix: 'Write ~SEQ(var,end), ~SEQ(var,start,end), ~SEQ(var,start,step,end), ~LST(var,a,b) or ~LST({x,y},{1,2},{3,4}).',
    example: '~SEQ(n,1,0,5) # $n\n',
  },
  'random-range': {
    fix: 'Write the smaller number first.',
    example: `global_defs {\n    router_id lb$\{_RANDOM 9 1}\n}\n`,
  },
  'unexpected-open-brace': {
    fix: 'Put the keyword of the block before the {, or remove the { and its }.',
    example: 'global_defs {\n    {\n    }\n}\n',
  },
  'unexpected-close-brace': {
    fix: 'Remove the }, or look above for a } too many. tandem fmt shows what belongs together.',
    example: 'global_defs {\n}\n}\n',
  },
  'missing-open-brace': {
    more: 'The lines that follow are read as if the { were there.',
    fix: 'Write { at the end of the line.',
    example: 'vrrp_instance VI_1\n    state BACKUP\n}\n',
  },
  'missing-close-brace': {
    more: 'The block is read as if it ended where a keyword follows that cannot stand in it, or at the end of the file.',
    fix: 'Write } where the block ends.',
    example: 'global_defs {\n    router_id lb01\n',
  },
  'nesting-limit': { fix: 'The language needs no more than six levels: look for a { too many.' },
  'too-many-diagnostics': {
    fix: 'Put the first ones right; what follows is often their consequence.',
  },
  'keepalived-misreads': {
    more: 'keepalived loses count of blocks here and takes the lines for lines of another block. Here they are read as they stand.',
    fix: 'Correct the finding that this one goes with: afterwards both read the file alike.',
    example:
      'global_defs {\n    unknown_block {\n        router_id lb01\n    }\n    smtp_alert off\n}\n',
  },
  'yaml-syntax': {
    fix: 'Correct the YAML at the place that the message names; blanks at the beginning of lines matter.',
  },
  'yaml-limit': {
    fix: 'Write the value out: anchors and aliases stand for too much, or the text is too deep.',
  },
  'yaml-shape': {
    fix: 'Write what the message asks for. tandem convert shows the YAML form of any configuration, and the JSON Schema in conf/ lets editors complete it.',
  },
  'yaml-duplicate-key': {
    fix: 'Write a keyword that comes several times once, with a list of values.',
  },
};
