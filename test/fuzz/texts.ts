/** Bytes of texts. */
const ENCODER = new TextEncoder();

/** Each text as UTF-8. */
export function texts(...all: readonly string[]): readonly Uint8Array[] {
  return all.map((one) => ENCODER.encode(one));
}
