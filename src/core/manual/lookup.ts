/** Finding what a word of the language is: keywords by name and block, blocks, and options of lines. */
import { allTables } from '../language/keywords/root.ts';
import type { ArgSpec, BlockTable, Keyword, OptionSpec } from '../language/schema/keyword-table.ts';

/** A keyword with the blocks that have it; blocks that share a row, or have equal ones, are together. */
export interface KeywordUse {
  readonly keyword: Keyword;
  readonly blocks: readonly BlockTable[];
}

/** An option with the lines that may hold it. */
export interface OptionUse {
  readonly option: OptionSpec;
  /** Names of keywords and of blocks of entries. */
  readonly lines: readonly string[];
}

/** Where a block stands, for people: `real_server of virtual_server`. */
export function blockPath(table: BlockTable): string {
  return table.name === 'root' ? 'outside all blocks' : table.name.split('.').join(' > ');
}

/** The keyword that opens a block; undefined for what is outside all blocks. */
export function openerOf(table: BlockTable): KeywordUse | undefined {
  for (const parent of allTables()) {
    const keyword = parent.keywords.find((one) => one.block === table);
    if (keyword !== undefined) return { keyword, blocks: [parent] };
  }
  return undefined;
}

/** All uses of a keyword's name or alias; with `block`, only in blocks of that name. */
export function keywordUses(word: string, block?: string): readonly KeywordUse[] {
  const uses: { keyword: Keyword; blocks: BlockTable[]; shape: string }[] = [];
  for (const table of allTables()) {
    const keyword = table.index.get(word);
    if (keyword === undefined || (block !== undefined && !isBlockNamed(table, block))) continue;
    const shape = shapeOf(keyword);
    const same = uses.find((use) => use.shape === shape);
    if (same === undefined) uses.push({ keyword, blocks: [table], shape });
    else same.blocks.push(table);
  }
  return uses.map(({ keyword, blocks }) => ({ keyword, blocks }));
}

/** Equal for keywords whose rows say the same. */
export function shapeOf(keyword: Keyword): string {
  return JSON.stringify({ ...keyword, block: keyword.block?.name });
}

/** All blocks of a name: the full one, or its last part. */
export function blocksNamed(name: string): readonly BlockTable[] {
  return allTables().filter((table) => isBlockNamed(table, name));
}

/** All uses of an option's name. */
export function optionUses(word: string): readonly OptionUse[] {
  const uses: { option: OptionSpec; lines: string[]; shape: string }[] = [];
  const add = (args: readonly ArgSpec[] | undefined, line: string): void => {
    for (const { type } of args ?? []) {
      if (type.kind !== 'options') continue;
      for (const option of type.options) {
        if (option.name !== word && option.aliases?.includes(word) !== true) continue;
        const shape = JSON.stringify(option);
        const same = uses.find((use) => use.shape === shape);
        if (same === undefined) uses.push({ option, lines: [line], shape });
        else if (!same.lines.includes(line)) same.lines.push(line);
      }
    }
  };
  for (const table of allTables()) {
    add(table.entry?.args, shortName(table));
    for (const keyword of table.keywords) add(keyword.args, keyword.name);
  }
  return uses.map(({ option, lines }) => ({ option, lines }));
}

/** Every word that can be explained: keywords, aliases and options, each once. */
export function allWords(): readonly string[] {
  const words = new Set<string>();
  for (const table of allTables()) {
    for (const name of table.index.keys()) words.add(name);
    const args = [...(table.entry?.args ?? []), ...table.keywords.flatMap((one) => one.args ?? [])];
    for (const { type } of args) {
      if (type.kind !== 'options') continue;
      for (const option of type.options) words.add(option.name);
    }
  }
  return [...words].sort();
}

/** The last part of a block's name. */
export function shortName(table: BlockTable): string {
  return table.name.slice(table.name.lastIndexOf('.') + 1);
}

function isBlockNamed(table: BlockTable, name: string): boolean {
  const wanted = name.replaceAll(/[ >/]+/g, '.');
  return table.name === wanted || table.name.endsWith(`.${wanted}`);
}
