/** Pages about blocks and their keywords. */
import { allTables, ROOT } from '../language/keywords/root.ts';
import type { ArgSpec, BlockTable, Keyword } from '../language/schema/keyword-table.ts';
import { BLOCK_EXAMPLES } from './block-examples.ts';
import { exampleEntry, exampleLine } from './example.ts';
import { FAMILIES, type Family, familyOf } from './families.ts';
import { argFacts, syntaxOf, usageFacts } from './keyword-phrases.ts';
import { blockPath, openerOf, optionUses, shapeOf } from './lookup.ts';
import { anchor, cell, code, codeBlock, GENERATED, link } from './markdown.ts';
import { argsText, optionSyntax, optionsOf, typeText } from './type-text.ts';

/** A page for each family. */
export function familyPages(): readonly (readonly [string, string])[] {
  return FAMILIES.map((family) => [family.file, familyPage(family)]);
}

/** All keywords by name. */
export function keywordPage(): string {
  const uses = new Map<string, { keyword: Keyword; table: BlockTable }[]>();
  for (const table of allTables()) {
    for (const [name, keyword] of table.index) {
      const homes = uses.get(name) ?? [];
      homes.push({ keyword, table });
      uses.set(name, homes);
    }
  }
  const rows = [...uses]
    .sort(([a], [b]) => order(a, b))
    .map(([name, homes]) => {
      const first = homes[0]?.keyword;
      const alias = first === undefined || first.name === name ? '' : ` (see ${code(first.name)})`;
      const places = homes.map(({ keyword, table }) =>
        link(keywordTarget(table, keyword), blockPath(table)),
      );
      return `| ${code(name)}${alias} | ${places.join(', ')} |`;
    });
  const options = [...optionNames()].sort(order).map((name) => {
    const lines = optionUses(name).flatMap((use) => use.lines);
    return `| ${code(name)} | ${[...new Set(lines)].map(code).join(', ')} |`;
  });
  return [
    GENERATED,
    '# All keywords',
    '',
    '| keyword | where |',
    '| --- | --- |',
    ...rows,
    '',
    '## Options inside lines',
    '',
    '| option | lines |',
    '| --- | --- |',
    ...options,
    '',
  ].join('\n');
}

/** Where a keyword of a block is described: rows that say the same are described once on a page. */
export function keywordTarget(table: BlockTable, keyword: Keyword): string {
  if (keyword.block !== undefined) return blockTarget(keyword.block);
  const home = homeOf(table, keyword);
  return `${familyOf(home)?.file ?? ''}#${home.name}.${keyword.name}`;
}

function blockTarget(table: BlockTable): string {
  return `${familyOf(table)?.file ?? ''}#${table.name}`;
}

/** The first block on the page of a block that has an equal row. */
function homeOf(table: BlockTable, keyword: Keyword): BlockTable {
  const family = familyOf(table);
  const shape = shapeOf(keyword);
  const home = allTables().find((one) => {
    const twin = one.index.get(keyword.name);
    return twin !== undefined && familyOf(one) === family && shapeOf(twin) === shape;
  });
  return home ?? table;
}

function order(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : a < b ? -1 : 1;
}

function optionNames(): ReadonlySet<string> {
  const names = new Set<string>();
  for (const table of allTables()) {
    const lists = [table.entry?.args, ...table.keywords.map(({ args }) => args)];
    for (const option of lists.flatMap(optionsOf)) names.add(option.name);
  }
  return names;
}

function familyPage(family: Family): string {
  const tables = allTables().filter((table) => familyOf(table) === family);
  const sections = tables.map((table) => tableSection(table));
  return [GENERATED, `# ${family.title}`, '', ...sections.flat()].join('\n');
}

