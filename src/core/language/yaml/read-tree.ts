/**
 * Builds the tree of a configuration from its YAML form: maps become blocks and statements, as the
 * tables say. What the tree means, and whether it is right, is judged by what reads the tree of the
 * other form; only what has no counterpart there is reported here.
 */
import type { DiagnosticList } from '../diagnostic.ts';
import type { BlockTable, Keyword } from '../schema/keyword-table.ts';
import type { SourceFile } from '../source.ts';
import type { Block, Comment, Statement, Token } from '../tree.ts';
import { CommentCursor } from './comments.ts';
import type { YamlDocument, YamlEntry, YamlMap, YamlNode, YamlScalar } from './document.ts';
import { LineIndex, makeStatement, markerAt, type PlacedWord } from './places.ts';
import { WordReader, wordOf } from './read-words.ts';
import { argsOf, type Shape, shapeOf } from './shape.ts';

/** The tree of a document, statements in the order of the source. */
export function readYamlTree(
  file: SourceFile,
  document: YamlDocument,
  table: BlockTable,
  diagnostics: DiagnosticList,
): Block {
  const lines = new LineIndex(file);
  return new TreeReader(lines, new CommentCursor(document.comments, lines), diagnostics).root(
    table,
    document.root,
  );
}

/** Keys that begin with it have no effect: they hold values that aliases put in elsewhere. */
export const TEMPLATE_PREFIX = 'x-';

