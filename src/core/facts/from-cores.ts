/** What the pure cores report, as facts. */
import type { BfdReport } from '../bfd/sessions.ts';
import type { HealthReport } from '../health/events-and-actions.ts';
import type { HeartbeatReport } from '../heartbeat/sessions.ts';
import type { WitnessReport } from '../heartbeat/witnesses.ts';
import type { TrackingReport } from '../tracking/events-and-actions.ts';
import type { VrrpReport } from '../vrrp/events-and-actions.ts';
import type { Fact } from './catalogue.ts';
import type { TraceReport } from './trace-facts.ts';

/** The fact of a report of the VRRP router or the health core. */
export function coreFact(
  report:
    | VrrpReport
    | BfdReport
    | HeartbeatReport
    | WitnessReport
    | HealthReport
    | TrackingReport
    | TraceReport,
): Fact {
  switch (report.type) {
    case 'trace':
      return report.fact;
    case 'notice': {
      const { type: _, ...rest } = report;
      return rest;
    }
    case 'transition': {
      const { type: _, ...rest } = report;
      return { id: 'vrrp.transition', ...rest };
    }
    case 'priorityChanged': {
      const { type: _, ...rest } = report;
      return { id: 'vrrp.priority-changed', ...rest };
    }
    case 'conflict': {
      const { type: _, ...rest } = report;
      return { id: 'vrrp.conflict', ...rest };
    }
    case 'groupTransition': {
      const { type: _, ...rest } = report;
      return { id: 'vrrp.group-transition', ...rest };
    }
    case 'bfdChanged': {
      const { type: _, ...rest } = report;
      return { id: 'bfd.changed', ...rest };
    }
    case 'bfdNotBack': {
      const { type: _, ...rest } = report;
      return { id: 'bfd.not-back', ...rest };
    }
    case 'heartbeatChanged': {
      const { type: _, ...rest } = report;
      return { id: 'heartbeat.changed', ...rest };
    }
    case 'heartbeatDropped': {
      const { type: _, ...rest } = report;
      return { id: 'heartbeat.dropped', ...rest };
    }
    case 'witnessChanged': {
      const { type: _, ...rest } = report;
      return { id: 'witness.changed', ...rest };
    }
    case 'trackerChanged': {
      const { type: _, ...rest } = report;
      return { id: 'track.changed', ...rest };
    }
    case 'scriptResult': {
      const { type: _, ...rest } = report;
      return { id: 'track.result', ...rest };
    }
    case 'scriptBusy': {
      const { type: _, ...rest } = report;
      return { id: 'track.busy', ...rest };
    }
    case 'fileIgnored': {
      const { type: _, ...rest } = report;
      return { id: 'track.file-ignored', ...rest };
    }
    case 'checkChanged': {
      const { type: _, ...rest } = report;
      return { id: 'check.changed', ...rest };
    }
    case 'checkFailedOnce': {
      const { type: _, ...rest } = report;
      return { id: 'check.failed-once', ...rest };
    }
    case 'probeImpossible': {
      const { type: _, ...rest } = report;
      return { id: 'check.impossible', ...rest };
    }
    case 'serverChanged': {
      const { type: _, ...rest } = report;
      return { id: 'server.changed', ...rest };
    }
    case 'weightChanged': {
      const { type: _, ...rest } = report;
      return { id: 'server.weight-changed', ...rest };
    }
    case 'quorumChanged': {
      const { virtualServer, up, aliveWeight, quorum } = report;
      return report.removed === true
        ? { id: 'virtual-server.removed', virtualServer }
        : { id: 'quorum.changed', virtualServer, up, aliveWeight, quorum };
    }
    case 'serverOrdered': {
      const { type: _, ...rest } = report;
      return { id: 'server.ordered', ...rest };
    }
    case 'flapDamped': {
      const { type: _, ...rest } = report;
      return { id: 'server.flapping', ...rest };
    }
    case 'panicChanged': {
      const { type: _, ...rest } = report;
      return { id: 'check.panic', ...rest };
    }
    case 'serverDrained': {
      const { type: _, ...rest } = report;
      return { id: 'server.drained', ...rest };
    }
    case 'checksSuspended': {
      const { type: _, ...rest } = report;
      return { id: 'check.suspended', ...rest };
    }
  }
}
