/** Heartbeats and witnesses in the status document: those that are configured, with what is known of them. */
import { toSeconds } from '../../core/base/time.ts';
import type { HeartbeatStatus, InstanceStatus, WitnessStatus } from '../../core/control/status.ts';
import { holdText } from '../../core/facts/takeover-facts.ts';
import { witnessVerdict } from '../../core/model/takeover.ts';
import type { VrrpInstanceView } from '../../core/vrrp/events-and-actions.ts';
import type { DaemonState } from '../supervisor/state.ts';
import type { BfdMoments as Moments } from './bfd-status.ts';

/** All configured heartbeats. */
export function heartbeatStatus(state: DaemonState, moments: Moments): readonly HeartbeatStatus[] {
  const views = new Map(state.takeover?.heartbeats.map((view) => [view.name, view]));
  return (state.config.takeover?.heartbeats ?? []).map(({ name, neighbour }) => {
    const view = views.get(name);
    return {
      name,
      peer: neighbour,
      state: view?.state ?? 'UNKNOWN',
      since: view === undefined ? null : moments.iso(view.since),
      forSeconds: view === undefined ? null : moments.age(view.since),
      heardAgeSeconds: view?.heardAt === undefined ? null : moments.age(view.heardAt),
      silenceSeconds: view === undefined ? null : toSeconds(view.silence),
      routers: (view?.routers ?? []).map((router) => ({
        vrid: router.vrid,
        family: router.family,
        state: router.state,
        priority: router.priority,
        forSeconds: moments.age(router.since),
        isSound: router.isSound,
        hasWitnesses: router.hasWitnesses,
        source: router.source ?? null,
      })),
      datagramsSent: view?.sent ?? null,
      datagramsReceived: view?.received ?? null,
      datagramsDropped: view?.dropped ?? null,
    };
  });
}

/** All configured witnesses. */
export function witnessStatus(state: DaemonState, moments: Moments): readonly WitnessStatus[] {
  const views = new Map(state.takeover?.witnesses.map((view) => [view.witness, view]));
  return (state.config.takeover?.witnesses ?? []).map(({ name, addresses, atLeast }) => {
    const view = views.get(name);
    const known = new Map(view?.addresses.map((one) => [one.address, one]));
    const verdict = view && witnessVerdict(view);
    return {
      name,
      enough: verdict === undefined || verdict === 'awaited' ? null : verdict === 'enough',
      forSeconds: view === undefined ? null : moments.age(view.since),
      answering: view?.answering ?? null,
      total: addresses.length,
      atLeast,
      hosts: addresses.map((address) => {
        const one = known.get(address);
        return {
          address,
          answers: one?.answers ?? null,
          answeredAgeSeconds: one?.answeredAt === undefined ? null : moments.age(one.answeredAt),
        };
      }),
    };
  });
}

/** What holds the takeover of an instance. */
export function takeoverHeldStatus(
  { takeoverHeld, lastAdvertisementAt }: VrrpInstanceView,
  moments: Moments,
): InstanceStatus['takeoverHeld'] {
  if (takeoverHeld === undefined) return null;
  const { since, hold } = takeoverHeld;
  const unheard = lastAdvertisementAt === undefined ? undefined : moments.age(lastAdvertisementAt);
  return { by: hold.kind, forSeconds: moments.age(since), text: holdText(hold, unheard) };
}
