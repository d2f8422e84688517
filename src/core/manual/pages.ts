/**
 * The reference documentation of the language as pages of Markdown, made from the tables alone: a page for
 * each family of blocks, the parts of the language, all keywords by name, findings, limits, differences from keepalived
 * and what is not supported yet.
 */

import { FAMILIES } from './families.ts';
import { LABELS } from './keyword-phrases.ts';
import { GENERATED, link } from './markdown.ts';
import { codePages } from './page-codes.ts';
import { factsPage } from './page-facts.ts';
import { familyPages, keywordPage } from './page-keywords.ts';
import { languagePage } from './page-language.ts';
import { differencesPage, limitsPage, notSupportedPage } from './page-lists.ts';

/** All pages: text by file name. */
export function docPages(): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', indexPage()],
    ['language.md', languagePage()],
    ...familyPages(),
    ['keywords.md', keywordPage()],
    ...codePages(),
    ...factsPage(),
    ['limits.md', limitsPage()],
    ['differences.md', differencesPage()],
    ['not-supported-yet.md', notSupportedPage()],
  ]);
}

function indexPage(): string {
  return [
    GENERATED,
    '# The configuration language',
    '',
    'Tandem reads `keepalived.conf` of the 2.4 series: the same words, defaults, ranges and meaning. The same model can be written in YAML',
    '(see [../README.md](../README.md)). These pages say everything the program knows about its language; `tandem explain WORD` says it in a terminal.',
    '',
    '| page | what it holds |',
    '| --- | --- |',
    `| ${link('language.md', 'The language')} | lines, comments, quotes, includes, conditions, definitions, sequences |`,
    ...FAMILIES.map(({ file, title, about }) => `| ${link(file, title)} | ${about} |`),
    `| ${link('keywords.md', 'All keywords')} | by name, with the blocks that have them |`,
    `| ${link('diagnostics.md', 'Findings')} | what each finding of \`tandem check\` means, and what to do |`,
    `| ${link('rules.md', 'Advice')} | the rules about whole configurations |`,
    `| ${link('facts.md', 'Facts')} | what the log says, by the id of each line; the reasons of VRRP states |`,
    `| ${link('limits.md', 'Limits')} | with names and numbers |`,
    `| ${link('differences.md', 'Differences from keepalived')} | where a file is read otherwise, and why |`,
    `| ${link('not-supported-yet.md', 'Not supported yet')} | words that are understood but do nothing so far |`,
    '',
    '## How a keyword is described',
    '',
    'The syntax comes first: words in capitals stand for values, words in brackets may be absent, `A|B` is a choice. Then, where there is something to say:',
    '',
    ...LABELS.map(({ label, text }) => `- **${label}**: ${text}.`),
    '',
    'A *complaint* is an error or warning of `tandem check` that gives exit status 5, as `keepalived -t` does.',
    '',
  ].join('\n');
}
