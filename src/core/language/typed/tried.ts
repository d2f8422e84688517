/**
 * What somebody tried to say: keywords whose line is misspelt, misplaced or holds a bad value. They are reported where
 * they stand. That a block lacks them follows from that, and is not reported once more.
 */
import { FOREIGN_KEYWORDS } from '../keywords/foreign.ts';
import { blocksWithKeyword } from '../keywords/root.ts';
import type { BlockTable, Keyword } from '../schema/keyword-table.ts';
import { nearestWord } from '../spelling.ts';
import { nameOf, type Statement } from '../tree.ts';
import type { TypedBlock } from './values.ts';

/** Keywords that were tried in a whole configuration. */
export class Tried {
  readonly #byBlock = new Map<object, Set<string>>();
  /** Keywords that stand where they do not belong. */
  readonly #misplaced = new Set<string>();
  /** Names of blocks that do not count. */
  readonly #names = new Set<string>();

  /** A statement of a known keyword that does not count. */
  noteKeyword(block: object, keyword: Keyword, statement: Statement): void {
    this.#note(block, keyword, statement);
  }

  /** A statement whose first word is no keyword of its block. */
  noteUnknown(block: object, table: BlockTable, statement: Statement): void {
    const [name = ''] = nameOf(statement).split(/[=:]/, 1);
    const near = nearestWord(name, table.index.keys());
    const meant = near === undefined ? undefined : table.index.get(near);
    if (meant !== undefined) this.#note(block, meant, statement);
    else if (!FOREIGN_KEYWORDS.has(name)) {
      for (const home of blocksWithKeyword(name)) {
        const keyword = home.index.get(name);
        if (keyword !== undefined) this.#misplaced.add(keyword.name);
      }
    }
  }

  /** An entry of a block that does not count. */
  noteEntry(block: object): void {
    this.#in(block).add(ENTRY);
  }

  /** Whether one of the keywords was tried in a block, or stands in a wrong one; or the block is cut off. */
  has(block: TypedBlock | undefined, ...keywords: readonly string[]): boolean {
    if (block?.block?.isUnclosed === true) return true;
    const tried = block?.block === undefined ? undefined : this.#byBlock.get(block.block);
    return keywords.some((name) => tried?.has(name) === true || this.#misplaced.has(name));
  }

  /** Whether an entry of a block of entries or words was tried. */
  hasEntry(block: TypedBlock | undefined): boolean {
    return block?.block !== undefined && this.#byBlock.get(block.block)?.has(ENTRY) === true;
  }

  /** Whether one of the keywords was tried anywhere. */
  hasAnywhere(keywords: readonly string[]): boolean {
    if (keywords.some((name) => this.#misplaced.has(name))) return true;
    const blocks = [...this.#byBlock.values()];
    return keywords.some((name) => blocks.some((tried) => tried.has(name)));
  }

  /** Whether a block of that name was tried. */
  hasName(name: string): boolean {
    return this.#names.has(name);
  }

  /** A block that is dropped later. */
  noteName(name: string): void {
    this.#names.add(name);
  }

  #note(block: object, keyword: Keyword, statement: Statement): void {
    this.#in(block).add(keyword.name);
    const name = statement.words[1]?.text;
    if (keyword.block !== undefined && name !== undefined) this.#names.add(name);
  }

  #in(block: object): Set<string> {
    let tried = this.#byBlock.get(block);
    if (tried === undefined) {
      tried = new Set();
      this.#byBlock.set(block, tried);
    }
    return tried;
  }
}

/** No keyword is called so. */
const ENTRY = ' entry';