/** A stretch of the file. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

class TreeReader {
  readonly #lines: LineIndex;
  readonly #comments: CommentCursor;
  readonly #words: WordReader;
  readonly #diagnostics: DiagnosticList;
  /** Comments that wait for the next statement with the line they stand above, and whether it is spaced. */
  #held: { readonly comment: Comment; readonly above: number }[] = [];
  #isSpaced = false;

  constructor(lines: LineIndex, comments: CommentCursor, diagnostics: DiagnosticList) {
    this.#lines = lines;
    this.#comments = comments;
    this.#words = new WordReader(lines, diagnostics);
    this.#diagnostics = diagnostics;
  }

  root(table: BlockTable, node: YamlNode | undefined): Block {
    const end = this.#lines.file.text.length + 1;
    const block: Block = {
      statements: [],
      open: undefined,
      close: undefined,
      dangling: undefined,
    };
    if (node !== undefined) this.#keywords(table, node, end, block.statements);
    this.#finish(block, 0, end);
    return block;
  }

  /** A block whose inside is `node`; what follows it begins at `limit`. */
  #block(table: BlockTable, node: YamlNode, limit: number): Block {
    const block: Block = {
      statements: [],
      open: this.#marker(node.start, '{'),
      close: undefined,
      dangling: undefined,
    };
    if (table.content === 'keywords') this.#keywords(table, node, limit, block.statements);
    else this.#entries(table, node, limit, block.statements);
    this.#finish(
      block,
      isEmpty(node) ? this.#lines.indentAt(node.start) + 1 : this.#lines.columnAt(node.start),
      limit,
    );
    const last = Math.max(node.start, node.end - 1);
    block.close = this.#marker(last, '}');
    return block;
  }

  /** Closes a block: comments that are left belong to its end. */
  #finish(block: Block, column: number, limit: number): void {
    const held = this.#held.map(({ comment }) => comment);
    const dangling = [...held, ...this.#comments.inside(column, limit)];
    this.#held = [];
    this.#isSpaced = false;
    if (dangling.length > 0) block.dangling = dangling;
  }

  #marker(offset: number, text: '{' | '}'): Token {
    return markerAt(this.#lines, offset, text);
  }

  /** The keywords of a map, or of a list of maps one after the other. */
  #keywords(table: BlockTable, node: YamlNode, limit: number, out: Statement[]): void {
    if (node.kind === 'map') this.#map(table, node, limit, out);
    else if (node.kind === 'list') {
      node.items.forEach((item, index) => {
        this.#hold(item.start);
        const end = node.items[index + 1]?.start ?? limit;
        if (item.kind === 'map') this.#map(table, item, end, out);
        else this.#words.shapeProblem(item, `${title(table)}: a list holds maps of keywords`);
      });
    } else if (node.type !== 'null') {
      this.#words.shapeProblem(node, `${title(table)} is a map of keywords`, {
        expected: 'KEYWORD: VALUE',
      });
    }
  }

  #map(table: BlockTable, map: YamlMap, limit: number, out: Statement[]): void {
    this.#eachEntry(map, limit, (key, value, end) => {
      if (key.text.startsWith(TEMPLATE_PREFIX)) {
        this.#comments.inside(this.#lines.columnAt(key.start) + 1, end);
        return;
      }
      const keyword = table.index.get(key.text);
      if (keyword === undefined) this.#unknown(key, value, out);
      else this.#keyword(keyword, key, value, end, out);
    });
  }

  /** Calls for each entry with a usable key; reports keys that come twice. */
  #eachEntry(
    map: YamlMap,
    limit: number,
    use: (key: YamlScalar, value: YamlNode, limit: number) => void,
  ): void {
    const seen = new Map<string, YamlScalar>();
    map.entries.forEach(({ key, value }, index) => {
      if (key.kind !== 'scalar') {
        this.#words.shapeProblem(key, 'a key is a word, not a map or a list');
        return;
      }
      const first = seen.get(key.text);
      if (first !== undefined) this.#duplicate(first, key);
      else seen.set(key.text, key);
      this.#hold(key.start);
      const next = map.entries[index + 1]?.key.start ?? limit;
      use(key, value, next > key.start ? next : limit);
    });
  }

  #duplicate(first: YamlScalar, key: YamlScalar): void {
    const { span } = this.#words.at(first);
    this.#diagnostics.report('yaml-duplicate-key', `the key "${key.text}" comes twice in one map`, {
      ...this.#words.at(key),
      suggestion: 'a keyword that comes several times takes a list',
      related: span === undefined ? [] : [{ span, note: 'the first one is here' }],
    });
  }

  #keyword(
    keyword: Keyword,
    key: YamlScalar,
    value: YamlNode,
    limit: number,
    out: Statement[],
  ): void {
    const shape = shapeOf(keyword);
    if (shape === 'block') this.#blocks(keyword, key, value, limit, out);
    else if (shape === 'named') this.#named(keyword, key, value, limit, out);
    else if (value.kind === 'list' && isRepetition(keyword, shape, value.items)) {
      for (const item of value.items) {
        this.#hold(item.start);
        this.#simple(keyword, shape, { text: key.text, ...stretchOf(item) }, item, out);
      }
    } else this.#simple(keyword, shape, wordOf(key), value, out);
  }

  /** A statement without a block. */
  #simple(
    keyword: Keyword,
    shape: Shape,
    name: PlacedWord,
    value: YamlNode,
    out: Statement[],
  ): void {
    const words = this.#words.ofValue(keyword, shape, value);
    if (words === undefined) return;
    const from = value.kind === 'scalar' ? Math.max(name.end, value.end) : name.end;
    this.#push(keyword, [name, ...words], { start: from, end: Math.max(from, value.end) }, out);
  }

  /** Blocks without a name: one, or a list of several. */
  #blocks(
    keyword: Keyword,
    key: YamlScalar,
    value: YamlNode,
    limit: number,
    out: Statement[],
  ): void {
    const { block: table } = keyword;
    if (table === undefined) return;
    const isSeveral =
      value.kind === 'list' &&
      (table.content === 'keywords' ||
        (value.items.length > 0 && value.items.every((item) => item.kind === 'list')));
    if (!isSeveral) {
      this.#push(keyword, [wordOf(key)], after(key), out).block = this.#block(table, value, limit);
      return;
    }
    value.items.forEach((item, index) => {
      this.#hold(item.start);
      const end = value.items[index + 1]?.start ?? limit;
      const name = { text: key.text, ...stretchOf(item) };
      const where = isEmpty(item) ? after(item) : undefined;
      this.#push(keyword, [name], where, out).block = this.#block(table, item, end);
    });
  }

  /** Blocks with words before their braces: a map by those words, or a list of maps that hold them by name. */
  #named(
    keyword: Keyword,
    key: YamlScalar,
    value: YamlNode,
    limit: number,
    out: Statement[],
  ): void {
    if (value.kind === 'map') this.#byHeader(keyword, key, value, limit, out);
    else if (value.kind === 'list') {
      value.items.forEach((item, index) => {
        this.#hold(item.start);
        const end = value.items[index + 1]?.start ?? limit;
        if (item.kind !== 'map') {
          this.#words.shapeProblem(item, `"${keyword.name}" is a map or a list of maps`);
          return;
        }
        const match = this.#words.matchForm(argsOf(keyword), item);
        if (match === undefined) this.#byHeader(keyword, key, item, end, out);
        else this.#byForm(keyword, key, { words: match.words, item, rest: match.rest }, end, out);
      });
    } else if (value.type !== 'null') {
      this.#words.shapeProblem(value, `"${keyword.name}" is a map by ${headerOf(keyword)}`);
    }
  }

  #byHeader(
    keyword: Keyword,
    key: YamlScalar,
    map: YamlMap,
    limit: number,
    out: Statement[],
  ): void {
    const { block: table } = keyword;
    if (table === undefined) return;
    this.#eachEntry(map, limit, (header, body, end) => {
      const name = { text: key.text, start: header.start, end: header.end };
      const words = [name, ...this.#words.ofLine(header)];
      this.#push(keyword, words, after(header), out).block = this.#block(table, body, end);
    });
  }

  #byForm(
    keyword: Keyword,
    key: YamlScalar,
    match: {
      readonly words: readonly PlacedWord[];
      readonly item: YamlMap;
      readonly rest: readonly YamlEntry[];
    },
    limit: number,
    out: Statement[],
  ): void {
    const { block: table } = keyword;
    if (table === undefined) return;
    const { item, words } = match;
    const name = { text: key.text, ...stretchOf(item) };
    const statement = this.#push(keyword, [name, ...words], after(words[0]), out);
    statement.block = this.#block(table, { ...item, entries: match.rest }, limit);
  }

  #entries(table: BlockTable, node: YamlNode, limit: number, out: Statement[]): void {
    const items = node.kind === 'list' ? node.items : [node];
    for (const item of items) {
      if (item.kind === 'scalar' && item.type === 'null') continue;
      if (item.start < limit) this.#hold(item.start);
      const words = this.#entryWords(table, item);
      if (words === undefined || words.length === 0) continue;
      const from = item.kind === 'map' ? (item.entries[0]?.value.end ?? item.end) : item.end;
      this.#push(undefined, words, { start: from, end: item.end }, out);
    }
  }

  #entryWords(table: BlockTable, item: YamlNode): readonly PlacedWord[] | undefined {
    if (table.content === 'entries')
      return this.#words.ofEntry(title(table), table.entry?.args ?? [], item);
    if (item.kind === 'scalar') return [wordOf(item)];
    this.#words.shapeProblem(item, `${title(table)} is a list of words`);
    return undefined;
  }

  /** A word that the tables don't have: left for the typed layer to report, with an empty block if it has an inside. */
  #unknown(key: YamlScalar, value: YamlNode, out: Statement[]): void {
    const words = value.kind === 'scalar' && value.type !== 'null' ? [wordOf(value)] : [];
    const statement = this.#push(undefined, [wordOf(key), ...words], after(key), out);
    if (value.kind === 'scalar') return;
    statement.block = {
      statements: [],
      open: this.#marker(value.start, '{'),
      close: this.#marker(Math.max(value.start, value.end - 1), '}'),
      dangling: undefined,
    };
  }

  /** Keeps what stands above an offset for the next statement. */
  #hold(offset: number): void {
    const above = this.#lines.lineAt(offset);
    for (const comment of this.#comments.above(offset)) this.#held.push({ comment, above });
    this.#isSpaced ||= this.#lines.isBlank(above - 1);
  }

  /**
   * Adds a statement. A comment behind it is looked for where `where` starts and where it ends; those
   * between stand above it in the end.
   */
  #push(
    keyword: Keyword | undefined,
    words: readonly PlacedWord[],
    where: Stretch | undefined,
    out: Statement[],
  ): Statement {
    const start = words[0]?.start ?? 0;
    const trailing = where === undefined ? undefined : this.#behind(where);
    const leading = this.#leading(this.#lines.lineAt(start));
    const spaced = this.#isSpaced || leading?.some((comment) => comment.spaced) === true;
    this.#held = [];
    this.#isSpaced = false;
    const statement = makeStatement(this.#lines, words, { leading, trailing, spaced });
    statement.keyword = keyword;
    out.push(statement);
    return statement;
  }

  #behind({ start, end }: Stretch): Comment | undefined {
    const first = this.#comments.behind(Math.max(0, start - 1));
    if (end === start) return first;
    const above = this.#lines.lineAt(start);
    for (const comment of this.#comments.above(end)) this.#held.push({ comment, above });
    return first ?? this.#comments.behind(Math.max(0, end - 1));
  }

  /** The comments held for a statement on `line`; those above a key further up keep their distance to it. */
  #leading(line: number): readonly Comment[] | undefined {
    if (this.#held.length === 0) return undefined;
    return this.#held.map(({ comment, above }) => ({
      ...comment,
      line: comment.line + Math.max(0, line - above),
    }));
  }
}

