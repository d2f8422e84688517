/**
 * The printer of the YAML form: a tree as YAML text that reads back to statements of the same meaning,
 * comments kept. Keywords that come several times become one list; where their order among other
 * keywords matters, a block can be written as a list of maps instead (`ordered`).
 */
import { isAnonymous } from '../parser.ts';
import { statementText } from '../print-words.ts';
import type { Keyword } from '../schema/keyword-table.ts';
import { outermostUse } from '../source.ts';
import { type Block, type Comment, nameOf, type Statement, wordAt } from '../tree.ts';
import { headerEntries } from './header.ts';
import {
  type Laid,
  type LaidComment,
  type LaidEntry,
  type LaidNode,
  layOutYaml,
  yamlScalar,
} from './layout.ts';
import { argsOf, type Shape, shapeOf } from './shape.ts';
import { lineWord } from './word-text.ts';
import { commandParts, wordsValue } from './words-value.ts';

/** How to print. */
export interface YamlPrintOptions {
  /** Keep the order of keywords that come several times with others between them. */
  readonly ordered?: boolean;
}

/** A tree as YAML text. */
export interface PrintedYaml {
  readonly text: string;
  /** Statements without effect that the YAML form does not carry: unknown words, blocks where none belongs. */
  readonly leftOut: readonly Statement[];
}

/** Prints the tree of a whole configuration. */
export function printYaml(tree: Block, options: YamlPrintOptions = {}): PrintedYaml {
  const printer = new YamlPrinter(options.ordered === true);
  const text = layOutYaml(printer.keywords(tree));
  return { text, leftOut: printer.leftOut };
}

/** Statements of one keyword that become one entry. */
interface Group {
  readonly key: string;
  readonly keyword: Keyword;
  readonly statements: Statement[];
}

class YamlPrinter {
  readonly leftOut: Statement[] = [];
  readonly #isOrdered: boolean;
  /** Comments of statements that were left out, for the next one. */
  readonly #orphans: LaidComment[] = [];
  readonly #above = new Map<Statement, readonly LaidComment[]>();

  constructor(isOrdered: boolean) {
    this.#isOrdered = isOrdered;
  }

