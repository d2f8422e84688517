/** Signs the advertisements of one instance with its active key (`auth_hmac`). */
import type { IpFamily } from '../base/address.ts';
import type { Instant } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { type HmacConfig, hmacKeyBytes, hmacWindowSeconds } from '../model/hmac.ts';
import type { KeyedDigest } from '../wire/keyed-digests.ts';
import { encodeHmacTrailer, isLaterStamp, secondsBehind, stampAt } from '../wire/vrrp-hmac.ts';
import type { WallClock } from './wall-clock.ts';

/** The sending side of `auth_hmac`. Its number goes on over reloads. */
export class HmacSigner {
  readonly #clock: WallClock;
  readonly #hmacSha256: KeyedDigest;
  #last: bigint | undefined;
  #config: HmacConfig | undefined;
  #family: IpFamily = 'ipv4';
  #key: Uint8Array = new Uint8Array(0);
  #window = 0;

  constructor(
    config: VrrpInstanceConfig,
    parts: { readonly clock: WallClock; readonly hmacSha256: KeyedDigest },
  ) {
    this.#clock = parts.clock;
    this.#hmacSha256 = parts.hmacSha256;
    this.configure(config);
  }

  /** Takes a new configuration over. */
  configure(config: VrrpInstanceConfig): void {
    const { hmac } = config;
    const active = hmac?.keys.find(({ id }) => id === hmac.activeKey);
    this.#config = hmac;
    this.#family = config.family;
    this.#key = hmacKeyBytes(active?.secret ?? '');
    this.#window = hmacWindowSeconds(config);
  }

  /** The trailer of a message that leaves from `source` at `now`; undefined when none is sent. */
  sign(message: Uint8Array, source: Uint8Array, now: Instant): Uint8Array | undefined {
    const config = this.#config;
    if (config === undefined || config.mode === 'receive-only') return undefined;
    const stamp = this.#stamp(now, config);
    const security = {
      key: this.#key,
      hmacSha256: this.#hmacSha256,
      family: this.#family,
      source,
    };
    return encodeHmacTrailer(message, { keyId: config.activeKey, stamp }, security);
  }

  /**
   * A fresh number. Those that only grow must not shrink with the clock, not even of an instance that has yet to sign or was made anew: they go on
   * above what the clock has shown to this process, and above what it signed with.
   */
  #stamp(now: Instant, config: HmacConfig): bigint {
    const clock = this.#clock;
    const time = clock.at(now);
    if (config.antiReplay === 'time') {
      this.#last = this.#next(stampAt(time), config);
      return this.#last;
    }
    const { signed } = clock;
    if (signed !== undefined && (this.#last === undefined || isLaterStamp(signed, this.#last))) {
      this.#last = signed;
    }
    this.#last = this.#next(stampAt(clock.highest), config);
    clock.signed = this.#last;
    return this.#last;
  }

  /**
   * The clock, or one more than the last number while the clock does not advance. A clock that was set back by more
   * than the window is followed in time mode, where receivers forget numbers that far ahead.
   */
  #next(clock: bigint, { antiReplay }: HmacConfig): bigint {
    const last = this.#last;
    if (last === undefined || isLaterStamp(clock, last)) return clock;
    const isSetBack = -secondsBehind(last, clock) > this.#window;
    return antiReplay === 'time' && isSetBack ? clock : BigInt.asUintN(64, last + 1n);
  }
}
