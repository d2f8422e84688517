/**
 * Types a block: each statement is looked up in the block's table, its words are read, and its own
 * block is typed in turn. Every problem is reported where it stands and only that statement is lost;
 * a block that is unknown or not allowed is skipped whole.
 */
import type { DiagnosticCode } from '../codes.ts';
import { isAnonymous } from '../parser.ts';
import type { ArgSpec, BlockTable, Keyword } from '../schema/keyword-table.ts';
import {
  afterToken,
  atRange,
  atToken,
  type Block,
  lastLineOf,
  nameOf,
  placeOf,
  type Statement,
  wordAt,
} from '../tree.ts';
import type { ReadPlace, TypingContext } from './context.ts';
import { readArgs, readsLineAgain, readWordOf, takesRest } from './read.ts';
import { reportAnonymous, reportUnknownKeyword } from './unknown.ts';
import type { ArgsResult, TypedBlock, TypedEntry, TypedStatement } from './values.ts';

/** Types the inside of a block by its table. */
export function typeBlock(
  table: BlockTable,
  block: Block | undefined,
  context: TypingContext,
): TypedBlock {
  if (block === undefined) return { table, block, statements: NONE, entries: NONE };
  switch (table.content) {
    case 'keywords':
      return { table, block, statements: typeKeywords(table, block, context), entries: NONE };
    case 'entries':
      return { table, block, statements: NONE, entries: typeEntries(table, block, context) };
    case 'words':
      return { table, block, statements: NONE, entries: typeWords(table, block, context) };
  }
}

/** Shared by all blocks that have none. */
const NONE: readonly never[] = [];
const NO_ARGS: readonly ArgSpec[] = [];

function typeKeywords(table: BlockTable, block: Block, context: TypingContext): TypedStatement[] {
  const before = new Before();
  for (const statement of block.statements) {
    const { keyword } = statement;
    if (keyword === undefined) {
      reportUnknownKeyword(table, statement, context);
      if (!context.diagnostics.isFull) context.tried.noteUnknown(block, table, statement);
      continue;
    }
    if (keyword.repeat !== 'all' && !mayRepeat(keyword, statement, before, context)) continue;
    const result = typeStatement(keyword, statement, context);
    if (result !== undefined) before.add(result);
    if (result?.usable !== true) context.tried.noteKeyword(block, keyword, statement);
  }
  // A copy has just the size it needs; a grown array is several times larger.
  return before.statements.slice();
}

/** Reads one statement; undefined when a missing word or brace leaves nothing to use. */
function typeStatement(
  keyword: Keyword,
  statement: Statement,
  context: TypingContext,
): TypedStatement | undefined {
  noteUse(keyword, statement, context);
  if (statement.unmatchedQuote >= 0) reportQuote(keyword, statement, context);
  if (statement.block !== undefined && keyword.block === undefined)
    reportBlock(keyword, statement, context);
  const table = keyword.block;
  const result =
    table === undefined
      ? readSetting(keyword, statement, context)
      : readWords(keyword, statement, context);
  if (result === undefined) return undefined;
  if (table === undefined)
    return { keyword, statement, values: result.values, usable: result.usable, block: undefined };
  if (statement.block?.open === undefined) reportMissingOpen(keyword, statement, context);
  const quiet = keyword.effect === 'not-supported-yet' ? 1 : 0;
  context.quiet += quiet;
  const block = typeBlock(table, statement.block, context);
  context.quiet -= quiet;
  if (
    table.emptyIsComplaint === true &&
    statement.block !== undefined &&
    block.entries.length === 0
  ) {
    context.diagnostics.report('block-empty', `"${keyword.name}" has no entries`, {
      ...atToken(wordAt(statement, 0)),
      endLine: lastLineOf(statement),
      expected: 'at least one word between the braces',
    });
  }
  return { keyword, statement, values: result.values, usable: result.usable, block };
}

/**
 * Reads the words of a keyword without a block. Large configurations say the same thousands of times: what a
 * line meant before, without any finding, it means again.
 */
function readSetting(
  keyword: Keyword,
  statement: Statement,
  context: TypingContext,
): ArgsResult | undefined {
  const { diagnostics, settings } = context;
  const { raw } = statement;
  if (raw === undefined || !isSimple(keyword.args ?? NO_ARGS)) {
    return readWords(keyword, statement, context);
  }
  let known = settings.get(keyword);
  if (known === undefined) {
    known = new Map();
    settings.set(keyword, known);
  }
  const before = known.get(raw);
  if (before !== undefined) return before;
  const count = diagnostics.count;
  const result = readWords(keyword, statement, context);
  const isClean = diagnostics.count === count && statement.unmatchedQuote < 0;
  if (result !== undefined && isClean && known.size < KNOWN_MAX) known.set(raw, result);
  return result;
}

/** Lines of one keyword that are remembered. */
const KNOWN_MAX = 64;