  /** A block of keywords as a map, or as a list of maps. */
  keywords(block: Block | undefined): LaidNode {
    const parts = this.#groups(block?.statements ?? []);
    const below = [...this.#orphans.splice(0), ...commentsBelow(block)];
    const maps = parts.map((groups) => groups.map((group) => this.#entry(group)));
    const [first = []] = maps;
    if (maps.length < 2) return { kind: 'map', entries: first, below };
    const items = maps.map((entries): Laid => {
      const [head, ...rest] = entries;
      const inside = head === undefined ? [] : [{ ...head, above: [], spaced: false }, ...rest];
      const value: LaidNode = { kind: 'map', entries: inside, below: [] };
      return { above: head?.above ?? [], behind: undefined, spaced: head?.spaced ?? false, value };
    });
    return { kind: 'list', items, below };
  }

  /** Groups by keyword; a new part begins where a keyword comes again and the order is to be kept. */
  #groups(statements: readonly Statement[]): readonly (readonly Group[])[] {
    const parts: Group[][] = [];
    let current = new Map<string, Group>();
    let last: Group | undefined;
    for (const statement of statements) {
      const { keyword } = statement;
      if (keyword === undefined || !isCarried(statement)) {
        this.#leaveOut(statement);
        continue;
      }
      if (this.#orphans.length > 0) this.#above.set(statement, this.#orphans.splice(0));
      const key = nameOf(statement);
      let group = current.get(key);
      if (group === undefined || (this.#isOrdered && group !== last)) {
        if (group !== undefined) current = new Map();
        group = { key, keyword, statements: [] };
        if (current.size === 0) parts.push([]);
        current.set(key, group);
        parts.at(-1)?.push(group);
      }
      group.statements.push(statement);
      last = group;
    }
    return parts;
  }

  #leaveOut(statement: Statement): void {
    this.leftOut.push(statement);
    this.#orphans.push(...this.#commentsAbove(statement).above);
    if (isAnonymous(statement)) return;
    const text = statementText(statement) + (statement.block === undefined ? '' : ' { ... }');
    this.#orphans.push({ text: `# not carried over: ${text}`, spaced: false });
  }

  #entry(group: Group): LaidEntry {
    const { key, keyword, statements } = group;
    const shape = shapeOf(keyword);
    const [first] = statements;
    if (statements.length === 1 && first !== undefined && shape !== 'named') {
      const value =
        shape === 'block'
          ? this.#singleBlock(keyword, first)
          : wordsValue(keyword, shape, first, false);
      return { key, ...this.#laid(first, value) };
    }
    const value =
      shape === 'named' ? this.#named(keyword, statements) : this.#list(keyword, shape, statements);
    // What stands around the first one stands around the key.
    const head =
      value.kind === 'map' ? value.entries[0] : value.kind === 'list' ? value.items[0] : undefined;
    const around = { above: head?.above ?? [], spaced: head?.spaced ?? false, behind: undefined };
    return { key, ...around, value: withoutHead(value) };
  }

  /** Several statements of one keyword as a list. */
  #list(keyword: Keyword, shape: Shape, statements: readonly Statement[]): LaidNode {
    const items = statements.map((statement): Laid => {
      const value =
        shape === 'block'
          ? this.#inside(keyword, statement)
          : wordsValue(keyword, shape, statement, true);
      const laid = this.#laid(statement, value);
      return shape === 'block' && !isEmpty(value) ? aboveDash(laid) : laid;
    });
    return { kind: 'list', items, below: [] };
  }

  /** The one block of a keyword; a list as its inside is put into a list, or it would look like several. */
  #singleBlock(keyword: Keyword, statement: Statement): LaidNode {
    const inside = this.#inside(keyword, statement);
    const isAmbiguous = inside.kind === 'list' && keyword.block?.content === 'keywords';
    return isAmbiguous ? { kind: 'list', items: [bare(inside)], below: [] } : inside;
  }

  /** Blocks with words before their braces: list items that name the words, or a map by them. */
  #named(keyword: Keyword, statements: readonly Statement[]): LaidNode {
    const isList = argsOf(keyword).length > 1 || hasTwins(statements);
    const laid = statements.map((statement) => {
      const inside = this.#inside(keyword, statement);
      const around = this.#laid(statement, inside);
      const named = inside.kind === 'map' ? headerEntries(keyword, statement) : undefined;
      return { header: headerLine(statement), inside, around, named };
    });
    if (!isList) {
      const entries = laid.map(({ header, around }): LaidEntry => ({ key: header, ...around }));
      return { kind: 'map', entries, below: [] };
    }
    const items = laid.map(({ header, inside, around, named }): Laid => {
      if (named === undefined || inside.kind !== 'map') {
        const entry = { key: header, ...around, above: [], spaced: false };
        return {
          ...around,
          behind: undefined,
          value: { kind: 'map', entries: [entry], below: [] },
        };
      }
      const value: LaidNode = {
        kind: 'map',
        entries: [...named, ...inside.entries],
        below: inside.below,
      };
      return { ...around, value };
    });
    return { kind: 'list', items, below: [] };
  }

