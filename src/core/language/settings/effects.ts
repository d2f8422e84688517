/** Marks the keywords that have an effect: those whose row in a settings table does not say otherwise. */
import type { Keyword } from '../schema/keyword-table.ts';
import { type AnySetting, type AnySettings, NOT_YET } from './row.ts';

/** The keywords of a block, those that a row of its settings stands for marked as in effect. */
export function withEffects(
  settings: AnySettings,
  keywords: readonly Keyword[],
): readonly Keyword[] {
  const names = new Set(namesOf(settings, ({ keyword }) => keyword));
  return marked(keywords, names);
}

/** The keywords of `global_defs`, those that give the defaults of another block's settings marked as in effect. */
export function withDefaultEffects(
  settings: AnySettings,
  keywords: readonly Keyword[],
): readonly Keyword[] {
  return marked(
    keywords,
    new Set(namesOf(settings, (row) => (row.kind === 'read' ? (row.global ?? '') : ''))),
  );
}

type Row = Exclude<AnySetting, { readonly kind: 'group' | 'hidden' }>;

function marked(keywords: readonly Keyword[], names: ReadonlySet<string>): readonly Keyword[] {
  return keywords.map((keyword) =>
    keyword.effect === 'not-supported-yet' && names.has(keyword.name)
      ? { ...keyword, effect: 'supported' }
      : keyword,
  );
}

function namesOf(settings: AnySettings, nameOf: (row: Row) => string): readonly string[] {
  return Object.values(settings).flatMap((row): readonly string[] => {
    if (row.kind === 'hidden') return [];
    if (row.kind === 'group') return namesOf(row.fields, nameOf);
    return row.note === NOT_YET ? [] : [nameOf(row)];
  });
}
