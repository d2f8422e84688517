/** Reads the settings of a block by the rows of its table. */
import { last } from '../typed/access.ts';
import type { TypedBlock } from '../typed/values.ts';
import type { ReadSetting, Settings } from './row.ts';

/** Whose keywords are looked for: those of the block itself, or those that give its defaults in `global_defs`. */
export type Scope = 'block' | 'global_defs';

/** Reads the fields of `R`, those that need nothing but their rows. */
export interface SettingsReader<M, R extends keyof M> {
  /** What a block says itself. */
  given(block: TypedBlock | undefined, scope?: Scope): Partial<Pick<M, R>>;
  /** Every setting: as the block says, else as `above`, else its default. Fields without a value are left out. */
  read(block: TypedBlock | undefined, above?: Partial<Pick<M, R>>, scope?: Scope): Pick<M, R>;
}

/** The reader of a table; made once, because some blocks come ten thousand times. */
export function settingsReader<M, R extends keyof M>(rows: Settings<M, R>): SettingsReader<M, R> {
  const readable: readonly (readonly [string, ReadSetting<unknown>])[] = Object.entries(
    rows as Readonly<Record<string, { readonly kind: string }>>,
  ).flatMap(([field, row]) =>
    row.kind === 'read' ? [[field, row as ReadSetting<unknown>] as const] : [],
  );
  const collect = (
    block: TypedBlock | undefined,
    scope: Scope,
    above: Readonly<Record<string, unknown>> | undefined,
  ): Record<string, unknown> => {
    const found: Record<string, unknown> = {};
    for (const [field, row] of readable) {
      const own = ownValue(row, block, scope);
      const settled =
        own === undefined && above !== undefined ? (above[field] ?? fallbackOf(row, found)) : own;
      if (settled !== undefined) found[field] = settled;
    }
    return found;
  };
  return {
    given: (block, scope = 'block') => collect(block, scope, undefined) as Partial<Pick<M, R>>,
    read: (block, above = {}, scope = 'block') => collect(block, scope, above) as Pick<M, R>,
  };
}

function ownValue(row: ReadSetting<unknown>, block: TypedBlock | undefined, scope: Scope): unknown {
  const keyword = scope === 'block' ? row.keyword : row.global;
  const typed = keyword === undefined ? undefined : last(block, keyword);
  return typed && row.meaning(typed.values[row.position ?? 0]);
}

function fallbackOf({ fallback }: ReadSetting<unknown>, found: Record<string, unknown>): unknown {
  const isLike = typeof fallback === 'object' && fallback !== null && 'like' in fallback;
  return isLike ? found[fallback.like as string] : fallback;
}
