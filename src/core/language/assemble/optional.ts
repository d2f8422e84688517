/** Fields of the model that are absent without a value. */

/** A field that is absent without a value. */
export function optional<K extends string, V>(
  field: K,
  value: V | undefined,
): { readonly [F in K]?: V } {
  return value === undefined ? {} : ({ [field]: value } as { readonly [F in K]: V });
}
