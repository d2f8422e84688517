/**
 * What `tandem explain` says: a keyword in each block that has it, a block with what it may hold, an option, a
 * part of the language, a code of a finding. Lines of text for 80 columns; lines that begin at the margin are titles.
 */
import type { DiagnosticCode } from '../language/codes.ts';
import { allTables, ROOT } from '../language/keywords/root.ts';
import type { ArgSpec, BlockTable } from '../language/schema/keyword-table.ts';
import { nearestWord } from '../language/spelling.ts';
import { CONFLICT_NAMES, CONFLICTS, type ConflictName } from '../vrrp/conflict-names.ts';
import { REASON_IDS, REASONS, type TransitionReason } from '../vrrp/reasons.ts';
import { BLOCK_EXAMPLES } from './block-examples.ts';
import { allCodes, codeDoc, isCode } from './code-doc.ts';
import { exampleEntry, exampleLine } from './example.ts';
import { factNamed, factSection } from './explain-fact.ts';
import { argFacts, type Fact, syntaxOf, usageFacts } from './keyword-phrases.ts';
import {
  allWords,
  blockPath,
  blocksNamed,
  type KeywordUse,
  keywordUses,
  type OptionUse,
  openerOf,
  optionUses,
  shortName,
} from './lookup.ts';
import { ownFactIds } from './page-facts.ts';
import { columns, paragraph, titleLine } from './text.ts';
import { TOPICS, type Topic, topicOf } from './topics.ts';
import { argsText, optionSyntax, optionsOf } from './type-text.ts';

/** An explanation, or why there is none, with the words that may have been meant. */
export type Explanation =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly problem: string; readonly hints: readonly string[] };

/** More uses than this are listed instead of explained one by one. */
const USES_MAX = 3;

/** Explains a word; with `block`, as a keyword of that block. */
export function explainWord(word: string, block: string | undefined): Explanation {
  if (block !== undefined) return explainIn(word, block);
  const uses = keywordUses(word);
  const options = optionUses(word);
  const topic = topicOf(word);
  const sections: string[][] = [];
  if (uses.length + options.length > USES_MAX) sections.push(overviewOf(word, uses, options));
  else {
    sections.push(...uses.map((use) => keywordSection(use, uses.length === 1)));
    sections.push(...options.map(optionSection));
  }
  if (uses.length === 0) sections.push(...blocksNamed(word).flatMap(blockSection));
  if (topic !== undefined) sections.push(topicSection(topic));
  const code = word.replace(/^config\./, '');
  if (isCode(code)) sections.push(codeSection(code));
  const reason = REASON_IDS.find((id) => id === word);
  if (reason !== undefined) sections.push(reasonSection(reason));
  const fact = factNamed(word);
  if (fact !== undefined) sections.push(factSection(fact));
  const conflict = CONFLICT_NAMES.find((name) => name === word);
  if (conflict !== undefined) sections.push(conflictSection(conflict));
  return sections.length === 0 ? unknown(word) : { ok: true, lines: joined(sections) };
}

/** What there is to explain: blocks, parts of the language, codes, reasons, facts. */
export function explainNothing(): readonly string[] {
  const blocks = allTables()
    .filter((table) => table !== ROOT)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((table) => {
      const depth = table.name.split('.').length - 1;
      const name = `${'  '.repeat(depth)}${table.name.slice(table.name.lastIndexOf('.') + 1)}`;
      return { label: name, text: table.summary };
    });
  const outside = ROOT.keywords
    .filter(({ block }) => block === undefined)
    .map((keyword) => ({ label: keyword.name, text: keyword.summary }));
  return joined([
    ['Blocks', ...columns(blocks)],
    ['Keywords outside all blocks', ...columns(outside)],
    [
      'Parts of the language',
      ...columns(TOPICS.map(({ name, summary }) => ({ label: name, text: summary }))),
    ],
    [
      'Findings',
      ...paragraph(
        `There are ${allCodes().length} codes; each finding of tandem check ends with its own in brackets.`,
        2,
      ),
    ],
    [
      'Reasons of VRRP states',
      ...columns(REASON_IDS.map((label) => ({ label, text: REASONS[label].words }))),
    ],
    [
      'Facts of the log',
      ...paragraph(
        `There are ${ownFactIds().length}; each line of the log in JSON carries the id of its own, such as vrrp.transition.`,
        2,
      ),
    ],
    [
      'Conflicts of two masters',
      ...columns(CONFLICT_NAMES.map((label) => ({ label, text: CONFLICTS[label].words }))),
    ],
    [
      'tandem explain WORD',
      ...paragraph(
        'WORD is a keyword, a block, an option, a part of the language, a code, a reason or a fact. With --in BLOCK, the keyword of that block only.',
        2,
      ),
    ],
  ]);
}

