/** Facts about what has a say in takeovers: heartbeats, witnesses, and the takeovers that they hold. */
import { spanText } from '../base/span-text.ts';
import { toSeconds } from '../base/time.ts';
import type { HeartbeatDrop, PeerState } from '../heartbeat/session.ts';
import type { HeartbeatReport } from '../heartbeat/sessions.ts';
import type { WitnessReport } from '../heartbeat/witnesses.ts';
import type { TakeoverHold } from '../vrrp/takeover-hold.ts';
import type { FactEntries, FieldValue, Reported } from './entry.ts';
import { COMMON, line, type NoticeFields } from './notice-line.ts';
import { count } from './words.ts';

/** Fields of these facts, by id. */
export interface TakeoverFactFields {
  readonly 'heartbeat.changed': Reported<HeartbeatReport, 'heartbeatChanged'>;
  readonly 'heartbeat.dropped': Reported<HeartbeatReport, 'heartbeatDropped'>;
  readonly 'witness.changed': Omit<WitnessReport, 'type'>;
  readonly 'vrrp.takeoverHeld': NoticeFields<'vrrp.takeoverHeld'>;
  readonly 'vrrp.takeoverReleased': NoticeFields<'vrrp.takeoverReleased'>;
}

const HEARTBEAT = { heartbeat: 'name of the heartbeat', peer: 'address of the peer' };
const HOLD = 'as `by`, `heartbeat` or `witness`: what holds the takeover, with `peer` and its name';

/** Their entries. */
export const TAKEOVER_FACTS: FactEntries<TakeoverFactFields> = {
  'heartbeat.changed': {
    component: 'vrrp',
    level: ({ to }) => (to === 'silent' ? 'warning' : 'notice'),
    text: ({ heartbeat, peer, to }) => `heartbeat ${heartbeat}: ${peer} ${STATES[to]}`,
    meaning:
      'The heartbeat of a peer is heard, or not any more. A peer that is silent, or has said that it goes, holds no takeover.',
    fields: {
      ...HEARTBEAT,
      from: 'before: heard, silent or left',
      to: 'now',
    },
    limit: ({ heartbeat, to }) => ({ kind: to, about: heartbeat }),
  },
  'heartbeat.dropped': {
    component: 'vrrp',
    level: 'warning',
    text: ({ heartbeat, peer, reason, number }) =>
      `heartbeat ${heartbeat}: dropped ${count(number, 'datagram')} that came from ${peer}: ${DROPS[reason]}`,
    meaning:
      'What came from the address of the peer was no heartbeat of it. It changes nothing and is not answered. Said once a minute at most; the counters count always.',
    fields: { ...HEARTBEAT, reason: 'why', number: 'how many since the last such line' },
    limit: ({ heartbeat, reason }) => ({ kind: reason, about: heartbeat }),
  },
  'witness.changed': {
    component: 'vrrp',
    level: ({ isEnough }) => (isEnough ? 'notice' : 'warning'),
    text: ({ witness, isEnough, silent, ...numbers }) => {
      const who = silent.length === 0 || isEnough ? '' : `; no answer from ${silent.join(', ')}`;
      return `witness ${witness}: ${answersText(numbers)}${isEnough ? '' : ': too few'}${who}`;
    },
    meaning:
      'Enough of the hosts of a witness answer, or too few. Instances that name it are not promoted meanwhile; one that is MASTER stays it.',
    fields: {
      witness: 'name of the witness',
      isEnough: 'whether enough answer',
      answering: 'how many answer',
      total: 'of how many',
      atLeast: 'how many must',
      silent: 'those that do not',
    },
    limit: ({ witness, isEnough }) => ({ kind: isEnough ? 'enough' : 'too-few', about: witness }),
  },
  'vrrp.takeoverHeld': {
    component: 'vrrp',
    level: ({ hold }) => (hold.kind === 'witness' && hold.isAwaited ? 'info' : 'warning'),
    text: (fields) => {
      const { hold, unheard } = fields;
      const span = unheard === undefined ? undefined : toSeconds(unheard);
      return line(fields, `stays BACKUP: ${holdText(hold, span)}`);
    },
    meaning:
      'The down timer of the instance has run out, and it does not take over: the heartbeat of its peer says that the peer lives and is MASTER of this router, or too few witnesses answer. It takes over at once when that changes. If the peer lives but cannot serve, stop it, or remove `takeover_heartbeat` and reload.',
    fields: {
      ...COMMON,
      hold: HOLD,
      unheard: 'as `unheardSeconds`: how long no advertisement of the master has come',
    },
    shown: ({ hold, unheard }) => ({
      ...holdFields(hold),
      unheard: undefined,
      ...(unheard === undefined ? {} : { unheardSeconds: toSeconds(unheard) }),
    }),
  },
  'vrrp.takeoverReleased': {
    component: 'vrrp',
    level: 'notice',
    text: (fields) => {
      const span = spanText(toSeconds(fields.held));
      const what =
        fields.outcome === 'takes-over'
          ? `nothing holds the takeover any more, after ${span}`
          : `a master is heard again; the takeover was held for ${span}`;
      return line(fields, what);
    },
    meaning: 'The wait that `vrrp.takeoverHeld` told of is over.',
    fields: {
      ...COMMON,
      hold: HOLD,
      outcome: '`takes-over` or `master-heard`',
      held: 'as `seconds`: how long',
    },
    shown: ({ hold, held }) => ({
      ...holdFields(hold),
      held: undefined,
      seconds: toSeconds(held),
    }),
  },
};

/** `LB2 (10.2.0.2) lives and is MASTER by its heartbeat; its advertisements do not arrive since 12 s`; seconds where known. */
export function holdText(hold: TakeoverHold, unheard?: number): string {
  if (hold.kind === 'heartbeat') {
    const since = unheard === undefined ? '' : ` since ${spanText(unheard)}`;
    return `${hold.heartbeat} (${hold.peer}) lives and is MASTER by its heartbeat; its advertisements do not arrive${since}`;
  }
  if (hold.isAwaited) return `the first answers of witness ${hold.witness} are awaited`;
  return answersText(hold, ` of witness ${hold.witness}`);
}

/** `1 of 3 hosts answers, 2 must`; `whose` stands behind the hosts. */
export function answersText(
  { answering, total, atLeast }: Pick<WitnessReport, 'answering' | 'total' | 'atLeast'>,
  whose = '',
): string {
  const verb = answering === 1 ? 'answers' : 'answer';
  return `${answering} of ${count(total, 'host')}${whose} ${verb}, ${atLeast} must`;
}

function holdFields(hold: TakeoverHold): Record<string, FieldValue | undefined> {
  return hold.kind === 'heartbeat'
    ? { hold: undefined, by: 'heartbeat', heartbeat: hold.heartbeat, peer: hold.peer }
    : { hold: undefined, by: 'witness', witness: hold.witness, answering: hold.answering };
}

const STATES: Readonly<Record<PeerState, string>> = {
  heard: 'is heard',
  silent: 'is silent',
  left: 'says that it goes',
};

const DROPS: Readonly<Record<HeartbeatDrop, string>> = {
  malformed: 'no heartbeat, or one of another version',
  forged: 'they are signed with another key',
  replayed: 'they were there before',
  unanswered: 'they answer nothing that was asked lately',
  'too-fast': 'more than a peer sends',
};
