/** What has a say in takeovers, as operators see it. */
import type { HeartbeatView } from './sessions.ts';
import type { WitnessView } from './witnesses.ts';

/** All heartbeats and witnesses of a director. */
export interface TakeoverView {
  readonly heartbeats: readonly HeartbeatView[];
  readonly witnesses: readonly WitnessView[];
}