/** Reads the words of a statement; undefined when too few or too many make it useless. */
function readWords(
  keyword: Keyword,
  statement: Statement,
  context: TypingContext,
): ArgsResult | undefined {
  const place: ReadPlace = {
    context,
    name: keyword.aliases === undefined ? keyword.name : nameOf(statement),
    secret: keyword.secret === true,
    logged: keyword.logged === true,
  };
  const args = keyword.args ?? NO_ARGS;
  const result = readArgs(args, statement, 1, place);
  const hasMore = result.next < statement.words.length;
  const lacks = result.missing >= 0 ? (args[result.missing]?.name ?? '') : undefined;
  if (lacks !== undefined && !mayLack(keyword, statement, lacks, context)) return undefined;
  if (hasMore && !mayHaveMore(keyword, statement, result, context)) return undefined;
  if (isSimple(args)) statement.forget?.();
  return result;
}

/** True when all words are values by themselves: reading them leaves nothing else behind. */
function isSimple(args: readonly ArgSpec[]): boolean {
  for (const { type } of args) {
    const kind = type.kind === 'list' ? type.of.kind : type.kind;
    if (kind === 'interface' || (type.kind !== 'list' && takesRest(type))) return false;
  }
  return true;
}

function typeEntries(table: BlockTable, block: Block, context: TypingContext): TypedEntry[] {
  const entries: TypedEntry[] = [];
  const specs = table.entry?.args ?? [];
  for (const statement of block.statements) {
    const place: ReadPlace = { context, name: shortName(table), secret: false };
    if (isAnonymous(statement)) {
      reportAnonymous(statement, context);
      continue;
    }
    if (statement.block !== undefined) reportBlock(undefined, statement, context);
    reportQuote(undefined, statement, context);
    const result = readArgs(specs, statement, 0, place);
    if (result.missing >= 0) {
      const last = wordAt(statement, statement.words.length - 1);
      const what = specs[result.missing]?.name ?? 'a word';
      context.diagnostics.report('missing-value', `${place.name}: needs ${what}`, afterToken(last));
    }
    const surplus = statement.words[result.next];
    if (surplus !== undefined && result.missing < 0) {
      context.diagnostics.report(
        'extra-words',
        `${place.name}: nothing more is read on this line`,
        {
          ...atRange(surplus.line, surplus.start, statement.end),
        },
      );
    }
    if (result.usable)
      entries.push({ statement, token: wordAt(statement, 0), values: result.values });
    else context.tried.noteEntry(block);
  }
  return entries;
}

function typeWords(table: BlockTable, block: Block, context: TypingContext): TypedEntry[] {
  const entries: TypedEntry[] = [];
  const place: ReadPlace = { context, name: shortName(table), secret: false };
  for (const statement of block.statements) {
    if (isAnonymous(statement)) {
      reportAnonymous(statement, context);
      continue;
    }
    if (statement.block !== undefined) reportBlock(undefined, statement, context);
    reportQuote(undefined, statement, context);
    for (const token of statement.words) {
      const value = table.word === undefined ? token.text : readWordOf(table.word, token, place);
      if (value !== undefined) entries.push({ statement, token, values: [value] });
      else context.tried.noteEntry(block);
    }
  }
  return entries;
}

/** Whether a keyword that may have come before counts; reports what has to be. */
function mayRepeat(
  keyword: Keyword,
  statement: Statement,
  before: Before,
  context: TypingContext,
): boolean {
  const first = before.first(keyword);
  if (first === undefined) return true;
  const related = [placeOf(first.statement, 'the first one is here')];
  const at = { ...atToken(wordAt(statement, 0)), related };
  const policy = keyword.repeat ?? 'last';
  if (policy === 'first-complaint') {
    if (lacksWord(keyword, statement))
      mayLack(keyword, statement, keyword.args?.[0]?.name ?? '', context);
    context.diagnostics.report(
      'duplicate-keyword',
      `"${keyword.name}" comes twice; the first one counts`,
      at,
    );
    return false;
  }
  const code: DiagnosticCode =
    policy === 'last' ? 'repeated-keyword' : 'duplicate-keyword-last-wins';
  const isFlag = (keyword.args ?? []).length === 0;
  if (!isFlag || policy !== 'last') {
    context.diagnostics.report(code, `"${keyword.name}" comes twice; the last one counts`, at);
  }
  return true;
}

/** True when a keyword that needs a word has none. */
function lacksWord(keyword: Keyword, statement: Statement): boolean {
  const [first] = keyword.args ?? NO_ARGS;
  return (
    first !== undefined &&
    first.optional !== true &&
    statement.words.length < 2 &&
    statement.unmatchedQuote < 0
  );
}

/** The statements read so far, and the first of each keyword once there are many. */
class Before {
  readonly statements: TypedStatement[] = [];
  #first: Map<Keyword, TypedStatement> | undefined;

  add(typed: TypedStatement): void {
    this.statements.push(typed);
    if (this.statements.length === SHORT) {
      this.#first = new Map();
      for (const one of this.statements.toReversed()) this.#first.set(one.keyword, one);
    } else if (this.#first !== undefined && !this.#first.has(typed.keyword)) {
      this.#first.set(typed.keyword, typed);
    }
  }