  #inside(keyword: Keyword, statement: Statement): LaidNode {
    const { block } = statement;
    const table = keyword.block;
    if (table === undefined || table.content === 'keywords') return this.keywords(block);
    const items = (block?.statements ?? []).flatMap((entry): Laid[] => {
      if (isAnonymous(entry)) {
        this.#leaveOut(entry);
        return [];
      }
      if (table.content === 'entries') return [this.#laid(entry, scalar(lineOf(entry.words)))];
      const [first, ...rest] = entry.words.map((word) => scalar(word.text));
      const more = rest.map(bare);
      return first === undefined ? [] : [this.#laid(entry, first), ...more];
    });
    const below = [...this.#orphans.splice(0), ...commentsBelow(block)];
    return { kind: 'list', items, below };
  }

  #laid(statement: Statement, value: LaidNode): Laid {
    const { above, spaced } = this.#commentsAbove(statement);
    const { trailing } = statement;
    return {
      above: [...(this.#above.get(statement) ?? []), ...above],
      behind: trailing === undefined ? undefined : commentText(trailing),
      spaced,
      value,
    };
  }

  /** The comments above a statement, and whether a blank line goes between them and it. */
  #commentsAbove(statement: Statement): {
    readonly above: readonly LaidComment[];
    readonly spaced: boolean;
  } {
    const { leading = [], spaced } = statement;
    const last = leading.at(-1);
    if (last === undefined) return { above: [], spaced };
    const isDetached = spaced && outermostUse(wordAt(statement, 0).line).number - last.line > 1;
    const isPlaced = isDetached || leading.some((comment) => comment.spaced);
    const above = leading.map(laidComment);
    const [first, ...rest] = above;
    const isFirstSpaced = spaced && !isPlaced && first !== undefined;
    return {
      above: isFirstSpaced ? [{ ...first, spaced: true }, ...rest] : above,
      spaced: isDetached,
    };
  }
}

/** Whether a statement can be printed: a command whose quotes are open has no value and no effect. */
function isCarried(statement: Statement): boolean {
  const { keyword } = statement;
  const shape = keyword === undefined ? undefined : shapeOf(keyword);
  if (shape !== 'script' && shape !== 'quoted') return true;
  return commandParts(statement, shape === 'quoted') !== undefined;
}

/** True when two blocks have the same words before their braces. */
function hasTwins(statements: readonly Statement[]): boolean {
  return new Set(statements.map(headerLine)).size < statements.length;
}

/** The words behind a statement's keyword as one line. */
function headerLine(statement: Statement): string {
  return lineOf(statement.words.slice(1));
}

function lineOf(words: Statement['words']): string {
  return words.map((word) => lineWord(word.text) ?? word.text).join(' ');
}

/** Takes what stands around the first entry or item away: it stands around the key instead. */
function withoutHead(node: LaidNode): LaidNode {
  if (node.kind === 'scalar') return node;
  const bareHead = { above: [], spaced: false };
  if (node.kind === 'map') {
    const [first, ...rest] = node.entries;
    return first === undefined ? node : { ...node, entries: [{ ...first, ...bareHead }, ...rest] };
  }
  const [first, ...rest] = node.items;
  return first === undefined ? node : { ...node, items: [{ ...first, ...bareHead }, ...rest] };
}

function isEmpty(node: LaidNode): boolean {
  if (node.kind === 'scalar') return true;
  return node.kind === 'map' ? node.entries.length === 0 : node.items.length === 0;
}

/** Puts what stands behind an item, and above its first entry, above the dash: they share its line. */
function aboveDash(laid: Laid): Laid {
  const { value } = laid;
  const first =
    value.kind === 'map' ? value.entries[0] : value.kind === 'list' ? value.items[0] : undefined;
  const behind = laid.behind === undefined ? [] : [{ text: laid.behind, spaced: false }];
  const above = [...laid.above, ...behind, ...(first?.above ?? [])];
  return { ...laid, above, behind: undefined, value: withoutHead(value) };
}

function commentsBelow(block: Block | undefined): readonly LaidComment[] {
  const { dangling = [], closing } = block ?? {};
  return [...dangling, ...(closing === undefined ? [] : [closing])].map(laidComment);
}

function laidComment(comment: Comment): LaidComment {
  return { text: commentText(comment), spaced: comment.spaced === true };
}

/** A comment with YAML's comment character and nothing YAML does not allow. */
function commentText(comment: Comment): string {
  return `#${comment.text.slice(1).replace(/[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]/g, ' ')}`.trimEnd();
}

function scalar(text: string): LaidNode {
  return { kind: 'scalar', text: yamlScalar(text) };
}

function bare(value: LaidNode): Laid {
  return { above: [], behind: undefined, spaced: false, value };
}
