/**
 * Compares two objects of the model setting by setting, through the rows of the language. What no row knows (the
 * running configuration may come from another version) still shows, under the name it has in the model.
 */
import { equalData } from '../base/equal-data.ts';
import { type AnySetting, type AnySettings, NOT_YET } from '../language/settings/row.ts';
import { plainText } from '../language/settings/texts.ts';
import type { Change, FieldChange } from './config-plan.ts';

/** A row with its value, or what stands for a row that is missing. */
interface FlatSetting {
  readonly shown: string;
  readonly row: Exclude<AnySetting, { readonly kind: 'group' | 'hidden' }> | undefined;
  readonly value: unknown;
}

/** The settings that differ. */
export function diffFields(before: object, after: object, rows: AnySettings): FieldChange[] {
  const [left, right] = [flatten(before, rows), flatten(after, rows)];
  const changes: FieldChange[] = [];
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const setting = left.get(path) ?? right.get(path);
    const [from, to] = [left.get(path)?.value, right.get(path)?.value];
    if (setting === undefined || equalData(from, to)) continue;
    if (Array.isArray(from ?? to)) changes.push(...diffLists(setting, asList(from), asList(to)));
    else changes.push(withNote(setting, texts(setting, from, to)));
  }
  return changes;
}

/** What a change of settings and parts does to what runs on: nothing, where nothing acts on any of them yet. */
export function effectInPlace(
  fields: readonly FieldChange[],
  parts: readonly Change[] = [],
): 'in-place' | 'none-yet' {
  const isIdle =
    fields.every(({ note }) => note === NOT_YET) &&
    parts.every(({ effect }) => effect === 'none-yet');
  return isIdle ? 'none-yet' : 'in-place';
}

function texts(setting: FlatSetting, from: unknown, to: unknown): FieldChange {
  const text = textOf(setting);
  const [a, b] = [from, to].map((value) => (value === undefined ? null : text(value)));
  const field = setting.shown;
  // Only what is not shown (a secret) differs.
  return a === b
    ? { field, from: a ?? null, to: `${b} (another one)` }
    : { field, from: a ?? null, to: b ?? null };
}

/** The rows are typed by their fields; here the field is any. */
function textOf({ row }: FlatSetting): (value: unknown) => string {
  return (row?.text as ((value: unknown) => string) | undefined) ?? plainText;
}

function identityOf({ row }: FlatSetting): (value: unknown) => string {
  const identity = row?.kind === 'list' ? row.identity : undefined;
  return (identity as ((value: unknown) => string) | undefined) ?? plainText;
}

function diffLists(
  setting: FlatSetting,
  from: readonly unknown[],
  to: readonly unknown[],
): readonly FieldChange[] {
  // A list that is absent with its group is empty.
  if (from.length + to.length === 0) return [];
  const keyOf = identityOf(setting);
  const text = textOf(setting);
  const field = setting.shown;
  const [left, right] = [byKey(from, keyOf), byKey(to, keyOf)];
  const changes: FieldChange[] = [];
  for (const [key, element] of left) {
    const other = right.get(key);
    if (equalData(element, other)) continue;
    const after = other === undefined ? null : text(other);
    changes.push(withNote(setting, { field, from: text(element), to: after }));
  }
  for (const [key, element] of right) {
    if (left.has(key)) continue;
    changes.push(withNote(setting, { field, from: null, to: text(element) }));
  }
  if (changes.length > 0) return changes;
  const all = (elements: readonly unknown[]): string => elements.map(text).join(', ');
  return [withNote(setting, { field: `${field} (order)`, from: all(from), to: all(to) })];
}

/** Elements by key; of equal ones the second gets a key of its own. */
function byKey(
  elements: readonly unknown[],
  keyOf: (element: unknown) => string,
): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const element of elements) {
    let key = keyOf(element);
    while (found.has(key)) key += "'";
    found.set(key, element);
  }
  return found;
}

/** Settings by path, groups opened. */
function flatten(
  value: object,
  rows: AnySettings | undefined,
  prefix = '',
): Map<string, FlatSetting> {
  const flat = new Map<string, FlatSetting>();
  for (const [name, inner] of Object.entries(value)) {
    const path = `${prefix}${name}`;
    const row = rows?.[name];
    if (row?.kind === 'hidden') continue;
    const isOpen = row === undefined ? isPlainObject(inner) : row.kind === 'group';
    if (isOpen) {
      const fields = row?.kind === 'group' ? row.fields : undefined;
      for (const [at, found] of flatten(inner, fields, `${path}.`)) flat.set(at, found);
    } else if (row?.kind !== 'group') {
      flat.set(path, { shown: row?.shown ?? row?.keyword ?? snakeCase(path), row, value: inner });
    }
  }
  return flat;
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function withNote({ row }: FlatSetting, change: FieldChange): FieldChange {
  return row?.note === undefined ? change : { ...change, note: row.note };
}

/** `announce.arpGap` becomes `announce_arp_gap`. */
function snakeCase(path: string): string {
  return path.replaceAll('.', '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
