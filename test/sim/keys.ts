/** `auth_hmac` on the directors of a simulated cluster: the steps of a change of keys and modes, and who believes whom. */
import type { VrrpInstanceConfig } from '../../src/core/model/config.ts';
import { type HmacConfig, hmacWindowSeconds } from '../../src/core/model/hmac.ts';

/** What a plan says of it. */
export interface HmacPlan {
  readonly antiReplay: HmacConfig['antiReplay'];
}

/** How one director has it; `off`: not at all. */
export interface HmacSetting {
  readonly mode: HmacConfig['mode'] | 'off';
  /** Of `KEY_STEPS`. */
  readonly step: number;
}

/** As it is where no reload has changed it. */
export const FIRST_SETTING: HmacSetting = { mode: 'enforce', step: 0 };

/** A change of keys: the new one is known everywhere before it is used, and used everywhere before the old one goes. */
export const KEY_STEPS: readonly Pick<HmacConfig, 'keys' | 'activeKey'>[] = [
  { keys: [key(1)], activeKey: 1 },
  { keys: [key(1), key(2)], activeKey: 1 },
  { keys: [key(1), key(2)], activeKey: 2 },
  { keys: [key(2)], activeKey: 2 },
];

/** Changes that cost nothing when all directors make each step before the next: of keys, and from authentication to none and back. */
export const ROLLS: readonly (readonly HmacSetting[])[] = [
  [1, 2, 3, 2, 1, 0].map((step) => ({ mode: 'enforce', step }) as const),
  (['permissive', 'receive-only', 'off', 'receive-only', 'permissive', 'enforce'] as const).map(
    (mode) => ({ mode, step: 0 }),
  ),
];

/** Where a difference of clocks is too near to the window to say what comes of it, seconds. */
const UNSURE_S = 2;

/** The configuration of a setting. */
export function hmacOf(
  { antiReplay }: HmacPlan,
  { mode, step }: HmacSetting,
): HmacConfig | undefined {
  const keys = KEY_STEPS[step];
  return mode === 'off' || keys === undefined ? undefined : { ...keys, antiReplay, mode };
}

/** Whether a router accepts what another one sends, whose clock is so far off, in seconds. */
export function accepts(
  receiver: Pick<VrrpInstanceConfig, 'hmac' | 'advertInterval'>,
  { hmac: sending }: Pick<VrrpInstanceConfig, 'hmac'>,
  clockError: number,
): boolean {
  const { hmac: own } = receiver;
  if (sending === undefined || sending.mode === 'receive-only') return own?.mode !== 'enforce';
  const used = sending.keys.find(({ id }) => id === sending.activeKey);
  const known = own?.keys.find(({ id }) => id === sending.activeKey);
  if (own === undefined || used === undefined || used.secret !== known?.secret) return false;
  if (own.antiReplay !== 'time') return true;
  return Math.abs(clockError) <= hmacWindowSeconds(receiver) - UNSURE_S;
}

function key(id: number): HmacConfig['keys'][number] {
  return { id, secret: `${id}`.repeat(32) };
}