  first(keyword: Keyword): TypedStatement | undefined {
    if (this.#first !== undefined) return this.#first.get(keyword);
    for (const typed of this.statements) if (typed.keyword === keyword) return typed;
    return undefined;
  }
}

/** Up to so many statements are looked through. */
const SHORT = 64;

function noteUse(keyword: Keyword, statement: Statement, context: TypingContext): void {
  if (
    keyword.effect === 'supported' &&
    keyword.deprecatedBy === undefined &&
    keyword.aliases === undefined
  )
    return;
  const token = wordAt(statement, 0);
  const isLater = keyword.effect === 'not-supported-yet' && context.quiet === 0;
  if (isLater && !context.notInEffect.has(keyword.name)) {
    context.notInEffect.set(keyword.name, token);
  }
  if (keyword.effect === 'obsolete') {
    context.diagnostics.report(
      'obsolete-keyword',
      `"${keyword.name}" has no effect any more`,
      atToken(token),
    );
  }
  const alias = keyword.aliases?.find((one) => one.name === token.text);
  const aliasComplains = alias?.deprecated !== undefined;
  const successor = aliasComplains ? keyword.name : keyword.deprecatedBy;
  if (successor === undefined) return;
  const silent = aliasComplains
    ? alias.deprecated === 'silent'
    : keyword.deprecationIsSilent === true;
  context.diagnostics.report('deprecated-keyword', `"${token.text}" is deprecated`, {
    ...atToken(token),
    suggestion: `use ${successor}`,
    ...(silent ? { exit: 0, severity: 'notice' } : {}),
  });
}

/** A mandatory word is missing: reports it as the keyword wants; true when the keyword counts all the same. */
function mayLack(
  keyword: Keyword,
  statement: Statement,
  what: string,
  context: TypingContext,
): boolean {
  const last = wordAt(statement, statement.words.length - 1);
  const at = afterToken(last);
  const isName = keyword.block !== undefined;
  const message = `"${nameOf(statement)}" needs ${what === 'NAME' ? 'a name' : what}`;
  const endLine = isName ? lastLineOf(statement) : undefined;
  const covers = { ...at, endLine };
  switch (keyword.missing ?? 'refused') {
    case 'refused':
      context.diagnostics.report('missing-word', message, { ...covers, expected: what });
      return false;
    case 'complaint':
      context.diagnostics.report(isName ? 'missing-name' : 'missing-value', message, {
        ...covers,
        expected: what,
      });
      return false;
    case 'ignored':
      return true;
    case 'logged':
      context.diagnostics.report('missing-value', message, { ...covers, expected: what, exit: 0 });
      return false;
  }
}

/** Words that nobody read: reports them as the keyword wants; true when the keyword counts all the same. */
function mayHaveMore(
  keyword: Keyword,
  statement: Statement,
  result: ArgsResult,
  context: TypingContext,
): boolean {
  const from = wordAt(statement, result.next);
  const at = atRange(from.line, from.start, statement.end);
  const policy = keyword.extra ?? 'ignored';
  if (policy === 'ignored') {
    context.diagnostics.report(
      'extra-words-ignored',
      `"${keyword.name}" ignores what follows here`,
      at,
    );
    return true;
  }
  const endLine = keyword.block === undefined ? undefined : lastLineOf(statement);
  const code = policy === 'refused' ? 'missing-word' : 'extra-words';
  context.diagnostics.report(code, `"${keyword.name}" takes no more words`, {
    ...at,
    endLine,
  });
  return policy === 'complaint';
}

/** Commands may hold quotes that the ordinary splitting does not understand. */
function reportQuote(
  keyword: Keyword | undefined,
  statement: Statement,
  context: TypingContext,
): void {
  if (statement.unmatchedQuote < 0) return;
  if (keyword?.args?.some((spec) => readsLineAgain(spec.type)) === true) return;
  const { line } = wordAt(statement, 0);
  context.diagnostics.report('unmatched-quote', 'this double quote is not closed', {
    ...atRange(line, statement.unmatchedQuote, statement.end),
    expected: 'another " before the end of the line',
  });
}

function reportBlock(
  keyword: Keyword | undefined,
  statement: Statement,
  context: TypingContext,
): void {
  const name = keyword?.name ?? nameOf(statement);
  const open = statement.block?.open ?? wordAt(statement, 0);
  context.diagnostics.report('block-not-allowed', `"${name}" takes no { } block; it is skipped`, {
    ...atToken(open),
    endLine: lastLineOf(statement),
  });
}

function reportMissingOpen(keyword: Keyword, statement: Statement, context: TypingContext): void {
  const last = wordAt(statement, statement.words.length - 1);
  const read = statement.block === undefined ? '' : '; what follows is read as its block';
  // Where words before the { end with status 2, so does the lack of it.
  const code = keyword.extra === 'refused' ? 'missing-word' : 'missing-open-brace';
  context.diagnostics.report(code, `"${keyword.name}" lacks its {${read}`, {
    ...afterToken(last),
    endLine: lastLineOf(statement),
    expected: 'a { here or on the next line',
  });
}

function shortName(table: BlockTable): string {
  return table.name.slice(table.name.lastIndexOf('.') + 1);
}