function joined(sections: readonly (readonly string[])[]): readonly string[] {
  return sections.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function explainIn(word: string, block: string): Explanation {
  const blocks = block === 'root' ? [ROOT] : blocksNamed(block);
  if (blocks.length === 0) {
    const near = nearestWord(
      block,
      allTables().map(({ name }) => name),
    );
    const hints = near === undefined ? [] : [near];
    return { ok: false, problem: `there is no block "${block}"`, hints };
  }
  const uses = keywordUses(word, block === 'root' ? 'root' : block);
  if (uses.length > 0) {
    const sections = uses.map((use) => keywordSection(use, uses.length === 1));
    return { ok: true, lines: joined(sections) };
  }
  const options = optionUses(word).filter(({ lines }) =>
    blocks.some((table) => lines.includes(shortName(table))),
  );
  if (options.length > 0) return { ok: true, lines: joined(options.map(optionSection)) };
  const elsewhere = keywordUses(word).flatMap((use) => use.blocks.map(blockPath));
  if (elsewhere.length > 0) {
    const problem = `"${word}" is not valid in ${block}; it belongs ${elsewhere.map(inBlock).join(', ')}`;
    return { ok: false, problem, hints: [] };
  }
  const known = blocks.flatMap((table) => [...table.index.keys()]);
  const near = nearestWord(word, known);
  const problem = `there is no keyword "${word}" in ${block}`;
  return { ok: false, problem, hints: near === undefined ? [] : [near] };
}

function unknown(word: string): Explanation {
  const words = [
    ...allWords(),
    ...allTables().map(({ name }) => name),
    ...TOPICS.flatMap(({ name, words: others }) => [name, ...others]),
    ...allCodes(),
    ...REASON_IDS,
    ...ownFactIds(),
    ...CONFLICT_NAMES,
  ];
  const near = nearestWord(word, words);
  const folded = word.toLowerCase();
  const containing =
    word.length < 3 ? [] : words.filter((one) => one.toLowerCase().includes(folded));
  const hints = containing.length > 0 ? [...new Set(containing)] : near === undefined ? [] : [near];
  return {
    ok: false,
    problem: `there is no keyword, block, option, code, reason or fact "${word}"`,
    hints: hints.slice(0, HINTS_MAX),
  };
}

/** Words that may have been meant. */
const HINTS_MAX = 12;

function inBlock(path: string): string {
  return path === blockPath(ROOT) ? path : `in ${path}`;
}

/** One line for each use of a word that has many. */
function overviewOf(
  word: string,
  uses: readonly KeywordUse[],
  options: readonly OptionUse[],
): string[] {
  const keywordLines = uses.flatMap(({ keyword, blocks }) => [
    ...paragraph(`${syntaxOf(keyword)}, ${blocks.map(blockPath).map(inBlock).join(', ')}`, 2, 4),
    ...paragraph(`${keyword.summary}.`, 6),
  ]);
  const optionLines = options.flatMap(({ option, lines }) => [
    ...paragraph(`${optionSyntax(option)}, option of ${lines.join(', ')}`, 2, 4),
    ...paragraph(`${sentence(option.summary)}.`, 6),
  ]);
  const more = paragraph(`tandem explain ${word} --in BLOCK tells more about one of them.`, 2);
  return [
    `${word}: ${uses.length + options.length} meanings`,
    '',
    ...keywordLines,
    ...optionLines,
    '',
    ...more,
  ];
}

function keywordSection({ keyword, blocks }: KeywordUse, isOnly: boolean): string[] {
  const { block } = keyword;
  const facts = [...argFacts(keyword.args), ...usageFacts(keyword)];
  const lines = [
    ...titleLine(syntaxOf(keyword), blocks.map(blockPath).map(inBlock).join(', ')),
    '',
    ...paragraph(`${keyword.summary}.`, 2),
    '',
    ...columns(facts),
    ...optionLines(keyword.args),
  ];
  if (block === undefined) return [...lines, '', `    ${exampleLine(keyword, blocks[0])}`];
  return [...lines, ...(isOnly ? contentOf(block) : exampleOf(block))];
}

/** A block that is explained for itself: `tandem explain virtual_server.real_server`. */
function blockSection(table: BlockTable): string[][] {
  const use = openerOf(table);
  return use === undefined ? [] : [keywordSection(use, true)];
}

function exampleOf(table: BlockTable): string[] {
  const example = BLOCK_EXAMPLES[table.name];
  if (example === undefined) return [];
  return ['', ...example.split('\n').map((line) => `    ${line}`)];
}

function contentOf(table: BlockTable): string[] {
  if (table.content === 'keywords') {
    const rows = table.keywords.map((keyword) => ({
      label: `${keyword.name} ${argsText(keyword.args)}`.trimEnd(),
      text: `${keyword.summary}${keyword.effect === 'not-supported-yet' ? ' (not supported yet)' : ''}`,
    }));
    return [...exampleOf(table), '', '  It may hold:', '', ...columns(rows, 4)];
  }
  const args = table.entry?.args;
  const what = table.content === 'words' ? 'Each word is an entry' : 'Each line is an entry';
  const syntax = table.content === 'words' ? exampleEntry(table) : argsText(args);
  return [
    '',
    `  ${what}: ${syntax ?? ''}`,
    '',
    ...columns(argFacts(args)),
    ...optionLines(args),
    ...exampleOf(table),
  ];
}

function optionLines(args: readonly ArgSpec[] | undefined): string[] {
  const facts: Fact[] = optionsOf(args).map((option) => ({
    label: optionSyntax(option),
    text: `${option.summary}${option.effect === 'not-supported-yet' ? ' (not supported yet)' : ''}`,
  }));
  return facts.length === 0 ? [] : ['', '  Options', '', ...columns(facts, 4)];
}

function optionSection({ option, lines }: OptionUse): string[] {
  const facts = [
    ...argFacts(option.args),
    ...(option.deprecated === undefined
      ? []
      : [{ label: 'Deprecated', text: `use ${option.deprecated}` }]),
    ...(option.effect === 'not-supported-yet'
      ? [{ label: 'Status', text: 'not supported yet: read and checked, without effect so far' }]
      : []),
  ];
  return [
    ...titleLine(optionSyntax(option), `option of ${lines.join(', ')}`),
    '',
    ...paragraph(`${sentence(option.summary)}.`, 2),
    ...(facts.length === 0 ? [] : ['', ...columns(facts)]),
  ];
}

function topicSection({ name, summary, forms, text, example }: Topic): string[] {
  return [
    ...titleLine(name, 'part of the language'),
    '',
    ...paragraph(`${summary}.`, 2),
    '',
    ...columns(forms.map(([label, meaning]) => ({ label, text: meaning }))),
    ...text.flatMap((one) => ['', ...paragraph(one, 2)]),
    '',
    ...example.split('\n').map((line) => `    ${line}`),
  ];
}

function codeSection(code: DiagnosticCode): string[] {
  const { severity, summary, consequence, more, fix, example } = codeDoc(code);
  return [
    ...titleLine(code, severity),
    '',
    ...paragraph(`${summary}.`, 2),
    ...[consequence, more].flatMap((text) =>
      text === undefined ? [] : ['', ...paragraph(text, 2)],
    ),
    ...(fix === undefined ? [] : ['', '  What to do', '', ...paragraph(fix, 4)]),
    ...(example === undefined
      ? []
      : [
          '',
          '  An example',
          '',
          ...example
            .trimEnd()
            .split('\n')
            .map((line) => `    ${line}`),
        ]),
  ];
}

/** The same words as in the log, in `status` and in the labels of metrics. */
function reasonSection(reason: TransitionReason): string[] {
  const { words, explanation } = REASONS[reason];
  return [
    ...titleLine(reason, 'reason of a VRRP state'),
    '',
    ...paragraph(`${sentence(words)}.`, 2),
    '',
    ...paragraph(explanation, 2),
  ];
}

/** The same words as in the log, in `status` and in the label of the metric. */
function conflictSection(name: ConflictName): string[] {
  const { words, advice } = CONFLICTS[name];
  return [
    ...titleLine(name, 'conflict of two masters'),
    '',
    ...paragraph(`Another router is master too: ${words}.`, 2),
    '',
    '  What to do',
    '',
    ...paragraph(advice, 4),
  ];
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
