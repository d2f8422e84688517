/** Keyed digests that the core is given, because it has no cryptography of its own. */

/** A digest of `data` under `key` (RFC 2104). */
export type KeyedDigest = (key: Uint8Array, data: Uint8Array) => Uint8Array;

/** Those that authentication of VRRP needs. */
export interface KeyedDigests {
  /** HMAC over MD5, 16 bytes: the authentication header of version 2. */
  readonly hmacMd5: KeyedDigest;
  /** HMAC over SHA-256, 32 bytes: the trailer of `auth_hmac`. */
  readonly hmacSha256: KeyedDigest;
}