/** Whether a list gives several statements rather than the words of one. */
function isRepetition(keyword: Keyword, shape: Shape, items: readonly YamlNode[]): boolean {
  return (
    shape !== 'words' || keyword.repeat === 'all' || items.some((item) => item.kind !== 'scalar')
  );
}

/** Where a statement made from a list item is said to stand: at its first word. */
function stretchOf(node: YamlNode): Stretch {
  if (node.kind === 'map')
    return node.entries[0] === undefined ? node : stretchOf(node.entries[0].key);
  if (node.kind === 'list') return node.items[0] === undefined ? node : stretchOf(node.items[0]);
  return { start: node.start, end: node.end };
}

function isEmpty(node: YamlNode): boolean {
  if (node.kind === 'scalar') return true;
  return node.kind === 'map' ? node.entries.length === 0 : node.items.length === 0;
}

/** The place just behind something. */
function after(place: { readonly end: number } | undefined): Stretch | undefined {
  return place === undefined ? undefined : { start: place.end, end: place.end };
}

/** A block's own name. */
function title(table: BlockTable): string {
  return table.name === 'root' ? 'the file' : table.name.slice(table.name.lastIndexOf('.') + 1);
}

function headerOf(keyword: Keyword): string {
  return argsOf(keyword)[0]?.name ?? 'NAME';
}
