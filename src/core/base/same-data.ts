/** Equality of plain data: what would be the same as JSON. */

/** True when both hold the same; the sequence of keys and absent against undefined make no difference. Stops at the first difference. */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return sameList(a, b);
  return hasAll(a, b) && hasAll(b, a, true);
}

function sameList(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    if (!sameData(a[index], b[index])) return false;
  }
  return true;
}

/** Whether `b` has what `a` has; with `onlyNames` what both have was compared already. */
function hasAll(a: object, b: object, onlyNames = false): boolean {
  const other = b as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(a)) {
    if (value === undefined) continue;
    const found = other[name];
    if (onlyNames ? found === undefined : !sameData(value, found)) return false;
  }
  return true;
}
