/** What `tandem explain` says about a fact of the log. */
import { type FactId, factEntry, isFactId } from '../facts/catalogue.ts';
import { componentText, levelText, ownFactIds } from './page-facts.ts';
import { columns, paragraph, titleLine } from './text.ts';

/** The fact of this id; a finding is explained by its code. */
export function factNamed(word: string): FactId | undefined {
  return isFactId(word) && ownFactIds().includes(word) ? word : undefined;
}

/** Lines about a fact: when it is said, and its fields. */
export function factSection(id: FactId): string[] {
  const { meaning, fields } = factEntry(id);
  const names = Object.entries(fields).map(([label, what]) => ({
    label,
    text: what.replaceAll('`', ''),
  }));
  return [
    ...titleLine(id, `fact of the log, ${levelText(id)}, ${componentText(id)}`),
    '',
    ...paragraph(meaning.replaceAll('`', ''), 2),
    ...(names.length === 0 ? [] : ['', '  Fields', '', ...columns(names, 4)]),
  ];
}
