/**
 * The entry to the front end: from files to a typed, checked configuration. Everything that is wrong
 * comes back at once; nothing throws, whatever the input. Files, environment and host are given, so
 * that the same function serves the daemon, `tandem check` and tests.
 */

import { seededRandom } from '../base/seeded-random.ts';
import type { Config } from '../model/config.ts';
import { buildConfig } from './assemble/config.ts';
import type { BuildContext } from './assemble/context.ts';
import {
  type Diagnostic,
  DiagnosticList,
  type Span,
  sortDiagnostics,
  type Verdict,
} from './diagnostic.ts';
import { factsForNamespace, type HostFacts } from './host.ts';
import { ROOT } from './keywords/root.ts';
import { INCLUDE_CHECKS, readIncludeCheck } from './lexical/includes.ts';
import { Reader } from './lexical/reader.ts';
import {
  causeOf,
  hasStructuralFinding,
  miscountedLine,
  misreadTokens,
  uncoveredRuns,
  withMisreadLines,
} from './misreading.ts';
import { withNameDirectories } from './name-directories.ts';
import { type BraceCount, Parser } from './parser.ts';
import { readText } from './read-text.ts';
import type { RegexProblem } from './regex.ts';
import { runRules } from './rules/index.ts';
import { maskSecrets } from './secrets.ts';
import { PLACE_READER } from './settings/global-options.ts';
import { type SourceLoader, UNREAD_TEXT } from './source.ts';
import { atToken, type Block, type Statement, tokenSpan, wordAt } from './tree.ts';
import type { TypingContext } from './typed/context.ts';
import { Tried } from './typed/tried.ts';
import { typeBlock } from './typed/type-block.ts';
import type { TypedBlock } from './typed/values.ts';
import { withBlocks } from './within.ts';
import { isYamlName, type YamlReader } from './yaml/document.ts';
import { parseYamlTree } from './yaml/parse-yaml.ts';

/** What to read, and the world around it. */
export interface ParseInput {
  /** The main file's name, for messages and relative includes. */
  readonly file: string;
  /** Its text; read through the loader when absent. */
  readonly text?: string;
  readonly loader: SourceLoader;
  /** Reads files named `.yaml` or `.yml`; without it they are read as `keepalived.conf`. */
  readonly yaml?: YamlReader;
  /** Says whether a pattern of keyword `regex` can be used; without it patterns are not looked at. */
  readonly regexProblem?: RegexProblem;
  /** `-i`; the host name up to the first dot by default. */
  readonly configId?: string;
  /** `-e`: all includes are strict. */
  readonly strictIncludes?: boolean;
  readonly environment?: (name: string) => string | undefined;
  /** A number in [0, 1); without it `${_RANDOM}` gives its minimum. */
  readonly random?: () => number;
  /** What is known of the host; absent members are not checked. */
  readonly host?: HostFacts;
}

/** What came of it. */
export interface ParseResult {
  /** The runtime configuration; absent when a finding refuses the file (`verdict.refused`). */
  readonly config?: Config;
  /** The tree, always there, with comments. */
  readonly tree: Block;
  /** The typed tree. */
  readonly typed: TypedBlock;
  /** Findings by place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly verdict: Verdict;
  /** Names of all files read, the main file first. */
  readonly files: readonly string[];
  /** Where the block or line stands that a part of `config` was built from. */
  readonly placeOf: (part: object) => Span | undefined;
}

/** Reads, checks and builds a configuration. */
export function parseConfig(input: ParseInput): ParseResult {
  const diagnostics = new DiagnosticList();
  const text = mainText(input, diagnostics);
  const parsed =
    input.yaml !== undefined && isYamlName(input.file)
      ? parseYamlTree({ name: input.file, text }, input.yaml, diagnostics)
      : parseTree(input, text, diagnostics);
  const host = withNameDirectories(input.host, parsed.tree);
  const typing: TypingContext = {
    diagnostics,
    interfaces: [],
    scripts: [],
    notInEffect: new Map(),
    isHostName: (table, name) => host === undefined || host.numberOf?.(table, name) !== undefined,
    settings: new Map(),
    tried: new Tried(),
    quiet: 0,
    badInterface: false,
  };
  const typed = typeBlock(ROOT, parsed.tree, typing);
  const context: BuildContext = {
    diagnostics,
    host: factsForNamespace(host ?? {}, PLACE_READER.read(typed).namespace),
    regexProblem: input.regexProblem,
    typing,
    root: typed,
    origins: new Map(),
    dropped: new Map(),
    defaultScriptUser: 'exists',
    scriptUser: {},
    unusableScripts: new Set(),
  };
  const config = buildConfig(context);
  reportMisreading(parsed, diagnostics);
  if (!diagnostics.verdict.refused) runRules(config, context);
  reportNotInEffect(typing);
  const { verdict } = diagnostics;
  return {
    ...(verdict.refused ? {} : { config }),
    tree: parsed.tree,
    typed,
    diagnostics: withBlocks(
      parsed.tree,
      maskSecrets(parsed.tree, sortDiagnostics(withMisreadLines(parsed.tree, diagnostics.items))),
    ),
    verdict,
    files: parsed.files,
    placeOf: (part) => {
      const statement = context.origins.get(part)?.statement;
      return statement && tokenSpan(wordAt(statement, 0));
    },
  };
}

