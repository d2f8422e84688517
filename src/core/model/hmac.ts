/** Authentication of advertisements by HMAC (keepalived 2.4). */
import { fromHex, utf8Bytes } from '../base/bytes.ts';
import { type Duration, toSeconds } from '../base/time.ts';

/** Bytes that a key has. */
export const HMAC_KEY_BYTES: { readonly min: number; readonly max: number } = { min: 32, max: 64 };

/** `auth_hmac`. */
export interface HmacConfig {
  /** Each id once. */
  readonly keys: readonly HmacKeyConfig[];
  /** The one for sending; it is among the keys. */
  readonly activeKey: number;
  /** Age up to which an advertisement counts; absent: three advertisement intervals, 5 to 300 s. */
  readonly windowSeconds?: number;
  readonly antiReplay: 'time' | 'monotonic';
  /** What is sent and required. */
  readonly mode: 'enforce' | 'permissive' | 'receive-only';
}

/** A key, a secret. */
export interface HmacKeyConfig {
  /** 1..255. */
  readonly id: number;
  /** The text itself or `hex:DIGITS`; of a key in a file its content, empty where no file is read. */
  readonly secret: string;
  /** Where the key was read from; absent: it stands in the configuration. */
  readonly file?: string;
}

/** The bytes of a key; none when `hex:` is followed by something else than pairs of digits. */
export function hmacKeyBytes(secret: string): Uint8Array {
  if (!secret.startsWith('hex:')) return utf8Bytes(secret);
  return fromHex(secret.slice(4)) ?? new Uint8Array(0);
}

/** The window in force, seconds: that of the configuration, or three whole seconds of an interval, 5 to 300. */
export function hmacWindowSeconds({
  hmac,
  advertInterval,
}: {
  readonly hmac?: HmacConfig;
  readonly advertInterval: Duration;
}): number {
  const byInterval = 3 * Math.floor(toSeconds(advertInterval));
  return hmac?.windowSeconds ?? Math.min(300, Math.max(5, byInterval));
}
