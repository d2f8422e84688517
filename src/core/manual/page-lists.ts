/** Pages that are lists: limits, differences from keepalived, and what is not supported yet. */
import { DEVIATIONS, RUNTIME_DEVIATIONS } from '../language/deviations.ts';
import { allTables } from '../language/keywords/root.ts';
import { CONFIG_LIMITS } from '../language/limits.ts';
import type { Effect } from '../language/schema/keyword-table.ts';
import { LIMIT_TEXT } from './limit-text.ts';
import { blockPath, shortName } from './lookup.ts';
import { cell, code, GENERATED, link } from './markdown.ts';
import { keywordTarget } from './page-keywords.ts';
import { optionsOf } from './type-text.ts';

/** The page about limits. */
export function limitsPage(): string {
  const rows = Object.entries(CONFIG_LIMITS).map(
    ([name, value]) => `| ${code(name)} | ${value} | ${cell(LIMIT_TEXT[name] ?? '')} |`,
  );
  return [
    GENERATED,
    '# Limits',
    '',
    'No file may exhaust memory or time: whatever a file can drive has a limit. Reaching one is a finding that names it.',
    '',
    '| name | value | of what, and why |',
    '| --- | ---: | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** The page about differences from keepalived. */
export function differencesPage(): string {
  const rowsOf = (list: typeof DEVIATIONS): string[] =>
    list.map(
      ({ input, keepalived, ours, reason }) =>
        `| ${[input, keepalived, ours, reason].map(cell).join(' | ')} |`,
    );
  const own = allTables().flatMap((table) =>
    table.keywords
      .filter(({ since }) => since === 'tandem')
      .map(
        (keyword) =>
          `| ${link(keywordTarget(table, keyword), code(keyword.name))} | ${blockPath(table)} | ${cell(keyword.summary)} |`,
      ),
  );
  return [
    GENERATED,
    '# Differences from keepalived',
    '',
    'Tandem reads a file as keepalived 2.4 reads it and comes to the same verdict (exit status of `tandem check` and of `keepalived -t`), but for these cases.',
    '',
    '| input | keepalived 2.4 | Tandem | why |',
    '| --- | --- | --- | --- |',
    ...rowsOf(DEVIATIONS),
    '',
    '## At run time',
    '',
    '| situation | keepalived 2.4 | Tandem | why |',
    '| --- | --- | --- | --- |',
    ...rowsOf(RUNTIME_DEVIATIONS),
    '',
    '## Words that only Tandem knows',
    '',
    'In a file that keepalived reads too, write `@tandem` before such a line: keepalived skips it.',
    '',
    '| keyword | block | meaning |',
    '| --- | --- | --- |',
    ...own,
    '',
  ].join('\n');
}

/** The page about words without effect. */
export function notSupportedPage(): string {
  const later = wordsWith('not-supported-yet');
  const obsolete = wordsWith('obsolete');
  return [
    GENERATED,
    '# Not supported yet',
    '',
    `${later.length} words are read and checked, but Tandem does not do yet what they ask for. \`tandem check\` lists those a file uses, so do the log of each start`,
    'and reload and `tandem status`; they change neither the exit status nor whether a configuration may run.',
    '',
    ...tableOf(later),
    '## Obsolete',
    '',
    'Words that mean nothing any more, in keepalived or on current kernels. They are accepted with a notice.',
    '',
    ...tableOf(obsolete),
  ].join('\n');
}

interface ListedWord {
  readonly word: string;
  readonly where: string;
  readonly summary: string;
}

function wordsWith(effect: Effect): readonly ListedWord[] {
  return allTables().flatMap((table) => [
    ...table.keywords
      .filter((keyword) => keyword.effect === effect)
      .map((keyword) => ({
        word: link(keywordTarget(table, keyword), code(keyword.name)),
        where: blockPath(table),
        summary: keyword.summary,
      })),
    ...table.keywords.flatMap((keyword) =>
      optionsOf(keyword.args)
        .filter((option) => option.effect === effect)
        .map(({ name, summary }) => ({
          word: code(name),
          where: `option of ${keyword.name}`,
          summary,
        })),
    ),
    ...optionsOf(table.entry?.args)
      .filter((option) => option.effect === effect)
      .map(({ name, summary }) => ({
        word: code(name),
        where: `option in ${shortName(table)}`,
        summary,
      })),
  ]);
}

function tableOf(words: readonly ListedWord[]): string[] {
  if (words.length === 0) return ['None.', ''];
  const rows = words.map(
    ({ word, where, summary }) => `| ${word} | ${cell(where)} | ${cell(summary)} |`,
  );
  return ['| word | where | meaning |', '| --- | --- | --- |', ...rows, ''];
}