function mainText(input: ParseInput, diagnostics: DiagnosticList): string {
  if (input.text !== undefined) return input.text;
  const read = readText(input.loader, input.file);
  if (read.ok) return read.text;
  const why = UNREAD_TEXT[read.reason];
  diagnostics.report('file-not-read', `the configuration file "${input.file}" ${why}`);
  return '';
}

interface ParsedTree {
  readonly tree: Block;
  /** The tree without repairs, when `tree` has some. */
  readonly asWritten?: Block;
  /** Absent where there are none. */
  readonly braces?: BraceCount;
  readonly files: readonly string[];
}

/** Parses once; when the braces do not add up, once more with repair, keeping the findings of the better attempt. */
function parseTree(input: ParseInput, text: string, diagnostics: DiagnosticList): ParsedTree {
  const first = new DiagnosticList();
  const plain = parseOnce(input, text, first, undefined);
  const { unclosed, strays, unopened } = plain.braces;
  if (unclosed === 0 && strays.length === 0 && unopened === 0) {
    diagnostics.take(first);
    return plain;
  }
  const second = new DiagnosticList();
  const repaired = parseOnce(input, text, second, plain.braces);
  diagnostics.take(second);
  return { ...plain, tree: repaired.tree, asWritten: plain.tree };
}

function parseOnce(
  input: ParseInput,
  text: string,
  diagnostics: DiagnosticList,
  repair: BraceCount | undefined,
): ParsedTree & { readonly braces: BraceCount } {
  const onStatement = (statement: Statement): void => {
    if (statement.keyword?.name === 'include_check')
      applyIncludeCheck(statement, reader, diagnostics);
    if (statement.keyword?.name === 'random_seed') seed(statement, reader);
  };
  const parser = new Parser(diagnostics, ROOT, repair, onStatement);
  const reader: Reader = new Reader(
    {
      loader: input.loader,
      configId: input.configId ?? '',
      environment: input.environment ?? (() => undefined),
      random: input.random ?? (() => 0),
      strictIncludes: input.strictIncludes ?? false,
    },
    diagnostics,
    parser,
  );
  reader.read(input.file, text);
  const braces = parser.finish();
  return { tree: parser.root, files: reader.files, braces };
}

/** What is no number is complained of where its value is read. */
function seed(statement: Statement, reader: Reader): void {
  const { text } = wordAt(statement, 1);
  if (/^[0-9]+$/.test(text)) reader.setRandom(seededRandom(Number(text)));
}

function applyIncludeCheck(
  statement: Statement,
  reader: Reader,
  diagnostics: DiagnosticList,
): void {
  const words = statement.words.slice(1);
  reader.setStrictness((current) => {
    const { strict, bad } = readIncludeCheck(
      current,
      words.map((word) => word.text),
    );
    for (const index of bad) {
      const token = wordAt(statement, index + 1);
      diagnostics.report('include-check-invalid', `include_check: "${token.text}" is not used`, {
        ...atToken(token),
        expected: `${INCLUDE_CHECKS.join(', ')}; from the second on with + or - before it`,
      });
    }
    return strict;
  });
}

/** What keepalived complains about besides, because it reads on in the wrong block. */
function reportMisreading(parsed: ParsedTree, diagnostics: DiagnosticList): void {
  const { braces } = parsed;
  const findings = diagnostics.items.slice();
  if (braces === undefined || !hasStructuralFinding(findings)) return;
  const tokens = misreadTokens(parsed.asWritten ?? parsed.tree, braces.strays, ROOT);
  for (const token of tokens) {
    const line = miscountedLine(token);
    if (line === undefined) continue;
    const span = { file: token.line.file.name, line, column: 1, length: 1 };
    const message = `keepalived also calls the last line ${line}, because it has no line end`;
    diagnostics.report('keepalived-misreads', message, { span });
  }
  for (const { token, lastLine } of uncoveredRuns(tokens, findings)) {
    const range =
      lastLine > token.line.number ? `lines ${token.line.number} to ${lastLine}` : 'this line';
    diagnostics.report('keepalived-misreads', `keepalived reads ${range} in the wrong block`, {
      ...atToken(token),
      endLine: lastLine,
      related: causeOf(token, findings),
    });
  }
}

function reportNotInEffect(typing: TypingContext): void {
  for (const [name, token] of typing.notInEffect) {
    typing.diagnostics.report('not-supported-yet', `${name}: not supported yet`, {
      span: tokenSpan(token),
    });
  }
}
