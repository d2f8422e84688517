/** Datagrams of the heartbeat path, and a session that hears them. */
import assert from 'node:assert/strict';
import { instant } from '../../src/core/base/time.ts';
import { HeartbeatSession } from '../../src/core/heartbeat/session.ts';
import { decodeHeartbeat, HEARTBEAT_ENTRIES_MAX } from '../../src/core/wire/heartbeat.ts';
import { heartbeat } from '../support/builders/heartbeat.ts';
import { HEARTBEAT_VECTOR } from '../vectors/heartbeat.ts';
import { hex } from '../vectors/vrrp.ts';
import { checkResult } from './check-views.ts';
import type { FuzzTarget } from './engine.ts';

/** A session for all inputs: what one leaves must not harm it with the next. */
const SESSION = new HeartbeatSession({
  config: heartbeat(),
  key: new Uint8Array(32),
  now: instant(0),
  hmacSha256: () => new Uint8Array(32),
  newId: () => '0000000000000001',
});
let now = 0;

/** The heartbeat. */
export const HEARTBEAT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'heartbeat',
    samples: [hex(HEARTBEAT_VECTOR)],
    run: (input) => {
      checkResult(input, decodeHeartbeat(input));
      now += 50_000;
      SESSION.receive(instant(now), input, instant(now));
      SESSION.handleDeadline(instant(now));
      assert.ok(SESSION.fact.routers.length <= 255 * HEARTBEAT_ENTRIES_MAX);
    },
  },
];
