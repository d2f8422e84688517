/** Authentication of advertisements by HMAC (keepalived 2.4). Understood and kept; nothing acts on it yet. */

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
  /** As written: the text itself, `hex:DIGITS`, or `file:PATH`. */
  readonly secret: string;
}
