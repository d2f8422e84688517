/** Marks the keywords that have an effect: those whose row in a settings table does not say otherwise. */
import type { Keyword } from '../schema/types.ts';
import { type AnySettings, NOT_YET, PARTLY } from './row.ts';

/** The keywords of a block, those that a row of its settings stands for marked as in effect. */
export function withEffects(
  settings: AnySettings,
  keywords: readonly Keyword[],
): readonly Keyword[] {
  const names = new Set(namesOf(settings));
  return keywords.map((keyword) =>
    keyword.effect === 'not-supported-yet' && names.has(keyword.name)
      ? { ...keyword, effect: 'supported' }
      : keyword,
  );
}

function namesOf(settings: AnySettings): readonly string[] {
  return Object.values(settings).flatMap((row): readonly string[] => {
    if (row.kind === 'hidden') return [];
    if (row.kind === 'group') return namesOf(row.fields);
    return row.note === NOT_YET || row.note === PARTLY ? [] : [row.keyword];
  });
}
