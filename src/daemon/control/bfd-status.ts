/** BFD sessions in the status document: those that are configured, with what is known of them. */

import { toSeconds } from '../../core/base/time.ts';
import type { BfdSessionStatus } from '../../core/control/status.ts';
import type { DaemonState } from '../supervisor/state.ts';

/** How moments of the monotonic clock are told. */
export interface BfdMoments {
  age(at: number): number;
  iso(at: number): string;
}

/** All configured sessions. */
export function bfdStatus(state: DaemonState, moments: BfdMoments): readonly BfdSessionStatus[] {
  const views = new Map(state.bfd?.sessions.map((view) => [view.name, view]));
  return state.config.tracked.bfd.map(({ name, neighbour, source, multihop }) => {
    const view = views.get(name);
    return {
      name,
      neighbour,
      source: source ?? null,
      multihop,
      state: view?.state ?? 'UNKNOWN',
      countsAsUp: view?.isUp ?? null,
      since: view === undefined ? null : moments.iso(view.since),
      forSeconds: view === undefined ? null : moments.age(view.since),
      diagnostic: view?.diagnostic ?? null,
      neighbourState: view?.neighbour.state ?? null,
      neighbourDiagnostic: view?.neighbour.diagnostic ?? null,
      transmitIntervalSeconds: view === undefined ? null : toSeconds(view.transmitInterval),
      detectionTimeSeconds:
        view === undefined || view.detectionTime === 0 ? null : toSeconds(view.detectionTime),
      packetsSent: view?.sent ?? null,
      packetsReceived: view?.received ?? null,
    };
  });
}
