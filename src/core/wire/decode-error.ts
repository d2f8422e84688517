/** What a decoder answers when bytes make no sense. Decoders return it in a Result; they never throw. */
import { err } from '../base/result.ts';

/** Kinds of nonsense, as counters and tests name them. */
export type DecodeErrorKind =
  | 'truncated'
  | 'bad-version'
  | 'bad-type'
  | 'bad-length'
  | 'bad-value'
  | 'bad-checksum'
  | 'bad-digest';

/** Why and where decoding stopped; `offset` counts bytes from the start of the decoder's input. */
export interface DecodeError {
  readonly kind: DecodeErrorKind;
  readonly offset: number;
}

/** A failed Result with a DecodeError. */
export function decodeError(
  kind: DecodeErrorKind,
  offset: number,
): { readonly ok: false; readonly error: DecodeError } {
  return err({ kind, offset });
}
