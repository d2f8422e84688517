/**
 * Wording of what the vrrp and health processes report: one line with a stable id, a level and named
 * fields for each fact. Names are those of the configuration file.
 */
import { toSeconds } from '../../../core/base/time.ts';
import type { ProbeResult } from '../../../core/checkers/outcome.ts';
import { causeText, trackerText } from '../../../core/vrrp/cause-texts.ts';
import type { TransitionReason, VrrpState } from '../../../core/vrrp/types.ts';
import type { FromHealth, FromVrrp } from '../../frame/messages.ts';
import type { LogLevel, LogLine } from './log.ts';

/** A fact of the vrrp process. */
export type VrrpFact = Extract<FromVrrp, { type: 'facts' }>['facts'][number];

/** A fact of the health process. */
export type HealthFact = Extract<FromHealth, { type: 'facts' }>['facts'][number];

/**
 * A line with its level; with `kind` it counts against the rate limit of that kind. A kind is one of a
 * few: names that a network or a configuration gives go into `about`.
 */
export interface Described {
  readonly level: LogLevel;
  readonly line: LogLine;
  readonly kind?: string;
  /** The object it is about; of each a few lines pass. */
  readonly about?: string;
}

/** The line of a fact of the vrrp process. */
export function describeVrrp(fact: VrrpFact): Described {
  switch (fact.type) {
    case 'transition': {
      const { instance, from, to, reason } = fact;
      const cause = fact.cause === undefined ? undefined : causeText(fact.cause);
      const why = cause === undefined ? reason : `${reason}: ${cause}`;
      return {
        level: transitionLevel(to, reason),
        line: {
          id: 'vrrp.transition',
          component: 'vrrp',
          message: `${instance}: ${from} -> ${to} (${why})`,
          fields: {
            instance,
            from,
            to,
            reason,
            ...(fact.cause?.kind === 'router' && { peer: fact.cause.address }),
            ...(cause === undefined ? {} : { cause }),
          },
        },
      };
    }
    case 'priorityChanged': {
      const { instance, from, to, trackers } = fact;
      const why = trackers.map(trackerText).join(', ') || 'the configuration';
      return {
        level: 'notice',
        kind: 'vrrp.priority-changed',
        about: instance,
        line: {
          id: 'vrrp.priority-changed',
          component: 'vrrp',
          message: `${instance}: priority ${from} -> ${to} (${why})`,
          fields: { instance, from, to, trackers: trackers.map(({ name }) => name).join(' ') },
        },
      };
    }
    case 'groupTransition':
      return {
        level: fact.to === 'FAULT' ? 'warning' : 'notice',
        line: {
          id: 'vrrp.group-transition',
          component: 'vrrp',
          message: `sync group ${fact.group}: ${fact.from} -> ${fact.to}`,
          fields: { group: fact.group, from: fact.from, to: fact.to },
        },
      };
    case 'notice': {
      const { instance, code, message } = fact;
      return {
        level: 'warning',
        kind: `vrrp.notice ${code}`,
        about: instance ?? '',
        line: {
          id: `vrrp.${code}`,
          component: 'vrrp',
          message: instance === undefined ? message : `${instance}: ${message}`,
          fields: { code, ...(instance === undefined ? {} : { instance }) },
        },
      };
    }
  }
}

/** The line of a fact of the health process. */
export function describeHealth(fact: HealthFact): Described {
  switch (fact.type) {
    case 'checkChanged': {
      const { virtualServer, realServer, check, up, result, attempts } = fact;
      const tries = attempts === 1 ? '' : ` after ${attempts} attempts`;
      return {
        level: up ? 'info' : 'notice',
        line: {
          id: 'check.changed',
          component: 'checker',
          message: `${check} of ${realServer} in ${virtualServer} ${up ? 'passes' : `fails${tries}`}: ${resultText(result)}`,
          fields: { virtualServer, realServer, check, up, attempts, ...resultFields(result) },
        },
      };
    }
    case 'checkFailedOnce': {
      const { virtualServer, realServer, check, result, retriesLeft } = fact;
      const left = retriesLeft === 1 ? '1 retry left' : `${retriesLeft} retries left`;
      return {
        level: 'info',
        kind: 'check.failed-once',
        about: `${virtualServer} ${realServer} ${check}`,
        line: {
          id: 'check.failed-once',
          component: 'checker',
          message: `${check} of ${realServer} in ${virtualServer} failed, ${left}: ${resultText(result)}`,
          fields: { virtualServer, realServer, check, retriesLeft, ...resultFields(result) },
        },
      };
    }
    case 'probeImpossible': {
      const { virtualServer, realServer, check, result } = fact;
      return {
        level: 'error',
        kind: 'check.impossible',
        about: `${virtualServer} ${realServer} ${check}`,
        line: {
          id: 'check.impossible',
          component: 'checker',
          message: `${check} of ${realServer} in ${virtualServer} cannot be made on this host, its verdict stays: ${resultText(result)}`,
          fields: { virtualServer, realServer, check, ...resultFields(result) },
        },
      };
    }
    case 'serverChanged': {
      const { virtualServer, realServer, up, reason, removed } = fact;
      return {
        level: up || removed === true ? 'notice' : 'warning',
        line: {
          id: 'server.changed',
          component: 'checker',
          message:
            removed === true
              ? `real server ${realServer} of ${virtualServer} is ${reason}`
              : `real server ${realServer} of ${virtualServer} is ${up ? 'UP' : 'DOWN'} (${reason})`,
          fields: { virtualServer, realServer, up, reason },
        },
      };
    }
    case 'quorumChanged': {
      const { virtualServer, up, aliveWeight, quorum } = fact;
      if (fact.removed === true) {
        return {
          level: 'notice',
          line: {
            id: 'virtual-server.removed',
            component: 'checker',
            message: `virtual server ${virtualServer} is no longer in the configuration`,
            fields: { virtualServer },
          },
        };
      }
      return {
        level: up ? 'notice' : 'error',
        line: {
          id: 'quorum.changed',
          component: 'checker',
          message: `virtual server ${virtualServer} ${up ? 'gained' : 'LOST'} its quorum (weight alive ${aliveWeight}, quorum ${quorum})`,
          fields: { virtualServer, up, aliveWeight, quorum },
        },
      };
    }
  }
}

/** One probe's end in a few words: `connection refused (0.3 ms)`. */
export function resultText(result: ProbeResult): string {
  const milliseconds = toSeconds(result.elapsed) * 1_000;
  const duration = `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  return `${result.detail === '' ? result.outcome : result.detail} (${duration})`;
}

function resultFields(result: ProbeResult): Record<string, string | number> {
  return {
    outcome: result.outcome,
    detail: result.detail,
    elapsedSeconds: toSeconds(result.elapsed),
  };
}

/** A lost interface needs attention; an operator's or our own orderly step is a plain change of state. */
function transitionLevel(to: VrrpState, reason: TransitionReason): LogLevel {
  if (to === 'FAULT') return 'warning';
  return reason === 'startup' && to !== 'MASTER' ? 'info' : 'notice';
}
