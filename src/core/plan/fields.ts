/**
 * Compares two objects of the model setting by setting. Tables give a setting its keyword and its text; what
 * no table knows (a setting that is newer than the table) still shows, under the name it has in the model.
 */
import { exactSpanText } from '../base/span-text.ts';
import type { Duration } from '../base/time.ts';
import { equalData } from '../vrrp/reload.ts';
import type { FieldChange } from './types.ts';

/** How a setting is shown. */
export interface FieldRow {
  /** Keyword. */
  readonly field: string;
  /** Text of a value; of a list element for lists. */
  readonly text?: (value: unknown) => string;
  /** The elements are compared one by one; this is what makes two of them the same. */
  readonly list?: (element: unknown) => string;
  readonly note?: string;
}

/** Rows by path in the model: `priority`, `announce.repeat`. An empty field hides the setting. */
export type FieldRows = Readonly<Record<string, FieldRow | undefined>>;

/** The settings that differ. */
export function diffFields(before: object, after: object, rows: FieldRows): FieldChange[] {
  const [left, right] = [flatten(before, rows), flatten(after, rows)];
  const changes: FieldChange[] = [];
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const [from, to] = [left.get(path), right.get(path)];
    const row = rows[path] ?? { field: snakeCase(path) };
    if (row.field === '' || equalData(from, to)) continue;
    if (Array.isArray(from ?? to)) changes.push(...diffLists(row, asList(from), asList(to)));
    else changes.push(withNote(row, { field: row.field, ...texts(row, from, to) }));
  }
  return changes;
}

/** Seconds with as many decimals as there are. */
export function secondsText(value: unknown): string {
  return typeof value === 'number' ? exactSpanText(value as Duration) : plainText(value);
}

/** on or off. */
export function switchText(value: unknown): string {
  return value === true ? 'on' : 'off';
}

/** For keywords that say the opposite of the model. */
export function invertedText(value: unknown): string {
  return value === true ? 'off' : 'on';
}

/** Any value as a text. */
export function plainText(value: unknown): string {
  if (typeof value === 'boolean') return switchText(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function texts(
  row: FieldRow,
  from: unknown,
  to: unknown,
): { readonly from: string | null; readonly to: string | null } {
  const text = row.text ?? plainText;
  const [a, b] = [from, to].map((value) => (value === undefined ? null : text(value)));
  // Only what is not shown (a secret) differs.
  return a === b
    ? { from: a ?? null, to: `${b} (another one)` }
    : { from: a ?? null, to: b ?? null };
}

function diffLists(
  row: FieldRow,
  from: readonly unknown[],
  to: readonly unknown[],
): readonly FieldChange[] {
  const keyOf = row.list ?? plainText;
  const text = row.text ?? plainText;
  const [left, right] = [byKey(from, keyOf), byKey(to, keyOf)];
  const changes: FieldChange[] = [];
  for (const [key, element] of left) {
    const other = right.get(key);
    if (equalData(element, other)) continue;
    const after = other === undefined ? null : text(other);
    changes.push(withNote(row, { field: row.field, from: text(element), to: after }));
  }
  for (const [key, element] of right) {
    if (left.has(key)) continue;
    changes.push(withNote(row, { field: row.field, from: null, to: text(element) }));
  }
  if (changes.length > 0) return changes;
  const all = (elements: readonly unknown[]): string => elements.map(text).join(', ');
  return [withNote(row, { field: `${row.field} (order)`, from: all(from), to: all(to) })];
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

/** Values by path, down to where a row takes over. */
function flatten(value: object, rows: FieldRows, prefix = ''): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [name, inner] of Object.entries(value)) {
    const path = `${prefix}${name}`;
    const isNested = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    if (!isNested || rows[path] !== undefined) flat.set(path, inner);
    else for (const [at, found] of flatten(inner, rows, `${path}.`)) flat.set(at, found);
  }
  return flat;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function withNote(row: FieldRow, change: FieldChange): FieldChange {
  return row.note === undefined ? change : { ...change, note: row.note };
}

/** `announce.arpGap` becomes `announce_arp_gap`. */
function snakeCase(path: string): string {
  return path.replaceAll('.', '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
