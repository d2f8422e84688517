/**
 * What is no keyword but part of the language: comments, quotes, blocks, includes, conditions, definitions,
 * sequences and the quoting of commands. Source: the manual of keepalived 2.4 and what the program does.
 */
import { CONFIG_LIMITS } from '../language/limits.ts';

/** A part of the language that is not a keyword. */
export interface Topic {
  /** Title, and the word that explains it. */
  readonly name: string;
  /** Other words for it. */
  readonly words: readonly string[];
  /** One sentence, without a full stop. */
  readonly summary: string;
  /** Forms, with what each means. */
  readonly forms: readonly (readonly [form: string, meaning: string])[];
  /** Paragraphs. */
  readonly text: readonly string[];
  readonly example: string;
}

/** All topics, in the order in which a reader meets them. */
export const TOPICS: readonly Topic[] = [
  {
    name: 'lines',
    words: ['line', 'statement', 'lexical', 'syntax'],
    summary: 'A configuration is read line by line; a line holds one statement',
    forms: [
      ['KEYWORD WORD ...', 'a statement: a keyword and its words, separated by blanks'],
      ['KEYWORD WORD ... {', 'begins a block; the { may stand on the next line'],
      ['}', 'ends a block'],
    ],
    text: [
      'A line end separates statements; nothing else does. Several statements on one line are one statement with too many words. Braces may share a line with other things: x { a } is read as three lines.',
      `A line has at most ${CONFIG_LIMITS.lineBytes} bytes. A backslash at the end of a line continues definitions only.`,
      'There are three kinds of blocks: those of keywords, those whose lines are entries (addresses, routes, peers, things tracked), and those whose words are entries (group, interfaces, notification_email).',
    ],
    example: `vrrp_instance VI_1 {
    state BACKUP
    virtual_ipaddress {
        192.0.2.10/24 dev eth0
    }
}`,
  },
  {
    name: 'comments',
    words: ['comment', '#', '!'],
    summary: 'A # or a ! begins a comment that ends with the line',
    forms: [
      ['# TEXT', 'a comment, on a line of its own or behind a statement'],
      ['! TEXT', 'the same'],
      ['\\# \\!', 'the character itself'],
    ],
    text: [
      'No blank is needed before it. Inside double quotes the characters are ordinary; inside single quotes they are not.',
    ],
    example: `! Configuration of lb01
router_id lb01    # shown in alert mails
router_id "lb#1"  # the # in quotes is part of the name`,
  },
  {
    name: 'quotes',
    words: ['quote', 'quoting', '"'],
    summary: 'Double quotes hold a word together',
    forms: [
      ['"a b"', 'one word with a blank'],
      ['""', 'an empty word'],
    ],
    text: [
      'The quotes are not part of the word. Everything inside is taken as it stands; there is no escape, so a word cannot hold a double quote. A quote ends on its line. Single quotes are ordinary characters, except in commands.',
    ],
    example: `notification_email {
    "On-call <oncall@example.com>"
}`,
  },
  {
    name: 'commands',
    words: ['command', 'script-quoting'],
    summary: 'Keywords that run a program read the rest of their line by rules of their own',
    forms: [
      ['KEYWORD COMMAND [USER [GROUP]]', 'a command; with arguments it must be quoted as a whole'],
      ['"a b" \'a b\' a\\ b', 'quotes of both kinds and escapes'],
    ],
    text: [
      'The first word is the command, which is split once more into program and arguments; words behind it are user and group. The program is run directly, without a shell. Escapes are \\a \\b \\E \\f \\n \\r \\t \\v, octal \\123, hexadecimal \\x1b and control \\cC; before any other character a backslash gives the character.',
    ],
    example: `notify_master "/usr/local/bin/notify 'to master' now" nobody`,
  },
  {
    name: 'include',
    words: ['includer', 'includem', 'includew', 'includeb', 'includea'],
    summary: 'Reads other files in place of the line',
    forms: [
      ['include PATTERN', 'what is missing is a warning'],
      ['includer PATTERN', 'every file that matches must be readable'],
      ['includem PATTERN', 'and a name without wildcards must exist'],
      ['includew PATTERN', 'and a pattern with wildcards must match something'],
      ['includeb PATTERN', 'readable, and each alternative of {a,b} must match something'],
      ['includea PATTERN', 'all of these'],
    ],
    text: [
      'The rest of the line is the pattern, without quotes; wildcards are those of the shell, {a,b} gives alternatives, matches are read in sorted order. Relative names are looked up beside the file that includes them. A block may begin in one file and end in another. Executable files and directories are passed over.',
      `Includes are at most ${CONFIG_LIMITS.includeDepth} deep and read at most ${CONFIG_LIMITS.includeFiles} files. include_check makes plain includes strict from there on, --all-config all of them.`,
    ],
    example: `include conf.d/*.conf
includea secrets.conf`,
  },
  {
    name: 'conditions',
    words: ['condition', '@', '@^', '@tandem', 'config-id'],
    summary: 'A line that begins with @ID counts on hosts with that configuration id only',
    forms: [
      ['@ID LINE', 'counts where the configuration id is ID'],
      ['@^ID LINE', 'counts where it is not'],
      ['@tandem LINE', 'counts for Tandem, never for keepalived'],
      ['@^tandem LINE', 'counts for keepalived, never for Tandem'],
    ],
    text: [
      'The configuration id is given with --config-id (-i); it is the host name up to its first dot otherwise. The condition stands before any line: a statement, the line that begins a block, a definition, an include. Each line of a block needs its own.',
    ],
    example: `vrrp_instance VI_1 {
    @lb01  priority 150
    @^lb01 priority 100
}
@tandem include tandem-only.conf`,
  },
  {
    name: 'definitions',
    words: ['definition', '$', '$NAME', 'variable', 'variables'],
    summary: `$NAME=VALUE gives a name to a text, which $NAME or $\{NAME} inserts`,
    forms: [
      ['$NAME=VALUE', 'the rest of the line is the value; no blank before ='],
      ['$NAME', 'inserts it, when a blank, a comma, a ) or the line end follows'],
      [`$\{NAME}`, 'inserts it anywhere, also inside words and quotes'],
      ['$NAME= \\', 'a value of several lines, each but the last ending in \\'],
    ],
    text: [
      'Insertion is textual and late: a value is inserted as it stands, and names in it are looked up where it is used. A later definition of the same name replaces the earlier one from there on, in all files. A value of several lines is inserted only at the end of a line.',
      `At most ${CONFIG_LIMITS.substitutions} insertions are made in a line and ${CONFIG_LIMITS.generatedLines} lines in all.`,
    ],
    example: `$VIP=192.0.2.10
$SERVER= \\
    TCP_CHECK { \\
        connect_timeout 2 \\
    }
virtual_server $\{VIP} 80 {
    real_server 192.0.2.21 80 {
        $SERVER
    }
}`,
  },
  {
    name: 'predefined names',
    words: ['predefined', '_PWD', '_INSTANCE', '_RANDOM', '_HASH', '_BANG', '_ENV'],
    summary: 'Names that are defined without a definition',
    forms: [
      [`$\{_PWD}`, 'directory of the file'],
      [`$\{_INSTANCE}`, 'the configuration id'],
      [`$\{_RANDOM MIN MAX}`, 'a random number, 0 to 32767 unless told'],
      [`$\{_HASH} $\{_BANG}`, '# and !, for use inside double quotes'],
      [`$\{_ENV NAME}`, 'an environment variable; empty when it is not set'],
    ],
    text: ['They can be replaced by definitions of the same name.'],
    example: `include $\{_PWD}/$\{_INSTANCE}.conf`,
  },
  {
    name: '~SEQ',
    words: ['SEQ', '~SEQx', 'sequence', 'sequences'],
    summary: 'Repeats the rest of its line for a series of numbers',
    forms: [
      ['~SEQ(VAR,END) TEXT', 'for VAR from 1 to END'],
      ['~SEQ(VAR,START,END) TEXT', 'from START to END, up or down'],
      ['~SEQ(VAR,START,STEP,END) TEXT', 'in steps'],
      ['~SEQx(...) TEXT', 'the same with numbers in hexadecimal'],
    ],
    text: [
      `In the text, $VAR or $\{VAR} is the number. The text is usually the name of a definition of several lines, so that whole blocks are repeated. Several markers before one text are nested, the leftmost changing slowest.`,
    ],
    example: `$RS= \\
    real_server 192.0.2.$\{n} 80 { \\
        TCP_CHECK { \\
        } \\
    }
virtual_server 192.0.2.10 80 {
    ~SEQ(n,21,24) $RS
}`,
  },
  {
    name: '~LST',
    words: ['LST', 'list'],
    summary: 'Repeats the rest of its line for a list of values',
    forms: [
      ['~LST(VAR,A,B,...) TEXT', 'for each value'],
      ['~LST({X,Y},{A,B},{C,D}) TEXT', 'several variables at once'],
    ],
    text: [
      'Values are separated by commas, blanks around them do not count; they cannot be quoted.',
    ],
    example: `virtual_ipaddress {
    ~LST({address,if},{192.0.2.10,eth0},{192.0.2.11,eth1}) $\{address}/24 dev $\{if}
}`,
  },
];

/** The topic a word means. */
export function topicOf(word: string): Topic | undefined {
  return TOPICS.find((topic) => topic.name === word || topic.words.includes(word));
}