function tableSection(table: BlockTable): string[] {
  const use = openerOf(table);
  const opener = use?.keyword;
  const head =
    opener === undefined
      ? []
      : [
          anchor(table.name),
          '',
          `## ${table.name.split('.').join(' > ')}`,
          '',
          code(syntaxOf(opener)),
          '',
          summaryOf(opener, table),
          '',
          ...factList(opener),
          '',
        ];
  const example = BLOCK_EXAMPLES[table.name];
  const shown = example === undefined ? [] : [codeBlock(example), ''];
  switch (table.content) {
    case 'keywords':
      return [
        ...head,
        ...shown,
        ...overview(table),
        ...table.keywords.flatMap((one) => keywordSection(one, table)),
      ];
    case 'entries':
      return [
        ...head,
        `Each line is an entry: ${code(argsText(table.entry?.args))}`,
        '',
        ...argList(table.entry?.args),
        ...optionTable(table.entry?.args),
        ...shown,
      ];
    case 'words':
      return [
        ...head,
        `Each word is an entry, such as ${code(exampleEntry(table) ?? '')}: ${table.word === undefined ? 'a word' : typeText(table.word)}.`,
        '',
        ...shown,
      ];
  }
}

/** What the keyword and its block say, without saying it twice. */
function summaryOf(opener: Keyword, table: BlockTable): string {
  if (table.summary.startsWith(opener.summary)) return `${table.summary}.`;
  return `${opener.summary}. ${table.summary}.`;
}

/** The keywords of a block at a glance. */
function overview(table: BlockTable): string[] {
  const rows = table.keywords.map((keyword) => {
    const where = keywordTarget(table, keyword);
    const status =
      keyword.effect === 'supported'
        ? ''
        : keyword.effect === 'obsolete'
          ? 'obsolete'
          : 'not supported yet';
    return `| ${link(where, code(keyword.name))} | ${cell(keyword.summary)} | ${status} |`;
  });
  const title =
    table === ROOT ? 'Blocks and keywords' : `Keywords of ${table.name.split('.').join(' > ')}`;
  return [`${title}:`, '', '| keyword | meaning | |', '| --- | --- | --- |', ...rows, ''];
}

/** A keyword; one that opens a block has the block's own section, one that is described above has none. */
function keywordSection(keyword: Keyword, table: BlockTable): string[] {
  if (keyword.block !== undefined || homeOf(table, keyword) !== table) return [];
  return [
    anchor(`${table.name}.${keyword.name}`),
    '',
    `### ${keyword.name}`,
    '',
    code(syntaxOf(keyword)),
    '',
    `${keyword.summary}.`,
    '',
    ...factList(keyword),
    `- Example: ${code(exampleLine(keyword, table))}`,
    '',
    ...optionTable(keyword.args),
  ];
}

function factList(keyword: Keyword): string[] {
  const args = argFacts(keyword.args).map(({ label, text }) => `- ${code(label)}: ${text}`);
  return [...args, ...usageFacts(keyword).map(({ label, text }) => `- ${label}: ${text}`)];
}

function argList(args: readonly ArgSpec[] | undefined): string[] {
  const facts = argFacts(args);
  return facts.length === 0
    ? []
    : [...facts.map(({ label, text }) => `- ${code(label)}: ${text}`), ''];
}

function optionTable(args: readonly ArgSpec[] | undefined): string[] {
  const options = optionsOf(args);
  if (options.length === 0) return [];
  const rows = options.map((option) => {
    const values = argFacts(option.args).map(({ label, text }) => `${code(label)}: ${text}`);
    const notes = [
      ...(option.deprecated === undefined ? [] : [`deprecated: use ${option.deprecated}`]),
      ...(option.effect === 'not-supported-yet' ? ['not supported yet'] : []),
    ];
    const meaning = [option.summary, ...notes].join('; ');
    return `| ${cell(code(optionSyntax(option)))} | ${cell(meaning)} | ${cell(values.join('; '))} |`;
  });
  return ['| option | meaning | values |', '| --- | --- | --- |', ...rows, ''];
}
